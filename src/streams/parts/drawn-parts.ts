import type { Properties, PropertyTree } from '../../qlik/app-objects.ts';
import { hasColumns } from './chart-columns.ts';
import { type Contents, contentsOf } from './chart-contents.ts';
import type { Library } from './library.ts';

/** An object, or one below it or in its master, with what it computes. */
interface Part {
  readonly properties: Properties;
  readonly contents: Contents;
}

/** Masters that show masters which show others might have millions; no real one has a hundred. */
const MOST_MASTERS = 1_000;

/**
 * All that is drawn of an object: itself and what is below it, each before those below it. An object that computes nothing by
 * itself and names a master is drawn as that, at every depth. Places are those in the tree as GetFullPropertyTree answers it.
 */
export function partsOf(tree: PropertyTree, library: Library): Part[] {
  return partsBelow(tree, { library, root: '', above: [], left: { count: MOST_MASTERS } });
}

/** What is known above an object. */
interface Above {
  readonly library: Library;
  /** Where its properties are. */
  readonly root: string;
  /** Ids of the masters that it is in. */
  readonly above: readonly string[];
  /** How many masters may still be shown in it. */
  readonly left: { count: number };
}

function partsBelow({ qProperty, qChildren }: PropertyTree, known: Above): Part[] {
  const { library, root, above, left } = known;
  const stored = qProperty ?? {};
  const { properties, place } = drawn(stored);
  const below = (qChildren ?? []).flatMap((child, at) =>
    child ? partsBelow(child, { ...known, root: `${root}/qChildren/${at}/qProperty` }) : [],
  );
  const parts = [{ properties, contents: contentsOf(properties, root + place) }, ...below];
  const masterId = masterIn(stored);
  const master = library.masters.get(masterId ?? '');
  // A master below itself would never end.
  if (masterId === null || !master || above.includes(masterId) || parts.some(hasCubes)) return parts;
  left.count -= 1;
  if (left.count < 0) return parts;
  return [...parts, ...partsBelow(master, { ...known, above: [...above, masterId] })];
}

/** The properties that are drawn, and where they stand: an auto-chart draws what it has generated. */
export function drawn(stored: Properties): { properties: Properties; place: string } {
  const { generated } = (stored.qUndoExclude ?? {}) as { generated?: unknown };
  return typeof generated === 'object' && generated !== null
    ? { properties: generated as Properties, place: '/qUndoExclude/generated' }
    : { properties: stored, place: '' };
}

/** The id of the master visualisation that an object shows; null for none. */
export function masterIn({ qExtendsId }: Properties): string | null {
  // Qlik's client writes such ids into charts that it puts together by itself; they name no object.
  if (typeof qExtendsId !== 'string' || qExtendsId.includes('qlik-compound-context')) return null;
  return qExtendsId || null;
}

function hasCubes({ contents }: Part): boolean {
  return contents.cubes.some(hasColumns);
}
