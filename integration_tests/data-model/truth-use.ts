import { FIELDS } from '../../src/simulator/data/library.ts';
import type { Json } from '../support/messages.ts';
import { truthInApps } from '../support/truth-in-apps.ts';
import { FIELD_USES, MEASURE_PROBES, NAMING } from './fixtures-use.ts';
import { PROBES, type Scene } from './scene.ts';

type Column = { readonly fieldDefs?: string[]; readonly expression?: string; readonly libraryId: string | null };
type Row = Json & {
  readonly appId: string;
  readonly id: string;
  readonly dimensions: Column[];
  readonly measures: Column[];
};

/** What the connector could see in the apps, as it is now. */
function seenInApps({ tenant, after }: Scene, stream: string): Row[] {
  const rows = truthInApps(tenant, () => true, [stream])[stream] as unknown as (Row & { readonly name?: string })[];
  return rows.filter(({ appId, id, name }) => after[stream]?.has(JSON.stringify([appId, id ?? name])));
}

/** Files after which no table is named, and whose data sets no app uses. */
export function filesNotLoaded(scene: Scene): Json[] {
  const { dataFiles, items, spaces, users } = scene.tenant.data;
  const tables = seenInApps(scene, 'app_tables').map(({ name }) => String(name));
  const loaded = new Set(tables.flatMap((name) => [name, name.endsWith('-1') ? name.slice(0, -2) : name]));
  const used = [...items.all()].filter(({ resourceType, itemViews }) => resourceType === 'dataset' && itemViews.usedBy);
  return [...dataFiles.all()]
    .filter(({ folder, baseName }) => !folder && !loaded.has(baseName.slice(0, baseName.lastIndexOf('.'))))
    .filter(({ qri, name, spaceId }) =>
      used.every(({ resourceAttributes: { qri: usedQri, technicalName }, spaceId: usedIn = null }) => {
        return usedQri !== qri && !(technicalName === name && usedIn === spaceId);
      }),
    )
    .map(({ id, name, size, spaceId, ownerId }) => ({
      fileId: id,
      file: name,
      size: String(size),
      space: spaces.get(spaceId ?? '')?.name ?? null,
      owner: users.get(ownerId)?.name ?? null,
    }));
}

/** Apps whose reload that ended last did not succeed, nor was cancelled. */
export function failedReloads({ tenant: { data }, keptOut }: Scene): Json[] {
  const ended = Object.groupBy(
    [...data.reloads.all()].filter(({ endTime }) => endTime !== undefined),
    ({ appId }) => appId,
  );
  const apps = [...data.items.all()].filter(({ resourceType, id }) => resourceType === 'app' && id !== keptOut.id);
  return apps.flatMap(({ resourceId, name, spaceId = '', ownerId }) => {
    const last = ended[resourceId]?.sort((one, other) => Date.parse(`${one.endTime}`) - Date.parse(`${other.endTime}`));
    const { id, status, errorCode, errorMessage, type } = last?.at(-1) ?? {};
    if (status !== 'FAILED' && status !== 'EXCEEDED_LIMIT') return [];
    return {
      ...{ appId: resourceId, app: name, space: data.spaces.get(spaceId)?.name ?? null, reloadId: id },
      ...{ owner: data.users.get(ownerId)?.name ?? null, status, startedBy: type },
      ...{ errorCode: errorCode ?? null, errorMessage: errorMessage ?? null },
    };
  });
}

/** What the texts name that this tenant's apps are made of, as far as it is a field of its data models. */
const FIELDS_IN: ReadonlyMap<string, readonly string[]> = new Map([
  ...FIELDS.flatMap((field): [string, string[]][] => [
    [field, [field]],
    [`[${field}]`, [field]],
    ...Object.values(FIELD_USES).map((use): [string, string[]] => [use(field), [field]]),
  ]),
  ['=Year(OrderDate)', ['OrderDate']],
  ...PROBES.map(([, text, isUse]): [string, string[]] => [text, isUse ? ['Region'] : []]),
  ["=[Region]&' '&Country", ['Region', 'Country']],
  ['Sum(%Key)', ['%Key']],
  ['=GetSelectedCount(Region)>0', ['Region']],
  ["='Select '&Region", ['Region']],
  ["='https://example.com/'&Region", ['Region']],
  ['Count(Country)>0', ['Country']],
]);

/** Fields of apps that were read now, which no text names. */
export function unusedFields(scene: Scene): Json[] {
  const { data } = scene.tenant;
  const texts = ['charts', 'sheets', 'dimensions', 'measures', 'master_visualizations'].flatMap((stream) =>
    seenInApps(scene, stream).map((row) => [row.appId, textsIn(row)] as const),
  );
  const used = new Set(
    texts.flatMap(([appId, named]) => named.flatMap((text) => FIELDS_IN.get(text) ?? []).map((field) => appId + field)),
  );
  return seenInApps(scene, 'app_fields')
    .filter(({ appId }) => appId !== scene.failing.resourceId)
    .filter(({ appId, name, is_system }) => !is_system && !used.has(appId + String(name)))
    .map(({ appId, name, src_tables, tags, cardinal, byte_size }) => ({
      ...{ appId, app: data.itemOfApp(appId)?.name, field: name, tables: (src_tables as string[]).join(', ') },
      ...{ isKey: (tags as string[]).includes('$key'), distinctValues: String(cardinal), bytes: String(byte_size) },
    }));
}

/** All texts at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Charts that show the measure Sales, or what names it. */
export function chartsWithSales(scene: Scene): Json[] {
  const { data } = scene.tenant;
  const measures = seenInApps(scene, 'measures').filter(
    ({ title, expression }) => title === 'Sales' || NAMING.includes(String(expression)),
  );
  const titles = new Map(measures.map(({ appId, id, title }) => [`${appId} ${id}`, title]));
  const naming = new Set(MEASURE_PROBES.flatMap(([, text, isUse]) => (isUse ? [text] : [])));
  const usesOf = ({ appId, dimensions, measures: columns }: Row) => [
    ...columns.flatMap(({ libraryId }) => {
      const title = titles.get(`${appId} ${libraryId}`);
      return title === undefined ? [] : [{ usedAs: 'measure', used: title }];
    }),
    ...[...dimensions.flatMap(({ fieldDefs = [] }) => fieldDefs), ...columns.map(({ expression = '' }) => expression)]
      .filter((text) => naming.has(text))
      .map((text) => ({ usedAs: 'expression', used: text })),
  ];
  const masters = new Map(
    seenInApps(scene, 'master_visualizations')
      .filter((master) => usesOf(master).length > 0)
      .map(({ appId, id, title }) => [`${appId} ${id}`, title]),
  );
  const rows = seenInApps(scene, 'charts').flatMap((chart) => {
    const { appId, id, title, type, masterItemId } = chart;
    const master = masters.get(`${appId} ${masterItemId}`);
    const uses = master === undefined ? usesOf(chart) : [{ usedAs: 'master visualization', used: master }];
    return uses.map((use) => ({ app: data.itemOfApp(appId)?.name, appId, chartId: id, chart: title, type, ...use }));
  });
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
