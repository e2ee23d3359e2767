import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from './errors.ts';
import {
  type Call,
  call,
  type Door,
  errorsOf,
  idsOf,
  type Line,
  library,
  type Outcome,
  ROW_SCHEMA,
  recordsOf,
  rows,
  statesOf,
  statuses,
  stream,
} from './invented-source.ts';
import type { Source } from './source.ts';
import type { ListStream, Page, PartitionStream, Row } from './stream.ts';

/** What happened to the shelves, in order: `open 1`, `close 1`. */
class Diary {
  readonly entries: string[] = [];
  most = 0;
  #open = 0;

  begin(shelf: string): void {
    this.entries.push(`open ${shelf}`);
    this.#open += 1;
    this.most = Math.max(this.most, this.#open);
  }

  end(shelf: string): void {
    this.entries.push(`close ${shelf}`);
    this.#open -= 1;
  }

  of(kind: 'open' | 'close'): string[] {
    return this.entries.filter((entry) => entry.startsWith(kind)).map((entry) => entry.slice(kind.length + 1));
  }
}

/** A look at one shelf of the library. */
class Look implements AsyncDisposable {
  readonly shelf: string;
  readonly #diary: Diary;

  constructor(shelf: string, diary: Diary) {
    this.shelf = shelf;
    this.#diary = diary;
    diary.begin(shelf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sleep(1);
    this.#diary.end(this.shelf);
  }
}

type Reading = (look: Look) => AsyncIterable<Page>;

function onShelves(name: string, readPartition: Reading): PartitionStream<Look> {
  return { name, schema: ROW_SCHEMA, primaryKey: ['id'], updatedField: 'lentAt', readPartition };
}

/** Two pages of a shelf: three rows whose ids begin with the stream and the shelf. */
const threeRows = (name: string): Reading =>
  async function* ({ shelf }) {
    const ids = [0, 1, 2].map((index) => ({ id: `${name}-${shelf}-${index}` }));
    await sleep(Number(shelf) % 4);
    yield ids.slice(0, 2);
    await sleep(1);
    yield ids.slice(2);
  };

const shelves = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: String(index) }));

interface Wish extends Call {
  readonly list?: readonly Page[] | ListStream<Door>['read'];
  readonly books?: Reading;
  readonly notes?: Reading;
  readonly concurrency?: number;
}

/** A read of shelves, and of the books and notes on each. */
async function walkThrough({ list = [shelves(6)], concurrency = 3, ...wish }: Wish = {}) {
  const diary = new Diary();
  let listings = 0;
  const shelf = stream('shelves', async function* (door, expectRows) {
    listings += 1;
    if (typeof list === 'function') yield* list(door, expectRows);
    else yield* list;
    diary.entries.push('listed');
  }) as ListStream<Door>;
  const { books = threeRows('books'), notes = threeRows('notes'), ...options } = wish;
  const source: Source<Door, Look> = {
    ...(library([]) as unknown as Source<Door, Look>),
    streams: [shelf, onShelves('books', books), onShelves('notes', notes)],
    partitions: {
      list: shelf,
      visitor: (_, row) => ({ name: `shelf ${row.id}`, open: () => new Look(String(row.id), diary) }),
      concurrency: () => concurrency,
    },
  };
  const outcome = await call(source as unknown as Source<Door>, options);
  return { ...outcome, diary, listings: () => listings };
}

const warnings = (lines: readonly Line[]) => lines.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));
const ends = ({ lines }: Outcome) => ['shelves', 'books', 'notes'].map((name) => statuses(lines, name).at(-1));
const expectedIds = (name: string, shelfIds: readonly string[]) =>
  shelfIds.flatMap((shelf) => [0, 1, 2].map((index) => `${name}-${shelf}-${index}`)).sort();
const namesOf = (all: readonly Row[]) => all.map(({ id }) => String(id));

/** Who met a failure tells it; `out` is one of this partition alone. */
class Trouble extends ConnectorError {
  readonly partitionOut: boolean;

  constructor(message: string, partitionOut: boolean) {
    super(partitionOut ? 'config_error' : 'transient_error', message);
    this.partitionOut = partitionOut;
  }
}

/** A failure that all partitions share. */
class Refusal extends ConnectorError {
  readonly fatal = true;
}

const failingOn = (name: string, shelfIds: readonly string[], error: (shelf: string) => Error): Reading =>
  async function* (look) {
    const [first = [], ...rest] = await Array.fromAsync(threeRows(name)(look));
    yield first;
    if (shelfIds.includes(look.shelf)) throw error(look.shelf);
    yield* rest;
  };

describe.concurrent('a walk', () => {
  test.each([1, 2, 7, 100])(
    'visits each partition once, %d at a time, and each row is sent once',
    async (concurrency) => {
      const list = [shelves(40).slice(0, 25), shelves(40).slice(25)];
      const outcome = await walkThrough({ list, concurrency });
      expect(outcome.exitCode).toBe(0);
      expect(ends(outcome)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
      const all = namesOf(shelves(40));
      expect(outcome.diary.of('open').sort()).toEqual(all.toSorted());
      expect(outcome.diary.of('close').sort()).toEqual(all.toSorted());
      expect(outcome.diary.most).toBe(Math.min(concurrency, 40));
      for (const name of ['books', 'notes']) expect(idsOf(outcome.lines, name).sort()).toEqual(expectedIds(name, all));
    },
  );

  test('counts in each STATE the records since the one before, while several visits write', async () => {
    const { lines } = await walkThrough({ list: [shelves(30)], concurrency: 8, env: { STATE_INTERVAL_MS: '0' } });
    for (const name of ['books', 'notes']) {
      let since = 0;
      for (const { record, state } of lines) {
        if (record?.stream === name) since += 1;
        if (state?.stream.stream_descriptor.name !== name) continue;
        expect(state.sourceStats.recordCount).toBe(since);
        since = 0;
      }
      expect(since).toBe(0);
      expect(statesOf(lines, name).length).toBeGreaterThan(30);
      expect(statesOf(lines, name).reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0)).toBe(90);
    }
  });

  test('begins when the listing has come to its end', async () => {
    const { diary } = await walkThrough({ list: [shelves(3), shelves(6).slice(3)] });
    expect(diary.entries[0]).toBe('listed');
  });

  test('visits what is listed twice once', async () => {
    const outcome = await walkThrough({ list: [shelves(4), shelves(6)] });
    expect(outcome.diary.of('open').sort()).toEqual(namesOf(shelves(6)));
    expect(idsOf(outcome.lines, 'shelves')).toHaveLength(6);
    expect(outcome.exitCode).toBe(0);
  });

  test('shows one visit to all streams, one after the other', async () => {
    const met: Look[] = [];
    const reading = (name: string): Reading =>
      async function* (look) {
        met.push(look);
        yield* threeRows(name)(look);
        met.push(look);
      };
    await walkThrough({ list: [shelves(1)], books: reading('books'), notes: reading('notes') });
    expect(met).toHaveLength(4);
    expect(new Set(met).size).toBe(1);
  });

  test.each<[what: string, chosen: string[], listings: number, visits: number]>([
    ['where the list is not chosen, without its rows', ['books'], 1, 6],
    ['where all are chosen', ['notes', 'shelves', 'books'], 1, 6],
    ['of nothing, where only the list is chosen', ['shelves'], 1, 0],
  ])('lists once: %s', async (_, chosen, listings, visits) => {
    const outcome = await walkThrough({ streams: chosen.map((name) => ({ name })) });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.listings()).toBe(listings);
    expect(outcome.diary.of('open')).toHaveLength(visits);
    const told = new Set(outcome.lines.flatMap(({ record }) => record?.stream ?? []));
    expect(told).toEqual(new Set(chosen));
  });

  test('of no partitions is COMPLETE', async () => {
    const outcome = await walkThrough({ list: [] });
    expect(ends(outcome)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
    expect(statesOf(outcome.lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([0]);
  });

  test.each(['books', 'notes'])(
    'goes past a partition that cannot be read, with one warning: found by %s',
    async (finder) => {
      const out = failingOn(finder, ['2', '4'], (shelf) => new Trouble(`shelf ${shelf} is locked`, true));
      const outcome = await walkThrough({ [finder]: out });
      expect(outcome.exitCode).toBe(0);
      expect(ends(outcome)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
      expect(warnings(outcome.lines).sort()).toEqual(['shelf 2 is locked', 'shelf 4 is locked']);
      const read = expectedIds('notes', ['0', '1', '3', '5']);
      expect(
        idsOf(outcome.lines, 'notes')
          .filter((id) => !/-[24]-/.test(String(id)))
          .sort(),
      ).toEqual(read);
      // Whoever comes after the one who found out is not let in.
      if (finder === 'books') expect(idsOf(outcome.lines, 'notes')).toHaveLength(read.length);
      expect(outcome.diary.of('close')).toHaveLength(6);
    },
  );

  test('goes on where a stream fails, for that stream in the next partition, for the others in this one', async () => {
    const books = failingOn('books', ['1', '4'], (shelf) => new Trouble(`shelf ${shelf} fell over`, false));
    const outcome = await walkThrough({ books, concurrency: 1 });
    expect(outcome.exitCode).toBe(1);
    expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    expect(idsOf(outcome.lines, 'notes').sort()).toEqual(expectedIds('notes', namesOf(shelves(6))));
    const whole = expectedIds('books', ['0', '2', '3', '5']);
    expect(idsOf(outcome.lines, 'books').sort()).toEqual(
      [...whole, 'books-1-0', 'books-1-1', 'books-4-0', 'books-4-1'].sort(),
    );
    const [error, summary] = errorsOf(outcome.lines);
    expect(error).toMatchObject({
      failure_type: 'transient_error',
      message: expect.stringMatching(/^2 of 6 could not be read.*shelf 1 fell over/),
      stream_descriptor: { name: 'books' },
    });
    expect(summary).toMatchObject({ failure_type: 'transient_error', message: expect.stringContaining('1 of 3') });
    expect(warnings(outcome.lines)).toEqual(['shelf 1 fell over', 'shelf 4 fell over']);
    expect(outcome.diary.of('close')).toHaveLength(6);
  });

  test('tells of a mistake in a stream as such', async () => {
    const books = failingOn('books', ['3'], () => new TypeError('undefined is not a shelf'));
    const outcome = await walkThrough({ books });
    expect(errorsOf(outcome.lines)[0]).toMatchObject({ failure_type: 'system_error' });
    expect(errorsOf(outcome.lines)[0]?.stack_trace).toContain('undefined is not a shelf');
    expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    expect(outcome.diary.of('close')).toHaveLength(6);
  });

  test('names each partition that fails in a warning, also where nobody explained why', async () => {
    const mistake = { partitions: ['1', '4'], error: () => new TypeError('undefined is not a shelf') };
    const books = failingOn('books', mistake.partitions, mistake.error);
    const notes = failingOn('notes', ['2', '4', '5'], (shelf) => new Trouble(`shelf ${shelf} fell over`, false));
    const outcome = await walkThrough({ books, notes });
    expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
    expect(warnings(outcome.lines).sort()).toEqual([
      expect.stringMatching(/^shelf 1: .*undefined is not a shelf/),
      'shelf 2 fell over',
      'shelf 4 fell over',
      expect.stringMatching(/^shelf 4: .*undefined is not a shelf/),
      'shelf 5 fell over',
    ]);
    expect(idsOf(outcome.lines, 'books')).toHaveLength(6 * 3 - 2);
    expect(idsOf(outcome.lines, 'notes')).toHaveLength(6 * 3 - 3);
    expect(outcome.diary.of('close')).toHaveLength(6);
  });

  test.each(['books', 'notes'])(
    'ends early for all streams where the rest would fare the same: found by %s',
    async (finder) => {
      const refused = failingOn(finder, ['3'], () => new Refusal('config_error', 'the card is not valid any more'));
      const outcome = await walkThrough({ list: [shelves(60)], [finder]: refused, concurrency: 2 });
      expect(outcome.exitCode).toBe(1);
      expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
      const opened = outcome.diary.of('open');
      expect(opened.length).toBeLessThan(10);
      expect(outcome.diary.of('close').sort()).toEqual(opened.sort());
      for (const name of ['books', 'notes']) {
        const own = errorsOf(outcome.lines).filter(({ stream_descriptor }) => stream_descriptor?.name === name);
        expect(own).toMatchObject([{ failure_type: 'config_error', message: 'the card is not valid any more' }]);
      }
    },
  );

  test.each([
    ['chosen', ['shelves', 'books', 'notes']],
    ['not chosen', ['books', 'notes']],
  ])('does not begin where the listing fails, and the list is %s', async (_, chosen) => {
    const list: ListStream<Door>['read'] = async function* () {
      yield shelves(3);
      throw new Trouble('the catalogue is lost', false);
    };
    const outcome = await walkThrough({ list, streams: chosen.map((name) => ({ name })) });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.diary.of('open')).toEqual([]);
    for (const name of chosen) {
      expect(statuses(outcome.lines, name).at(-1)).toBe('INCOMPLETE');
      const error = errorsOf(outcome.lines).find(({ stream_descriptor }) => stream_descriptor?.name === name);
      expect(error).toMatchObject({
        failure_type: 'transient_error',
        message: expect.stringContaining('the catalogue is lost'),
      });
    }
    if (chosen.includes('shelves')) expect(recordsOf(outcome.lines, 'shelves')).toHaveLength(3);
  });
});

describe.concurrent('a walk that is stopped', () => {
  test('ends at once, opens no more, and leaves every visit', async () => {
    const stop = new AbortController();
    const reason = new Error('that is enough');
    let begun = 0;
    const books: Reading = async function* ({ shelf }) {
      begun += 1;
      if (begun === 6) setTimeout(() => stop.abort(reason), 20);
      yield [{ id: `books-${shelf}` }];
      if (begun > 3) await sleep(30_000, undefined, { signal: stop.signal });
    };
    const began = performance.now();
    const outcome = await walkThrough({ list: [shelves(50)], books, stop, concurrency: 3 });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(outcome.error).toBe(reason);
    expect(statuses(outcome.lines, 'books')).not.toContain('INCOMPLETE');
    expect(statuses(outcome.lines, 'books')).not.toContain('COMPLETE');
    const opened = outcome.diary.of('open');
    expect(opened.length).toBeLessThan(10);
    await expect.poll(() => outcome.diary.of('close').sort()).toEqual(opened.sort());
  });

  test('while it lists visits nothing', async () => {
    const stop = new AbortController();
    const list: ListStream<Door>['read'] = async function* () {
      yield rows(2);
      stop.abort(new Error('that is enough'));
      stop.signal.throwIfAborted();
    };
    const outcome = await walkThrough({ list, stop });
    expect(outcome.error).toBe(stop.signal.reason);
    expect(outcome.diary.of('open')).toEqual([]);
  });
});
