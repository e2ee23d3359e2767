import type { Schema } from '../protocol/messages.ts';
import { DELETED_COLUMN, type Row, UPDATED_COLUMN } from '../stream.ts';

const TEXT: Schema = { type: ['null', 'string'] };
const TIME: Schema = { type: ['null', 'string'], format: 'date-time' };

/** What any row of the living library may hold. */
export const LIVING_SCHEMA: Schema = {
  type: 'object',
  properties: {
    shelfId: TEXT,
    id: TEXT,
    no: { type: ['null', 'integer'] },
    section: TEXT,
    title: TEXT,
    lentAt: TIME,
    [UPDATED_COLUMN]: TIME,
    [DELETED_COLUMN]: TIME,
  },
};

/** Lists first, the one of the partitions before the other; then the streams that are read by shelf. */
export const KEYS = {
  shelves: ['id'],
  readers: ['id', 'no'],
  books: ['shelfId', 'id'],
  notes: ['shelfId', 'id'],
} as const;
export type Name = keyof typeof KEYS;
export const NAMES = Object.keys(KEYS) as Name[];
export const isWalker = (name: Name): name is 'books' | 'notes' => name === 'books' || name === 'notes';

/** A section of a shelf: its rows with a number that stands for all they say. */
export interface Part {
  rank: number;
  version: number;
  readonly rows: Map<string, number>;
}

export interface Shelf {
  title: number;
  version: number;
  /** What all its books depend on. */
  shared: number;
  isLocked: boolean;
  readonly books: Map<string, Part>;
  readonly notes: Map<string, Part>;
}

/** Sections as they are listed. */
export const inOrder = (parts: ReadonlyMap<string, Part>) =>
  [...parts].toSorted(([one, { rank }], [other, { rank: otherRank }]) => rank - otherRank || (one < other ? -1 : 1));

const lentAt = (value: number) => (value % 4 === 0 ? null : new Date(Date.UTC(2026, value % 3)).toISOString());

function bookRow(shelfId: string, section: string, id: string, value: number, shared: number): Row {
  return { shelfId, id, section, title: `${value} of ${shared}`, lentAt: lentAt(value) };
}

const noteRow = (shelfId: string, id: string, value: number): Row => ({ shelfId, id, title: `${value}` });
export const shelfRow = (id: string, { title }: Shelf): Row => ({ id, title: `${title}` });

export function readerRow(key: string, value: number): Row {
  const [id, no] = JSON.parse(key);
  return { id, no, title: `${value}`, lentAt: lentAt(value) };
}

export function* rowsOfSection(shelfId: string, section: string, shelf: Shelf, name: 'books' | 'notes'): Iterable<Row> {
  for (const [id, value] of shelf[name].get(section)?.rows ?? []) {
    yield name === 'books' ? bookRow(shelfId, section, id, value, shelf.shared) : noteRow(shelfId, id, value);
  }
}

/** All rows of a shelf, in the order of its sections. */
export function* rowsOf(shelfId: string, shelf: Shelf, name: 'books' | 'notes'): Iterable<Row> {
  for (const [section] of inOrder(shelf[name])) yield* rowsOfSection(shelfId, section, shelf, name);
}
