import schema from '../../schemas/charts.json' with { type: 'json' };
import type { Chart } from '../generated/charts.ts';
import type { ListedObject, PropertyTree } from '../qlik/app-session.ts';
import type { Visit } from '../qlik/visit.ts';
import { chartProperties, type Library } from './chart-properties.ts';
import { numberIn, textIn } from './property.ts';
import { appStream } from './stream.ts';

/** Charts of one app that are on their way at once, as far as the sheets' own lists tell; more would pile up in memory. */
const CHARTS_AHEAD = 500;

/** Every object on the sheets of an app, at every depth. One tree a sheet tells them. */
export const charts = appStream<Chart>({
  name: 'charts',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'sheetModifiedDate',
  async *readPartition(visit) {
    const library = libraryOf(visit);
    // Asked for beside the sheets, and awaited with the first of them.
    library.catch(() => undefined);
    const seen = new Set<unknown>();
    const sheets = await visit.sheets();
    for await (const rows of inOrder(sheets, (sheet) => chartsOf(sheet, visit, library))) {
      // Sheets come by rank: an object that stands on two belongs to the first.
      yield rows.filter(({ id }) => !seen.has(id) && seen.add(id));
    }
  },
});

async function libraryOf(visit: Visit): Promise<Library> {
  const [masters, dimensions, measures] = await Promise.all([
    visit.masterVisualizations(),
    visit.dimensions(),
    visit.measures(),
  ]);
  return { masters, dimensions: byId(dimensions), measures: byId(measures) };
}

function byId(objects: readonly ListedObject[]): ReadonlyMap<string, NonNullable<ListedObject['qData']>> {
  return new Map(objects.map(({ qInfo, qData }) => [qInfo.qId, qData ?? {}]));
}

/** A place on a sheet, and what stands there. */
interface Cell {
  readonly name?: unknown;
  readonly col?: unknown;
  readonly row?: unknown;
  readonly colspan?: unknown;
  readonly rowspan?: unknown;
}

async function chartsOf(sheet: ListedObject, visit: Visit, resolving: Promise<Library>): Promise<Chart[]> {
  const cells = cellsOf(sheet);
  const tree = await visit.tree(sheet.qInfo.qId);
  const children = tree?.qChildren ?? [];
  const onSheet = new Set(descendants(children).map(({ chart }) => idOf(chart)));
  // Some objects that a sheet shows are not among its children.
  const elsewhere = [...cells.keys()].filter((name) => !onSheet.has(name)).map((name) => visit.tree(name));
  const others = (await Promise.all(elsewhere)).filter((other) => other !== undefined);
  const library = await resolving;
  return descendants([...children, ...others]).map(({ chart, parentId }) => {
    const id = idOf(chart);
    return {
      appId: visit.app.id,
      sheetId: sheet.qInfo.qId,
      id,
      parentId,
      ...chartProperties(chart.qProperty, library),
      position: parentId === null ? positionOf(cells.get(id)) : null,
      sheetModifiedDate: modifiedDateOf(sheet),
      url: `${visit.app.origin}/single/?appid=${visit.app.id}&obj=${id}`,
    };
  });
}

/** All objects of some trees, each before those below it. */
function descendants(
  trees: readonly (PropertyTree | null)[],
  parentId: string | null = null,
): { chart: PropertyTree; parentId: string | null }[] {
  return trees.flatMap((tree) => {
    if (!tree?.qProperty) return [];
    const id = idOf(tree);
    const below = descendants(tree.qChildren ?? [], id || parentId);
    // What has no id is no chart, but may hold some.
    return id === '' ? below : [{ chart: tree, parentId }, ...below];
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

/** What `make` gets of the sheets, in their order, with the next ones in the making. */
async function* inOrder(
  sheets: readonly ListedObject[],
  make: (sheet: ListedObject) => Promise<Chart[]>,
): AsyncGenerator<Chart[]> {
  const making: { charts: Promise<Chart[]>; expected: number }[] = [];
  const expected = () => making.reduce((sum, sheet) => sum + sheet.expected, 0);
  for (const sheet of sheets) {
    const charts = make(sheet);
    // It may fail before its turn comes.
    charts.catch(() => undefined);
    making.push({ charts, expected: cellsOf(sheet).size + 1 });
    while (expected() > CHARTS_AHEAD) yield await taken(making);
  }
  while (making.length > 0) yield await taken(making);
}

function taken(making: { charts: Promise<Chart[]> }[]): Promise<Chart[]> {
  return making.shift()?.charts ?? Promise.resolve([]);
}
