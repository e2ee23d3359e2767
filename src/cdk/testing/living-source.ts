import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConnectorError } from '../errors.ts';
import type { Partitions, Source } from '../source.ts';
import type { Contents, ListStream, Page, PartitionStream, Row, Section } from '../stream.ts';
import { Door } from './library.ts';
import { inOrder, KEYS, LIVING_SCHEMA, type Name, readerRow, rowsOfSection, type Shelf, shelfRow } from './shelves.ts';

/** What is there to be read. */
export interface LibraryContent {
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

interface ShelfVisit extends AsyncDisposable {
  readonly id: string;
}

const PAGE = 7;

const base = (name: Name) => ({ name, schema: LIVING_SCHEMA, primaryKey: KEYS[name], updatedField: 'lentAt' });

/** What one sync is shown of the library. */
class ShownLibrary {
  readonly #content: LibraryContent;
  readonly #turn: Turn;
  readonly #journal: Journal;

  constructor(content: LibraryContent, turn: Turn, journal: Journal) {
    this.#content = content;
    this.#turn = turn;
    this.#journal = journal;
  }

  async later<Value>(value: Value): Promise<Value> {
    for (let turns = this.#turn.delay(); turns > 0; turns -= 1) await nextTurn();
    return value;
  }

  async *pages(name: Name, rows: readonly Row[]): AsyncGenerator<Page> {
    const { listed, brokenLists } = this.#journal;
    const most = this.#turn.broken.get(name) ?? Number.POSITIVE_INFINITY;
    for (let from = 0; from < rows.length && from < most; from += PAGE) {
      const page = await this.later(rows.slice(from, Math.min(from + PAGE, most)));
      for (const row of page) listed[name]?.add(JSON.stringify(KEYS[name].map((field) => row[field])));
      yield page;
      // A list that had to begin again.
      if (this.#turn.isRepetitive) yield rows.slice(0, from);
    }
    if (most === Number.POSITIVE_INFINITY) return;
    brokenLists.add(name);
    throw new Trouble(`the list of ${name} is torn`, 'fails');
  }

  async contents(name: 'books' | 'notes', id: string): Promise<Contents> {
    const shelf = this.#content.shelves.get(id) as Shelf;
    const meet = <Value>(at: Fault['at'], value: () => Value) => this.#meet(name, id, at, value);
    await meet('contents', () => undefined);
    const sections = inOrder(shelf[name]).map(
      ([section, { version, rank, rows }], index): Section => ({
        id: section,
        ...(name === 'books' && { version: [version, rank] }),
        expectedRows: rows.size,
        read: () =>
          meet(index, () => {
            this.#journal.sectionsRead += 1;
            return [...rowsOfSection(id, section, shelf, name)];
          }),
      }),
    );
    const listed = this.#turn.isRepetitive ? [...sections, ...sections] : sections;
    if (name === 'notes') return { sections: listed };
    const shared = meet('shared', () => shelf.shared);
    // Its failure does not matter where nothing asks for it.
    shared.catch(() => undefined);
    return { sections: listed, shared };
  }

  /** What is there to be read at a place of a shelf, or the fault there. */
  async #meet<Value>(name: string, id: string, at: Fault['at'], value: () => Value): Promise<Value> {
    await this.later(undefined);
    if (at === 'contents' && this.#content.shelves.get(id)?.isLocked) throw new Trouble(`shelf ${id} is locked`, 'out');
    const fault = this.#turn.faults.get(`${id} ${name}`);
    if (fault?.at !== at) return value();
    this.#journal.faults.set(`${id} ${name}`, fault);
    throw new Trouble(`shelf ${id} fell over`, fault.kind);
  }
}

/** The library as a source, in one sync. */
export function livingSource(content: LibraryContent, turn: Turn, journal: Journal): Source<Door> {
  const shown = new ShownLibrary(content, turn, journal);
  const list = (name: Name, rows: () => Row[]): ListStream<Door> => ({
    ...base(name),
    read: () => shown.pages(name, rows()),
  });
  const byShelf = (name: 'books' | 'notes'): PartitionStream<ShelfVisit> => ({
    ...base(name),
    partitionedBy: 'shelves',
    readPartition: ({ id }) => shown.contents(name, id),
  });
  const shelves = list('shelves', () => [...content.shelves].map(([id, shelf]) => shelfRow(id, shelf)));
  const readers = list('readers', () => [...content.readers].map(([key, value]) => readerRow(key, value)));
  const partitions: Partitions<Door, object, ShelfVisit> = {
    labels: { partitions: 'shelves', sections: 'boards' },
    list: shelves,
    visitor: (_, row) => {
      const id = String(row.id);
      const open = (): ShelfVisit => {
        journal.opened.push(id);
        return { id, [Symbol.asyncDispose]: () => shown.later(undefined) };
      };
      return { name: `shelf ${id}`, version: content.shelves.get(id)?.version, open };
    },
    concurrency: () => turn.concurrency,
    scope: () => content.scope,
    rereadAfterDays: () => turn.rereadAfterDays,
  };
  return {
    connectionSpecification: {},
    streams: [shelves, readers, byShelf('books'), byShelf('notes')],
    partitions: [partitions],
    identity: async () => 'the library',
    check: async () => ({ status: 'SUCCEEDED', message: 'The library is open.' }),
    connect: async () => new Door(),
  };
}
