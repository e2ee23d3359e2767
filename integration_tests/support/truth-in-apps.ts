import { dataModelOf } from '../../src/simulator/data/data-model.ts';
import type { AppDocument, Placed } from '../../src/simulator/data/document.ts';
import type { Cell, Properties } from '../../src/simulator/data/stored-object.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from './messages.ts';

const SUGGESTED: readonly string[] = ['sheets', 'charts'];

/** What a run has to deliver of what apps hold, by id: of the apps that are wanted; all, unless told otherwise. */
export function truthInApps(
  { data, url, engine }: SimulatedTenant,
  isWanted: (appId: string) => boolean = () => true,
  streams: readonly string[] = SUGGESTED,
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
    dimensions: documents.flatMap((document) => itemsIn(document, 'dimension', viewer).map(dimensionOf)),
    measures: documents.flatMap((document) => itemsIn(document, 'measure', viewer).map(measureOf)),
    master_visualizations: documents.flatMap((document) =>
      itemsIn(document, 'masterobject', viewer).map((item) => masterOf(document, item)),
    ),
  };
  const wanted = Object.entries({ ...truth, ...dataModelsIn(documents, data.plan.seed) }).filter(([stream]) =>
    streams.includes(stream),
  );
  const sorted = wanted.map(([stream, rows]) => [stream, (rows as Json[]).sort(byId)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(sorted)));
}

/** What reloads have made. */
function dataModelsIn(documents: readonly AppDocument[], seed: number) {
  const models = documents.map(({ appId, item }) => ({ appId, ...dataModelOf(seed, item) }));
  return {
    app_tables: models.flatMap(({ appId, tables }) => tables.map((table) => ({ appId, ...table }))),
    app_fields: models.flatMap(({ appId, fields }) =>
      fields.map(({ hash, ...field }) => ({ appId, ...field, src_tables: field.src_tables.toSorted() })),
    ),
  };
}

/** An item of an app's library, with the columns that all of them have. Of what stands or stood on a sheet, the engine knows no id. */
function itemsIn(document: AppDocument, type: string, viewer: string | undefined) {
  const ids = document.idsOfType(type, viewer).filter((id) => document.meta(id).id !== undefined);
  return ids.map((id) => {
    const properties = document.properties(id);
    const { title, description, ownerId, approved, published, createdDate, modifiedDate } = document.meta(id);
    const { tags } = properties.qMetaDef as { tags?: string[] };
    const times = { createdDate: createdDate ?? null, modifiedDate: modifiedDate ?? null };
    const meta = { title, description, tags: tags ?? null, ownerId, approved, published, ...times };
    return { properties, row: { appId: document.appId, id, ...meta } };
  });
}

type Item = ReturnType<typeof itemsIn>[number];

function dimensionOf({ properties, row }: Item) {
  const { qGrouping, qFieldDefs, qFieldLabels, qLabelExpression } = properties.qDim as Column['qDef'];
  const columns = { grouping: qGrouping, fieldDefs: qFieldDefs, fieldLabels: qFieldLabels };
  return { ...row, ...columns, labelExpression: qLabelExpression || null };
}

function measureOf({ properties, row }: Item) {
  const stored = properties.qMeasure as Column['qDef'] & { qNumFormat: object };
  const { qLabel, qLabelExpression, qDef, qGrouping, qNumFormat } = stored;
  const more = { grouping: qGrouping ?? null, numberFormat: qNumFormat ?? null };
  const columns = { label: qLabel, expression: qDef, ...more };
  return { ...row, ...columns, labelExpression: qLabelExpression || null };
}

function masterOf(document: AppDocument, { row }: Item) {
  const { title, masterItemId, ...drawn } = drawnAs(document, row.id, 'masterobject');
  return { ...row, ...drawn };
}

/** The order in which rows are compared: by their app, where they have one, and by their id. */
export function byId(one: Json, other: Json): number {
  const [key, otherKey] = [one, other].map(({ appId, id, name }) => `${appId ?? ''} ${id ?? name}`) as [string, string];
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
  const cells = objects.get(sheetId)?.properties.cells as Cell[];
  const place = parentId === null ? cells.find(({ name }) => name === id) : undefined;
  return {
    appId,
    sheetId,
    id,
    parentId,
    ...drawnAs(document, id, type),
    position: place ? { col: place.col, row: place.row, colspan: place.colspan, rowspan: place.rowspan } : null,
    sheetModifiedDate: document.meta(sheetId).modifiedDate ?? null,
    url: `${url}/single/?appid=${appId}&obj=${id}`,
  };
}

/** What an object draws, wherever it stands. */
function drawnAs(document: AppDocument, id: string, type: string): { [column: string]: unknown } {
  const { objects } = document;
  const stored = objects.get(id)?.properties as Properties;
  const { generated } = (stored.qUndoExclude ?? {}) as { generated?: Properties };
  const own = generated ?? stored;
  const names = stored.qExtendsId && !stored.qExtendsId.includes('qlik-compound-context');
  const masterItemId = names ? (stored.qExtendsId as string) : null;
  const master = objects.get(masterItemId ?? '')?.properties;
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
    type: own.visualization ?? master?.visualization ?? type,
    objectType: type,
    ...text('title'),
    ...text('subtitle'),
    ...text('footnote'),
    masterItemId,
    ...(isThin ? columnsOf(document, master) : columns),
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
