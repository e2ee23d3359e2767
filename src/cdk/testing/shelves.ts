import { setImmediate as turn } from 'node:timers/promises';
import { ConnectorError } from '../errors.ts';
import type { Schema } from '../protocol/messages.ts';
import type { Partitions, Source } from '../source.ts';
import {
  type Contents,
  DELETED_COLUMN,
  type ListStream,
  type Page,
  type PartitionStream,
  type Row,
  type Section,
  UPDATED_COLUMN,
} from '../stream.ts';
import { Door } from './library.ts';

const TEXT: Schema = { type: ['null', 'string'] };
const TIME: Schema = { type: ['null', 'string'], format: 'date-time' };

/** What any row of the living library may hold. */
const LIVING_SCHEMA: Schema = {
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
const inOrder = (parts: ReadonlyMap<string, Part>) =>
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

function* rowsOfSection(shelfId: string, section: string, shelf: Shelf, name: 'books' | 'notes'): Iterable<Row> {
  for (const [id, value] of shelf[name].get(section)?.rows ?? []) {
    yield name === 'books' ? bookRow(shelfId, section, id, value, shelf.shared) : noteRow(shelfId, id, value);
  }
}

/** All rows of a shelf, in the order of its sections. */
export function* rowsOf(shelfId: string, shelf: Shelf, name: 'books' | 'notes'): Iterable<Row> {
  for (const [section] of inOrder(shelf[name])) yield* rowsOfSection(shelfId, section, shelf, name);
}

/** What is there to be read. */
export interface Holdings {
  readonly shelves: ReadonlyMap<string, Shelf>;
  /** By the JSON of their key. */
  readonly readers: ReadonlyMap<string, number>;
  readonly scope: number;
}

/** What goes wrong with a stream on a shelf, and where: `contents`, `shared` or the number of a section. */
export interface Fault {
  readonly at: 'contents' | 'shared' | number;
  /** `fails` on this shelf, is `out` there for everyone, or `ends` the walk. */
  readonly kind: 'fails' | 'out' | 'ends';
}

/** What happens in one sync. */
export interface Turn {
  /** Lists that break off after so many rows. */
  readonly broken: ReadonlyMap<string, number>;
  /** By shelf and stream: `s1 books`. */
  readonly faults: ReadonlyMap<string, Fault>;
  /** Whether pages are listed twice, and sections too. */
  readonly isRepetitive: boolean;
  /** Turns of the event loop that an answer takes. */
  readonly delay: () => number;
  readonly concurrency: number;
  readonly rereadAfterDays: number;
}

/** What a sync has met. */
export class Journal {
  readonly opened: string[] = [];
  /** Keys of the rows that were listed. */
  readonly listed: { readonly [name: string]: Set<string> } = { shelves: new Set(), readers: new Set() };
  readonly brokenLists = new Set<string>();
  /** As `faults` of the turn. */
  readonly faults = new Map<string, Fault>();
  sectionsRead = 0;
}

class Trouble extends ConnectorError {
  readonly partitionOut: 'denied' | undefined;
  readonly fatal: boolean;

  constructor(message: string, kind: Fault['kind']) {
    super('transient_error', message);
    this.partitionOut = kind === 'out' ? 'denied' : undefined;
    this.fatal = kind === 'ends';
  }
}

interface Look extends AsyncDisposable {
  readonly id: string;
}

const PAGE = 7;

/** The library as a source, in one sync. */
export function livingSource(holdings: Holdings, turnOf: Turn, journal: Journal): Source<Door> {
  const { delay, isRepetitive } = turnOf;
  const later = async <Value>(value: Value): Promise<Value> => {
    for (let turns = delay(); turns > 0; turns -= 1) await turn();
    return value;
  };
  const base = (name: Name) => ({ name, schema: LIVING_SCHEMA, primaryKey: KEYS[name], updatedField: 'lentAt' });

  async function* pagesOf(name: Name, rows: readonly Row[]): AsyncGenerator<Page> {
    const most = turnOf.broken.get(name) ?? Number.POSITIVE_INFINITY;
    for (let from = 0; from < rows.length && from < most; from += PAGE) {
      const page = await later(rows.slice(from, Math.min(from + PAGE, most)));
      for (const row of page) journal.listed[name]?.add(JSON.stringify(KEYS[name].map((field) => row[field])));
      yield page;
      // A listing that had to begin again.
      if (isRepetitive) yield rows.slice(0, from);
    }
    if (most === Number.POSITIVE_INFINITY) return;
    journal.brokenLists.add(name);
    throw new Trouble(`the list of ${name} is torn`, 'fails');
  }
  const list = (name: Name, rows: () => Row[]): ListStream<Door> => ({
    ...base(name),
    read: () => pagesOf(name, rows()),
  });
  const shelves = list('shelves', () => [...holdings.shelves].map(([id, shelf]) => shelfRow(id, shelf)));
  const readers = list('readers', () => [...holdings.readers].map(([key, value]) => readerRow(key, value)));

  const byShelf = (name: 'books' | 'notes'): PartitionStream<Look> => ({
    ...base(name),
    partitionedBy: 'shelves',
    readPartition: ({ id }) => contentsOf(name, id),
  });
  async function contentsOf(name: 'books' | 'notes', id: string): Promise<Contents> {
    const shelf = holdings.shelves.get(id) as Shelf;
    const fault = turnOf.faults.get(`${id} ${name}`);
    const meet = async <Value>(at: Fault['at'], value: () => Value): Promise<Value> => {
      await later(undefined);
      if (at === 'contents' && shelf.isLocked) throw new Trouble(`shelf ${id} is locked`, 'out');
      if (fault?.at !== at) return value();
      journal.faults.set(`${id} ${name}`, fault);
      throw new Trouble(`shelf ${id} fell over`, fault.kind);
    };
    await meet('contents', () => undefined);
    const sections = inOrder(shelf[name]).map(
      ([section, { version, rank, rows }], index): Section => ({
        id: section,
        ...(name === 'books' && { version: [version, rank] }),
        expectedRows: rows.size,
        read: () =>
          meet(index, () => {
            journal.sectionsRead += 1;
            return [...rowsOfSection(id, section, shelf, name)];
          }),
      }),
    );
    const listed = isRepetitive ? [...sections, ...sections] : sections;
    if (name === 'notes') return { sections: listed };
    const shared = meet('shared', () => shelf.shared);
    // Whoever has no use for it need not hear of its failure.
    shared.catch(() => undefined);
    return { sections: listed, shared };
  }

  const walked = [byShelf('books'), byShelf('notes')];
  const partitions: Partitions<Door, Look> = {
    labels: { partitions: 'shelves', sections: 'boards' },
    list: shelves,
    visitor: (_, row) => {
      const id = String(row.id);
      const open = (): Look => {
        journal.opened.push(id);
        return { id, [Symbol.asyncDispose]: () => later(undefined) };
      };
      return { name: `shelf ${id}`, version: holdings.shelves.get(id)?.version, open };
    },
    concurrency: () => turnOf.concurrency,
    scope: () => holdings.scope,
    rereadAfterDays: () => turnOf.rereadAfterDays,
  };
  return {
    specification: { protocol_version: '0.18.0', supportsIncremental: true, connectionSpecification: {} },
    streams: [shelves, readers, ...walked],
    partitions: [partitions],
    identity: async () => 'the library',
    check: async () => ({ status: 'SUCCEEDED', message: 'The library is open.' }),
    connect: async () => new Door(),
  };
}
