import type { StoredTree } from './real-apps.ts';

/** All texts at any depth that are not empty. */
export function textsIn(value: unknown): string[] {
  return leavesIn(value).map(([, text]) => text);
}

/**
 * The columns of the first of some trees that has any, in order: a master item by its id, others by what they compute. Of an object
 * that a chart has made by itself, those are told that it has made.
 */
export function columnsOf(trees: readonly StoredTree[]): { dimensions: unknown[]; measures: unknown[] } {
  for (const tree of trees) {
    const cubes = drawnIn(tree).flatMap(cubesIn);
    const dimensions = cubes
      .flatMap((cube) => cube.qDimensions ?? [])
      .map((one) => one.qLibraryId || one.qDef.qFieldDefs);
    const measures = cubes
      .flatMap((cube) => cube.qMeasures ?? [])
      .map((one) => one.qLibraryId || one.qDef.base?.qLibraryId || one.qDef.qDef);
    if (dimensions.length + measures.length > 0) return { dimensions, measures };
  }
  return { dimensions: [], measures: [] };
}

/** Where a text is an expression, whatever it begins with: places that Qlik documents, by their last steps. */
const PLACES =
  /(?:qExpr|qStringExpression|qValueExpression|qExpression|[a-z]+Expression|condition|showCondition|qCond\/qv|qCalcCond\/qv|qExpression\/qv|qDef\/qDef|qMiniChartDef\/qDef|qFieldDefs\/\d+|qAttributeDimensions\/\d+\/qDef|qDef\/target)$/;

/** Which rows are unfolded, what an undo would bring back, and what is listed of objects below. */
const ELSEWHERE = /\/(?:qExpansionState|qUndoExclude|qChildListDef)\//;

/** All expressions of a tree. */
export function expressionsIn(tree: StoredTree): string[] {
  return drawnIn(tree)
    .flatMap((drawn) => leavesIn(drawn))
    .filter(([place, text]) => (text.startsWith('=') || PLACES.test(place)) && !ELSEWHERE.test(place))
    .filter(([, text]) => !/^[\s\d.-]*$/.test(text))
    .map(([, text]) => text);
}

/** The condition that a container has for an object in it, found by the reference in its list; no object of these apps has one of its own. */
export function conditionIn(container: object, inside: { readonly [field: string]: unknown }): string | null {
  const references = ['childRefId', 'containerChildId', 'qExtendsId'].map((field) => inside[field]).filter(Boolean);
  const { objects = [], children = [] } = container as { [list: string]: { [field: string]: unknown }[] };
  const places = [...objects, ...children].filter(({ childRefId, refId }) => references.includes(childRefId ?? refId));
  return textsIn(places[0]?.condition)[0] ?? null;
}

/** What stands at a JSON pointer in a tree, whose own properties it may lead into without saying so. */
export function valueAt(tree: StoredTree, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  const start: unknown = pointer.startsWith('/qChildren/') ? tree : tree.qProperty;
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value, step) => (value as { [step: string]: unknown } | undefined)?.[step], start);
}

/** The properties that are drawn of an object and of all below it. */
function drawnIn({ qProperty, qChildren }: StoredTree): object[] {
  const { generated } = (qProperty.qUndoExclude ?? {}) as { generated?: object };
  return [generated ?? qProperty, ...(qChildren ?? []).flatMap(drawnIn)];
}

interface Column {
  readonly qLibraryId?: string;
  readonly qDef: {
    readonly qFieldDefs?: unknown;
    readonly qDef?: string;
    readonly base?: { readonly qLibraryId: string };
  };
}

interface Cube {
  readonly qDimensions?: readonly Column[];
  readonly qMeasures?: readonly Column[];
}

/** Tables and lists that are not switched off, found by their names in the text of the properties. */
function cubesIn(properties: object): Cube[] {
  const found: Cube[] = [];
  JSON.stringify(properties, (field, value) => {
    if (field === 'qLayoutExclude' || field === 'qUndoExclude') return undefined;
    if (field === 'qHyperCubeDef') found.push(value);
    if (field === 'qListObjectDef') found.push({ qDimensions: [value] });
    return value;
  });
  return found;
}

function leavesIn(value: unknown, place = ''): [place: string, text: string][] {
  if (typeof value === 'string') return value === '' ? [] : [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, below]) => leavesIn(below, `${place}/${field}`));
}
