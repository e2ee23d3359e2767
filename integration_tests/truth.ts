import { isDataFiles } from '../src/demo/connections.ts';
import type { AppDocument, Placed } from '../src/demo/document.ts';
import type { Cell, Properties } from '../src/demo/stored-object.ts';
import type { SimulatedTenant } from '../src/demo/tenant.ts';
import type { Json } from './messages.ts';
import { LIST_NAMES, type Run } from './program.ts';

/** The rows of each stream that a run delivered, by id and without the `_ab_cdc_` columns, to be compared with the truth. */
export function deliveredBy(run: Run, streams: readonly string[] = LIST_NAMES): { readonly [stream: string]: Json[] } {
  return Object.fromEntries(
    streams.map((stream) => {
      const rows = run.rows(stream).map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row);
      return [stream, rows.sort(byId)];
    }),
  );
}

/** What a run has to deliver: the rows that the tenant holds, cut and masked by the documented rules, by id. */
export function truthOf(tenant: SimulatedTenant, streams: readonly string[] = LIST_NAMES) {
  const rows = {
    ...rowsIn(tenant),
    ...(streams.some((stream) => !LIST_NAMES.includes(stream)) && truthInApps(tenant)),
  };
  return Object.fromEntries(streams.map((stream) => [stream, rows[stream]?.sort(byId)]));
}

/** The same of the sheets and charts, of the apps that are wanted; all, unless told otherwise. */
export function truthInApps(
  { data, url, engine }: SimulatedTenant,
  isWanted: (appId: string) => boolean = () => true,
): { [stream: string]: Json[] } {
  const isEvaluated = engine.dials.listedExpressions === 'evaluated';
  const viewer = engine.dials.privateSheets === 'all' ? undefined : data.plan.adminId;
  const documents = [...data.items.all()]
    .filter(({ resourceType, resourceId }) => resourceType === 'app' && isWanted(resourceId))
    .map(({ resourceId }) => data.document(resourceId));
  const truth = {
    sheets: documents.flatMap((document) =>
      document.sheetIds(viewer).map((id) => sheetIn(document, id, url, isEvaluated)),
    ),
    charts: documents.flatMap((document) =>
      document
        .charts(viewer)
        .filter(({ id }) => document.isVisible(id, viewer))
        .map((placed) => chartIn(document, placed, url)),
    ),
  };
  return JSON.parse(JSON.stringify({ sheets: truth.sheets.sort(byId), charts: truth.charts.sort(byId) }));
}

function byId(one: Json, other: Json): number {
  const [key, otherKey] = [one, other].map(({ appId, id }) => `${appId ?? ''} ${id}`) as [string, string];
  return key < otherKey ? -1 : 1;
}

function sheetIn(document: AppDocument, id: string, url: string, isEvaluated: boolean) {
  const { appId, item } = document;
  const { rank, cells, columns, rows, gridResolution, thumbnail, ...more } = document.properties(id);
  const { id: objectId, title, description, ownerId, approved, published, ...meta } = document.meta(id);
  const ofPublishedApp = item.resourceAttributes.publishTime !== '';
  const shared = approved || !ofPublishedApp ? 'public' : 'community';
  const told = isEvaluated ? resultOf : formulaOf;
  return {
    appId,
    id,
    objectId,
    title,
    description,
    rank,
    ownerId,
    approved,
    published,
    visibility: published ? shared : 'private',
    createdDate: meta.createdDate,
    modifiedDate: meta.modifiedDate ?? null,
    columns,
    rows,
    gridResolution,
    cells,
    thumbnail: (thumbnail as { qStaticContentUrlDef: { qUrl: string } }).qStaticContentUrlDef.qUrl || null,
    labelExpression: told(more.labelExpression) || null,
    descriptionExpression: told(more.descriptionExpression) || null,
    showCondition: isEvaluated ? null : (more.showCondition ?? null),
    url: `${url}/sense/app/${appId}/sheet/${id}/state/analysis`,
  };
}

interface Expression {
  readonly qStringExpression: { readonly qExpr: string };
}

/** A text or an expression as it is stored. */
function formulaOf(stored: unknown): string | null {
  if (typeof stored === 'string') return stored;
  return (stored as Expression | undefined)?.qStringExpression.qExpr ?? null;
}

/** What it comes to without data: constant texts are put together, all else is empty. */
function resultOf(stored: unknown): string | null {
  const formula = formulaOf(stored);
  if (formula === null || typeof stored === 'string') return formula;
  return /^=('[^']*'&?)+$/.test(formula) ? [...formula.matchAll(/'([^']*)'/g)].map(([, text]) => text).join('') : '';
}

function chartIn(document: AppDocument, { id, sheetId, parentId, type }: Placed, url: string) {
  const { objects, appId } = document;
  const stored = objects.get(id)?.properties as Properties;
  const { generated } = (stored.qUndoExclude ?? {}) as { generated?: Properties };
  const own = generated ?? stored;
  const names = stored.qExtendsId && !stored.qExtendsId.includes('qlik-compound-context');
  const masterItemId = names ? (stored.qExtendsId as string) : null;
  const master = objects.get(masterItemId ?? '')?.properties;
  const cells = objects.get(sheetId)?.properties.cells as Cell[];
  const place = parentId === null ? cells.find(({ name }) => name === id) : undefined;
  const text = (field: string) => {
    const isTitle = field === 'title';
    const [name, masterName] = isTitle ? [stored.qMetaDef?.title, master?.qMetaDef?.title] : [];
    const candidates = [own[field], stored[field], name, master?.[field], masterName];
    const given = candidates.find((one) => one !== undefined && one !== '');
    const isFormula = typeof given === 'object';
    return { [field]: isFormula ? null : (given ?? null), [`${field}Expression`]: isFormula ? formulaOf(given) : null };
  };
  const columns = columnsOf(document, own);
  const isThin = columns.dimensions.length === 0 && columns.measures.length === 0 && master;
  return {
    appId,
    sheetId,
    id,
    parentId,
    type: own.visualization ?? master?.visualization ?? type,
    objectType: type,
    ...text('title'),
    ...text('subtitle'),
    ...text('footnote'),
    masterItemId,
    position: place ? { col: place.col, row: place.row, colspan: place.colspan, rowspan: place.rowspan } : null,
    ...(isThin ? columnsOf(document, master) : columns),
    sheetModifiedDate: document.meta(sheetId).modifiedDate ?? null,
    url: `${url}/single/?appid=${appId}&obj=${id}`,
  };
}

interface Column {
  readonly qLibraryId: string;
  readonly qDef: {
    readonly qFieldDefs: string[];
    readonly qFieldLabels: string[];
    readonly qLabel?: string;
    readonly qDef?: string;
    readonly qLabelExpression?: string;
    readonly qGrouping: string;
  };
}

/** The places where the simulated tenant's charts keep what they compute; nothing is looked for elsewhere. */
function columnsOf({ objects }: AppDocument, chart: Properties) {
  type Cube = { readonly qHyperCubeDef?: { readonly qDimensions: Column[]; readonly qMeasures: Column[] } };
  const { settings, gaLayers = [] } = chart as { settings?: { calendar: Cube }; gaLayers?: Cube[] };
  const cubes = [...gaLayers, chart as Cube, settings?.calendar].flatMap((holder) => holder?.qHyperCubeDef ?? []);
  const box = chart.qListObjectDef as Column | undefined;
  const itemOf = ({ qLibraryId }: Column) => objects.get(qLibraryId)?.properties;
  const dimensions = [...cubes.flatMap(({ qDimensions }) => qDimensions), ...(box ? [box] : [])].map((column) => {
    const { qDef } = column;
    const { qMetaDef, qDim } = (itemOf(column) ?? {}) as { qMetaDef?: { title: string }; qDim?: Column['qDef'] };
    return {
      label: qDef.qFieldLabels[0] || qMetaDef?.title || null,
      libraryId: column.qLibraryId || null,
      fieldDefs: qDim?.qFieldDefs ?? qDef.qFieldDefs,
      labelExpression: qDef.qLabelExpression || qDim?.qLabelExpression || null,
      grouping: qDim?.qGrouping ?? qDef.qGrouping,
    };
  });
  const measures = cubes
    .flatMap(({ qMeasures }) => qMeasures)
    .map((column) => {
      const { qDef } = column;
      const { qMeasure } = (itemOf(column) ?? {}) as { qMeasure?: Column['qDef'] };
      return {
        label: qDef.qLabel || qMeasure?.qLabel || null,
        libraryId: column.qLibraryId || null,
        expression: qMeasure?.qDef ?? qDef.qDef ?? null,
        labelExpression: qDef.qLabelExpression || qMeasure?.qLabelExpression || null,
      };
    });
  return { dimensions, measures };
}

function rowsIn({ data, url }: SimulatedTenant): { [stream: string]: Json[] } {
  const { users, groups, systemGroups, roles, spaces, items, connections } = data;
  const truth = {
    users: [...users.all()].map(({ links, lastUpdatedAt, ...user }) => ({
      ...user,
      lastUpdatedAt: lastUpdatedAt || null,
    })),
    groups: [...groups.all(), ...systemGroups.all()].map(({ links, ...group }) =>
      withoutEmptyTimes(group, ['lastUpdatedAt']),
    ),
    roles: [...roles.all()].map(({ links, ...role }) => withoutEmptyTimes(role, ['lastUpdatedAt'])),
    spaces: [...spaces.all()].map(({ meta, links, ...space }) => ({
      ...withoutEmptyTimes(space, ['updatedAt']),
      meta: { assignableRoles: meta.assignableRoles },
      links: { assignments: links.assignments },
    })),
    apps: [...items.all()]
      .filter(({ resourceType }) => resourceType === 'app')
      .map(({ id, resourceId, isFavorited, meta, links: { self, ...links }, ...item }) => ({
        ...item,
        ...withoutEmptyTimes(item, ['resourceReloadEndTime', 'updatedAt']),
        resourceAttributes: withoutEmptyTimes(item.resourceAttributes, ['lastReloadTime', 'publishTime']),
        id: resourceId,
        itemId: id,
        tags: meta.tags,
        collections: meta.collections,
        links,
        url: `${url}/sense/app/${resourceId}`,
      })),
    connections: [...connections.all()].map((connection) => {
      const { links, privileges, ...masked } = connection;
      const row = withoutEmptyTimes(masked, ['updated']);
      return isDataFiles(connection) ? row : { ...row, qConnectStatement: STATEMENTS[masked.datasourceID ?? ''] };
    }),
  };
  return JSON.parse(JSON.stringify(truth));
}

function withoutEmptyTimes(row: object, times: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [field, times.includes(field) && value === '' ? null : value]),
  );
}

const odbc = 'CUSTOM CONNECT TO "provider=QvOdbcConnectorPackage.exe;';

/** What may be seen of the simulated tenant's connect statements: what is read, never who reads it. */
const STATEMENTS: { readonly [datasource: string]: string } = {
  File_AmazonS3ConnectorV2:
    'CUSTOM CONNECT TO "provider=QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;' +
    'bucketName=landing;"',
  snowflake: `${odbc}driver=snowflake;Server=acme.snowflake.example.com;Port=443;database=DWH;schema=PUBLIC;warehouse=WH_S;role=***;username=***;"`,
  rest:
    'CUSTOM CONNECT TO "provider=QvRestConnector.exe;url=https://api.example.com/v1/orders;timeout=***;method=***;' +
    'autoDetectResponseType=***;authSchema=***;username=***;password=***;queryHeaders=***;"',
  odbc: 'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;Uid=***;Pwd=***;]',
  oledb:
    'OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=***;Password=***;User ID=***;Initial Catalog=***;' +
    'Data Source=***]',
  postgres: `${odbc}driver=postgres;host=pg.example.com;port=5432;db=***;SSLMode=***;username=***;password=***;"`,
  mongodb: 'mongodb://mongo.example.com:27017/crm',
  webfile: 'https://files.example.com/prices.csv',
  bigquery: `${odbc}driver=gbq;project=acme-analytics;dataset=sales;OAuthMechanism=***;Email=***;KeyFile=***;"`,
};
