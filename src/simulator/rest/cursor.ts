import type { Place } from '../data/row-list.ts';

/** A place in a list, and the way to go from there. */
export interface Cursor {
  sort: string;
  place: Place;
  backwards: boolean;
}

/** Opaque to clients, like Qlik's: the sort value and the id of the row at the page's edge. */
export function writeCursor({ sort, place, backwards }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, place.last, place.value, place.id, backwards])).toString('base64');
}

/** Undefined for what was not written here, or for a list in another order. */
export function readCursor(text: string, sort: string): Cursor | undefined {
  try {
    const [ofSort, last, value, id, backwards] = JSON.parse(Buffer.from(text, 'base64').toString()) as unknown[];
    if (ofSort !== sort || typeof value !== 'string' || typeof id !== 'string') return undefined;
    return { sort, place: { last: Number(last), value, id }, backwards: backwards === true };
  } catch {
    return undefined;
  }
}
