import { streams } from '../src/streams/index.ts';
import { foreignKeysOf, partsOf, type Relation, relations } from './relations.ts';

/** A place in the picture, in pixels from its left and its top. */
export type Point = readonly [x: number, y: number];

/** A picture of some streams, in pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** A stream as it is drawn: its key, then its foreign keys. One that names rows of a stream beside the arrows says so in words. */
export interface Box {
  readonly stream: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fields: readonly { readonly text: string; readonly isKey: boolean; readonly at: Point }[];
}

/** An arrow from the stream that names rows to the one that they are of, round the corners given. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  readonly label: { readonly text: string; readonly at: Point; readonly anchor: 'start' | 'middle' | 'end' };
  /** Whether some ids are of no row. */
  readonly dangles: boolean;
}

export const HEADER = 26;
const SIZE = { width: 1204, height: 706 };
const MARGIN = 24;
/** Characters that a box has room for. */
const LONGEST = 32;
const ROW = 18;
const BOX = 232;
/** Where the columns of boxes begin. */
const COLUMNS = [24, 332, 640, 948] as const;
const [FIRST, SECOND, THIRD, FOURTH] = COLUMNS;
/** Where the fields of the wide box begin, which has them side by side. */
const SIDE_BY_SIDE = [24, 232, 508, 784];

/** What is in every tenant, with an arrow from each stream to those whose rows it names. */
export function mainPicture(): Picture {
  return { ...SIZE, boxes: mainBoxes(), edges: edges() };
}

/** Four rows: what people may do, people, and below what they make. */
function mainBoxes(): Box[] {
  return [
    box('roles', [FIRST, 24]),
    box('groups', [SECOND, 24]),
    box('users', [FIRST, 194], true),
    box('connections', [FIRST, 310]),
    box('spaces', [SECOND, 310]),
    box('apps', [THIRD, 310]),
    box('sheets', [FOURTH, 310]),
    box('app_coverage', [SECOND, 522]),
    box('charts', [FOURTH, 522]),
  ];
}

/** All other streams, in columns: each stands where there is most room. */
export function furtherPicture(): Picture {
  const bottoms = COLUMNS.map(() => MARGIN);
  const further = streams
    .filter(({ name }) => !isMain(name))
    .map(({ name }): Box => {
      const bottom = Math.min(...bottoms);
      const column = bottoms.indexOf(bottom);
      const placed = box(name, [COLUMNS[column] ?? 0, bottom]);
      bottoms[column] = bottom + placed.height + MARGIN;
      return placed;
    });
  return { width: SIZE.width, height: Math.max(...bottoms), boxes: further, edges: [] };
}

function isMain(stream: string): boolean {
  return ROUTES.some((route) => route.slice(0, 2).includes(stream));
}

function box(name: string, [x, y]: Point, isWide = false): Box {
  const keys = streams.find((stream) => stream.name === name)?.primaryKey ?? [];
  const names = [...keys, ...foreignKeysOf(name).filter((field) => !keys.includes(field))];
  const fields = names.map((field, index) => ({
    text: fieldText(name, field),
    isKey: keys.includes(field),
    at: [(isWide ? (SIDE_BY_SIDE[index] ?? 0) : x) + 12, y + HEADER + 16 + (isWide ? 0 : index * ROW)] as const,
  }));
  const width = isWide ? FOURTH + BOX - x : BOX;
  return { stream: name, x, y, width, height: HEADER + 8 + ROW * (isWide ? 1 : names.length), fields };
}

function fieldText(stream: string, field: string): string {
  const to = relations.find(({ from }) => from === `${stream}.${field}`)?.to;
  const named = to && partsOf(to)[0];
  const text = `${field} → ${named}`;
  return named && !(isMain(stream) && isMain(named)) && text.length <= LONGEST ? text : field;
}

type Route = [from: string, to: string, points: Point[], label: Point, anchor?: Edge['label']['anchor']];

const ROUTES: readonly Route[] = [
  ['groups', 'roles', along([332, 70], [256, 70]), [294, 64]],
  ['roles', 'users', along([48, 112], [48, 194]), [54, 157], 'start'],
  ['users', 'roles', along([184, 194], [184, 112]), [190, 157], 'start'],
  ['groups', 'users', along([356, 130], [356, 194]), [362, 166], 'start'],
  ['users', 'groups', along([492, 194], [492, 130]), [498, 166], 'start'],
  ['connections', 'users', along([140, 310], [140, 246]), [146, 282], 'start'],
  ['spaces', 'users', along([448, 310], [448, 246]), [454, 282], 'start'],
  ['apps', 'users', along([756, 310], [756, 246]), [762, 282], 'start'],
  ['sheets', 'users', along([1064, 310], [1064, 246]), [1070, 282], 'start'],
  ['connections', 'spaces', along([256, 354], [332, 354]), [294, 348]],
  ['apps', 'spaces', along([640, 354], [564, 354]), [602, 348]],
  ['sheets', 'apps', along([948, 354], [872, 354]), [910, 348]],
  ['apps', 'apps', along([640, 400], [612, 400], [612, 434], [640, 434]), [606, 421], 'end'],
  ['app_coverage', 'spaces', along([448, 522], [448, 398]), [454, 464], 'start'],
  ['app_coverage', 'apps', along([564, 562], [696, 562], [696, 470]), [630, 556]],
  ['charts', 'apps', along([948, 562], [816, 562], [816, 470]), [882, 556]],
  ['charts', 'sheets', along([996, 522], [996, 416]), [1002, 473], 'start'],
  ['sheets', 'charts', along([1076, 416], [1076, 522]), [1082, 473], 'start'],
  ['charts', 'charts', along([948, 586], [920, 586], [920, 614], [948, 614]), [914, 604], 'end'],
];

function along(...points: Point[]): Point[] {
  return points;
}

/** The arrows: one for all relations of a stream to another. A pair that no route is laid for, or a route of no pair, is an error. */
function edges(): Edge[] {
  const drawn = relations.filter((relation) => [relation.from, relation.to].every((path) => isMain(partsOf(path)[0])));
  const pairs = Object.groupBy(drawn, ({ from, to }) => `${partsOf(from)[0]} ${partsOf(to)[0]}`);
  const laid = new Set(ROUTES.map(([from, to]) => `${from} ${to}`));
  const strays = [...laid.symmetricDifference(new Set(Object.keys(pairs)))];
  if (strays.length > 0) throw new Error(`Routes and relations differ: ${strays.join(', ')}`);
  return ROUTES.map(([from, to, points, at, anchor = 'middle']) => {
    const members = pairs[`${from} ${to}`] as Relation[];
    const text = [...new Set(members.map(({ label }) => label))].join(', ');
    return { from, to, points, label: { text, at, anchor }, dangles: members.some(({ dangles }) => dangles) };
  });
}
