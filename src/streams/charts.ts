import schema from '../../schemas/charts.json' with { type: 'json' };
import type { Chart } from '../generated/charts.ts';
import type { ListedObject, PropertyTree } from '../qlik/app-objects.ts';
import type { Visit } from '../qlik/visit.ts';
import { appStream } from './parts/app-stream.ts';
import { chartProperties } from './parts/chart-properties.ts';
import { conditionIn } from './parts/container-condition.ts';
import { type Library, libraryOf } from './parts/library.ts';
import { numberIn, textIn } from './parts/property.ts';

/** Every object on the sheets of an app, at every depth. One tree a sheet tells them. */
export const charts = appStream<Chart>({
  name: 'charts',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'sheetModifiedDate',
  suggested: true,
  methods: ['GetObject', 'GetFullPropertyTree', 'GetProperties', 'GetChildInfos'],
  async readPartition(visit) {
    const shared = visit.libraryVersion();
    // Whoever has no use for it need not hear of its failure.
    shared.catch(() => undefined);
    const sheets = await visit.sheets();
    let asked: Promise<Library> | undefined;
    const library = () => {
      asked ??= libraryOf(visit);
      return asked;
    };
    return { sections: sheets.map((sheet) => sectionOf(sheet, visit, library)), shared };
  },
});

function sectionOf(sheet: ListedObject, visit: Visit, library: () => Promise<Library>) {
  return {
    id: sheet.qInfo.qId,
    version: versionOf(sheet, visit),
    expectedRows: cellsOf(sheet).size + 1,
    read: () => chartsOf(sheet, visit, library),
  };
}

/** What charts take from their sheet, and when it was changed; undefined where Qlik does not tell that. */
function versionOf(sheet: ListedObject, { app: { origin } }: Visit): unknown {
  const modifiedDate = modifiedDateOf(sheet);
  const { rank, cells } = sheet.qData ?? {};
  return modifiedDate === null ? undefined : [origin, modifiedDate, rank ?? null, cells ?? null];
}

/** A place on a sheet, and what stands there. */
interface Cell {
  readonly name?: unknown;
  readonly col?: unknown;
  readonly row?: unknown;
  readonly colspan?: unknown;
  readonly rowspan?: unknown;
}

async function chartsOf(sheet: ListedObject, visit: Visit, resolving: () => Promise<Library>): Promise<Chart[]> {
  const cells = cellsOf(sheet);
  const [trees, library] = await Promise.all([treesOf(sheet, [...cells.keys()], visit), resolving()]);
  return descendants(trees).map(({ chart, parent }) => {
    const id = idOf(chart);
    const parentId = parent && idOf(parent);
    // What is below it has rows of its own.
    const properties = chartProperties({ qProperty: chart.qProperty }, library);
    return {
      appId: visit.app.id,
      sheetId: sheet.qInfo.qId,
      id,
      parentId,
      ...properties,
      showCondition: properties.showCondition ?? conditionIn(parent?.qProperty, chart.qProperty),
      position: parentId === null ? positionOf(cells.get(id)) : null,
      sheetModifiedDate: modifiedDateOf(sheet),
      url: `${visit.app.origin}/single/?appid=${visit.app.id}&obj=${id}`,
    };
  });
}

/** The objects on a sheet, each with what is below it: some that its cells show are not among its children. */
async function treesOf(
  { qInfo: { qId } }: ListedObject,
  shown: readonly string[],
  visit: Visit,
): Promise<(PropertyTree | null | undefined)[]> {
  const children = (await visit.tree(qId))?.qChildren ?? [];
  const onSheet = new Set(descendants(children).map(({ chart }) => idOf(chart)));
  const elsewhere = shown.filter((name) => !onSheet.has(name)).map((name) => visit.tree(name));
  return [...children, ...(await Promise.all(elsewhere))];
}

/** All objects of some trees, each before those below it, with what holds them. */
function descendants(
  trees: readonly (PropertyTree | null | undefined)[],
  parent: PropertyTree | null = null,
): { chart: PropertyTree; parent: PropertyTree | null }[] {
  return trees.flatMap((tree) => {
    if (!tree?.qProperty) return [];
    const hasId = idOf(tree) !== '';
    const below = descendants(tree.qChildren ?? [], hasId ? tree : parent);
    // What has no id is no chart, but may hold some.
    return hasId ? [{ chart: tree, parent }, ...below] : below;
  });
}

function idOf({ qProperty }: PropertyTree): string {
  const { qId } = (qProperty.qInfo ?? {}) as { qId?: unknown };
  return typeof qId === 'string' ? qId : '';
}

function cellsOf({ qData }: ListedObject): Map<string, Cell> {
  const cells = Array.isArray(qData?.cells) ? (qData.cells as (Cell | null)[]) : [];
  return new Map(
    cells.flatMap((cell) => (typeof cell?.name === 'string' && cell.name !== '' ? [[cell.name, cell]] : [])),
  );
}

function positionOf(cell: Cell | undefined): NonNullable<Chart['position']> | null {
  if (!cell) return null;
  const { col, row, colspan, rowspan } = cell;
  return { col: numberIn(col), row: numberIn(row), colspan: numberIn(colspan), rowspan: numberIn(rowspan) };
}

function modifiedDateOf({ qMeta }: ListedObject): string | null {
  return textIn(qMeta?.modifiedDate);
}
