import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { ConnectorError } from '../errors.ts';
import type { JsonObject, SyncMode } from '../protocol/messages.ts';
import type { Partitions, Source } from '../source.ts';
import type { Contents, ListStream, Page, PartitionStream, Row, Section } from '../stream.ts';
import {
  CARD,
  type Call,
  call,
  type Door,
  inMode,
  library,
  MODES,
  type Outcome,
  ROW_SCHEMA,
  rows,
  stream,
} from '../testing/library.ts';
import {
  errorsOf,
  idsOf,
  type Line,
  ofStream,
  Reader,
  recordsOf,
  savedIn,
  statesOf,
  statuses,
  tableOf,
  warningsOf,
} from '../testing/lines.ts';

/** What a test waits for comes late where the machine is busy. `expect.poll` is lost where tests run at the same time. */
const COMES_LATE = { timeout: 60_000 };

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

/** A visit of one shelf of the library. */
class ShelfVisit implements AsyncDisposable {
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

const KEY = ['shelfId', 'id'];

type Reading = (visit: ShelfVisit) => Promise<Contents>;

function onShelves(name: string, readPartition: Reading): PartitionStream<ShelfVisit> {
  return { name, schema: ROW_SCHEMA, primaryKey: KEY, updatedField: 'lentAt', partitionedBy: 'shelves', readPartition };
}

/** A part of a shelf, whose rows a function fetches when they are asked for. */
function section(id: string, content: Page | (() => Page | Promise<Page>), version: unknown = 1): Section {
  return { id, version, expectedRows: 2, read: async () => (typeof content === 'function' ? content() : content) };
}

/** Rows of a shelf, whose ids begin with the stream and the shelf. */
const rowsOn = (name: string, shelfId: string, indexes: readonly number[], more: object = {}): Page =>
  indexes.map((index) => ({ shelfId, id: `${name}-${shelfId}-${index}`, ...more }));

/** Two sections of a shelf: three rows. What `more` gives stands in each; a version of its own makes the sections differ too. */
const threeRows =
  (name: string, more: object = {}, version: unknown = 1): Reading =>
  async ({ shelf }) => {
    await sleep(Number(shelf) % 4);
    const bottom = async () => {
      await sleep(1);
      return rowsOn(name, shelf, [2], more);
    };
    return {
      sections: [section('top', rowsOn(name, shelf, [0, 1], more), version), section('bottom', bottom, version)],
    };
  };

const shelves = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: String(index) }));

interface Wish extends Omit<Call, 'streams'> {
  readonly mode?: SyncMode;
  readonly selected?: readonly string[];
  readonly columns?: readonly string[];
  readonly list?: readonly Page[] | ListStream<Door>['read'];
  readonly books?: Reading;
  readonly notes?: Reading;
  /** Streams that have their own permission. */
  readonly separate?: readonly string[];
  /** Streams whose rows change only when their shelf moves. */
  readonly onlyMoved?: readonly string[];
  readonly concurrency?: number;
  readonly version?: (shelf: string) => unknown;
  /** All are of one group, unless given. */
  readonly group?: (shelf: string) => string | undefined;
  readonly rereadAfterDays?: number;
  readonly onEnd?: () => void;
  readonly identity?: () => Promise<string | undefined>;
}

const ALL = ['shelves', 'books', 'notes'];

/** A read of shelves, and of the books and notes on each. */
async function walkThrough({ list = [shelves(6)], concurrency = 3, ...wish }: Wish = {}) {
  const diary = new Diary();
  let lists = 0;
  const shelf = stream('shelves', async function* (door, expectRows) {
    lists += 1;
    if (typeof list === 'function') yield* list(door, expectRows);
    else yield* list;
    diary.entries.push('listed');
  }) as ListStream<Door>;
  const { books = threeRows('books'), notes = threeRows('notes'), mode = 'full_refresh', selected = ALL } = wish;
  const {
    version = () => 1,
    group = () => undefined,
    rereadAfterDays = 1,
    separate = [],
    onlyMoved = [],
    onEnd,
    identity,
    columns,
    ...options
  } = wish;
  const walked = [onShelves('books', books), onShelves('notes', notes)].map((one) => {
    return { ...one, hasOwnPermission: separate.includes(one.name), onlyWhenMoved: onlyMoved.includes(one.name) };
  });
  const byShelf: Partitions<Door, object, ShelfVisit> = {
    labels: { partitions: 'shelves', sections: 'boards' },
    list: shelf,
    visitor: (_, { id }) => {
      const name = String(id);
      return {
        name: `shelf ${name}`,
        version: version(name),
        group: group(name),
        open: () => new ShelfVisit(name, diary),
      };
    },
    concurrency: () => concurrency,
    scope: () => 'all shelves',
    rereadAfterDays: () => rereadAfterDays,
    ...(onEnd && { onEnd }),
  };
  const source: Source<Door> = {
    ...library([]),
    streams: [shelf, ...walked],
    partitions: [byShelf],
    ...(identity && { identity }),
  };
  const streams = inMode(mode, ...selected).map((entry) => ({ ...entry, ...(columns && { columns }) }));
  const outcome = await call(source, { ...options, streams });
  return { ...outcome, diary, lists: () => lists };
}

const ends = ({ lines }: Outcome) => ALL.map((name) => statuses(lines, name).at(-1));
const COMPLETE = ['COMPLETE', 'COMPLETE', 'COMPLETE'];
const expectedIds = (name: string, shelfIds: readonly string[]) =>
  shelfIds.flatMap((shelf) => [0, 1, 2].map((index) => `${name}-${shelf}-${index}`)).sort();
const namesOf = (all: readonly Row[]) => all.map(({ id }) => String(id));
/** The ids of what a warehouse holds after these lines. */
const heldIds = (lines: readonly Line[], name: string) =>
  [...tableOf(lines, name, KEY).values()].map(({ id }) => id).sort();
const deletions = (lines: Line[], name: string) =>
  recordsOf(lines, name).filter(({ _ab_cdc_deleted_at: deletedAt }) => deletedAt !== null);
const EVERY_STEP = { STATE_INTERVAL_MS: '0' };

/** Who met a failure tells it; `out` is one of this partition alone. */
class Trouble extends ConnectorError {
  readonly partitionOut: 'denied' | undefined;

  constructor(message: string, isOut: boolean) {
    super(isOut ? 'config_error' : 'transient_error', message);
    this.partitionOut = isOut ? 'denied' : undefined;
  }
}

/** A failure that all partitions share. */
class Refusal extends ConnectorError {
  readonly fatal = true;
}

/** Fails on some shelves, after the first two rows. */
const failingOn =
  (name: string, shelfIds: readonly string[], error: (shelf: string) => Error): Reading =>
  async (visit) => {
    const { sections } = await threeRows(name)(visit);
    if (!shelfIds.includes(visit.shelf)) return { sections };
    const fail = () => {
      throw error(visit.shelf);
    };
    return { sections: [...sections.slice(0, 1), section('bottom', fail)] };
  };
const locked = (shelf: string) => new Trouble(`shelf ${shelf} is locked`, true);
const shutDown = (shelf: string) => new Trouble(`shelf ${shelf} is shut down`, true);
const fallen = (shelf: string) => new Trouble(`shelf ${shelf} fell over`, false);
const mistake = () => new TypeError('undefined is not a shelf');
const careless: Reading = () => {
  throw mistake();
};

describe.concurrent.each(MODES)('a walk in %s', (mode) => {
  test.each([1, 2, 7, 100])(
    'visits each partition once, %d at a time, and each row is sent once',
    async (concurrency) => {
      const list = [shelves(40).slice(0, 25), shelves(40).slice(25)];
      const outcome = await walkThrough({ mode, list, concurrency });
      expect(outcome.exitCode).toBe(0);
      expect(ends(outcome)).toEqual(COMPLETE);
      const all = namesOf(shelves(40));
      expect(outcome.diary.of('open').sort()).toEqual(all.toSorted());
      expect(outcome.diary.of('close').sort()).toEqual(all.toSorted());
      expect(outcome.diary.most).toBe(Math.min(concurrency, 40));
      for (const name of ['books', 'notes']) expect(idsOf(outcome.lines, name).sort()).toEqual(expectedIds(name, all));
    },
  );

  test('counts in each STATE the records since the one before, while several visits write', async () => {
    const { lines } = await walkThrough({ mode, list: [shelves(30)], concurrency: 8, env: EVERY_STEP });
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

  test('begins when the list was read to its end', async () => {
    const { diary } = await walkThrough({ mode, list: [shelves(3), shelves(6).slice(3)] });
    expect(diary.entries[0]).toBe('listed');
  });

  test('visits what is listed twice once', async () => {
    const outcome = await walkThrough({ mode, list: [shelves(4), shelves(6)] });
    expect(outcome.diary.of('open').sort()).toEqual(namesOf(shelves(6)));
    expect(idsOf(outcome.lines, 'shelves')).toHaveLength(6);
    expect(outcome.exitCode).toBe(0);
  });

  test('shows one visit to all streams, one after the other', async () => {
    const met: ShelfVisit[] = [];
    const reading =
      (name: string): Reading =>
      async (visit) => {
        met.push(visit);
        const { sections } = await threeRows(name)(visit);
        const last = section('last', () => {
          met.push(visit);
          return [];
        });
        return { sections: [...sections, last] };
      };
    const { lines } = await walkThrough({ mode, list: [shelves(1)], books: reading('books'), notes: reading('notes') });
    expect(met).toHaveLength(4);
    expect(new Set(met).size).toBe(1);
    const order = lines.flatMap(({ record }) => (record && record.stream !== 'shelves' ? [record.stream] : []));
    expect(order).toEqual([...Array(3).fill('books'), ...Array(3).fill('notes')]);
  });

  test.each<[what: string, selected: string[], lists: number, visits: number]>([
    ['where the list is not selected, without its rows', ['books'], 1, 6],
    ['where all are selected', ['notes', 'shelves', 'books'], 1, 6],
    ['of nothing, where only the list is selected', ['shelves'], 1, 0],
  ])('lists once: %s', async (_, selected, lists, visits) => {
    const outcome = await walkThrough({ mode, selected });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.lists()).toBe(lists);
    expect(outcome.diary.of('open')).toHaveLength(visits);
    const told = new Set(outcome.lines.flatMap(({ record }) => record?.stream ?? []));
    expect(told).toEqual(new Set(selected));
  });

  test('of no partitions is COMPLETE', async () => {
    const outcome = await walkThrough({ mode, list: [] });
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(statesOf(outcome.lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([0]);
  });

  test.each(['books', 'notes'])(
    'goes past a partition that cannot be read, with one warning: found by %s',
    async (finder) => {
      const outcome = await walkThrough({ mode, [finder]: failingOn(finder, ['2', '4'], locked) });
      expect(outcome.exitCode).toBe(0);
      expect(ends(outcome)).toEqual(COMPLETE);
      expect(warningsOf(outcome.lines).sort()).toEqual(['shelf 2 is locked', 'shelf 4 is locked']);
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

  test.each(['books', 'notes'])(
    'keeps no other stream out of a partition where one with its own permission is refused: found by %s',
    async (finder) => {
      const first = await walkThrough({ mode });
      const readings = { [finder]: failingOn(finder, ['2', '4'], locked) };
      const outcome = await walkThrough({ mode, ...readings, separate: [finder], rereadAfterDays: 0 });
      expect(outcome.exitCode).toBe(0);
      expect(ends(outcome)).toEqual(COMPLETE);
      expect(warningsOf(outcome.lines).sort()).toEqual(['shelf 2 is locked', 'shelf 4 is locked']);
      const other = finder === 'books' ? 'notes' : 'books';
      expect(idsOf(outcome.lines, other).sort()).toEqual(expectedIds(other, namesOf(shelves(6))));
      if (mode === 'full_refresh') return;
      // What was delivered of it stays, for as long as it is refused.
      const state = savedIn(first.lines);
      const refused = await walkThrough({ mode, state, ...readings, separate: [finder], rereadAfterDays: 0 });
      for (const name of ['books', 'notes']) expect(recordsOf(refused.lines, name)).toEqual([]);
      const later = await walkThrough({ mode, state: savedIn(refused.lines), separate: [finder], rereadAfterDays: 0 });
      for (const name of ['books', 'notes']) expect(recordsOf(later.lines, name)).toEqual([]);
      expect(warningsOf(later.lines)).toEqual([]);
    },
  );

  test('is INCOMPLETE for a stream with its own permission that all partitions refuse, which is asked for again', async () => {
    const all = namesOf(shelves(6));
    const wish = { mode, separate: ['notes'], onlyMoved: ['notes'] } as const;
    const refused = await walkThrough({ ...wish, notes: failingOn('notes', all, locked) });
    expect(refused.exitCode).toBe(1);
    expect(ends(refused)).toEqual(['COMPLETE', 'COMPLETE', 'INCOMPLETE']);
    expect(errorsOf(refused.lines)[0]).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('6 of 6 could not be read'),
    });
    const later = await walkThrough({ ...wish, state: savedIn(refused.lines) });
    expect(ends(later)).toEqual(COMPLETE);
    expect(heldIds([...refused.lines, ...later.lines], 'notes')).toEqual(expectedIds('notes', all));
  });

  test.each([
    ['two streams with their own permissions', ['books', 'notes'], locked],
    ['two streams with their own permissions, and failed', ['books', 'notes'], fallen],
    ['all streams, and one with its own permission, listed before', ['books'], locked],
    ['all streams, and one with its own permission, listed after', ['notes'], locked],
  ])('says once what keeps out %s', async (_, separate, error) => {
    const readings = { books: failingOn('books', ['2'], error), notes: failingOn('notes', ['2'], error) };
    const [other] = ['books', 'notes'].filter((name) => !separate.includes(name));
    const reasons = { ...readings, ...(other && { [other]: failingOn(other, ['2'], shutDown) }) };
    const outcome = await walkThrough({ mode, ...reasons, separate });
    expect(warningsOf(outcome.lines)).toEqual([(other ? shutDown : error)('2').message]);
  });

  test('goes on where a stream fails, for that stream in the next partition, for the others in this one', async () => {
    const outcome = await walkThrough({ mode, books: failingOn('books', ['1', '4'], fallen), concurrency: 1 });
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
    expect(warningsOf(outcome.lines)).toEqual(['shelf 1 fell over', 'shelf 4 fell over']);
    expect(outcome.diary.of('close')).toHaveLength(6);
  });

  test.each([
    ['before anything else', careless],
    ['amid rows', failingOn('books', ['3'], mistake)],
  ])('tells of a mistake in a stream as such: %s', async (_, books) => {
    const outcome = await walkThrough({ mode, books });
    expect(errorsOf(outcome.lines)[0]).toMatchObject({ failure_type: 'system_error' });
    expect(errorsOf(outcome.lines)[0]?.stack_trace).toContain('undefined is not a shelf');
    expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    expect(idsOf(outcome.lines, 'notes').sort()).toEqual(expectedIds('notes', namesOf(shelves(6))));
    expect(outcome.diary.of('close')).toHaveLength(6);
  });

  test('names each partition that fails in a warning, also where nobody explained why', async () => {
    const books = failingOn('books', ['1', '4'], mistake);
    const outcome = await walkThrough({ mode, books, notes: failingOn('notes', ['2', '4', '5'], fallen) });
    expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
    expect(warningsOf(outcome.lines).sort()).toEqual([
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
      const list = [shelves(60)];
      const outcome = await walkThrough({ mode, list, [finder]: refused, concurrency: 2 });
      expect(outcome.exitCode).toBe(1);
      expect(ends(outcome)).toEqual(['COMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
      const opened = outcome.diary.of('open');
      expect(opened.length).toBeLessThan(10);
      expect(outcome.diary.of('close').sort()).toEqual(opened.sort());
      for (const name of ['books', 'notes']) {
        const own = errorsOf(outcome.lines).filter(({ stream_descriptor }) => stream_descriptor?.name === name);
        expect(own).toMatchObject([{ failure_type: 'config_error', message: 'the card is not valid any more' }]);
      }
      const next = await walkThrough({ mode, list, state: savedIn(outcome.lines) });
      for (const name of ['books', 'notes'])
        expect(heldIds([...outcome.lines, ...next.lines], name)).toEqual(expectedIds(name, namesOf(shelves(60))));
    },
  );

  test.each([
    ['selected', ALL],
    ['not selected', ['books', 'notes']],
  ])('does not begin where the list fails, and the list is %s', async (_, selected) => {
    const list: ListStream<Door>['read'] = async function* () {
      yield shelves(3);
      throw new Trouble('the catalogue is lost', false);
    };
    const outcome = await walkThrough({ mode, list, selected });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.diary.of('open')).toEqual([]);
    for (const name of selected) {
      expect(statuses(outcome.lines, name).at(-1)).toBe('INCOMPLETE');
      const error = errorsOf(outcome.lines).find(({ stream_descriptor }) => stream_descriptor?.name === name);
      expect(error).toMatchObject({
        failure_type: 'transient_error',
        message: expect.stringContaining('the catalogue is lost'),
      });
    }
    if (selected.includes('shelves')) expect(recordsOf(outcome.lines, 'shelves')).toHaveLength(3);
  });

  test('goes no further ahead of a slow reader than its visits', async () => {
    const concurrency = 3;
    const reader = new Reader({ highWaterMark: 512, pace: (lines) => lines });
    let mostAhead = 0;
    let opened = 0;
    const books: Reading = (visit) => {
      opened += 1;
      mostAhead = Math.max(mostAhead, opened - idsOf(reader.lines, 'books').length / 3);
      return threeRows('books')(visit);
    };
    const outcome = await walkThrough({ mode, selected: ['books'], list: [shelves(40)], books, concurrency, reader });
    expect(outcome.exitCode).toBe(0);
    expect(idsOf(outcome.lines, 'books')).toHaveLength(120);
    expect(mostAhead).toBeGreaterThan(0);
    expect(mostAhead).toBeLessThanOrEqual(2 * concurrency);
  });

  test('goes no further ahead of a slow reader within a partition than some hundred rows', async () => {
    const [sections, rowsEach] = [80, 50];
    const reader = new Reader({ highWaterMark: 512, pace: () => 1 });
    let mostAhead = 0;
    const books: Reading = async ({ shelf }) => ({
      sections: Array.from({ length: sections }, (_, at) => ({
        id: `section ${at}`,
        expectedRows: rowsEach,
        read: async () => {
          mostAhead = Math.max(mostAhead, (at + 1) * rowsEach - idsOf(reader.lines, 'books').length);
          return rowsOn(
            'books',
            shelf,
            Array.from({ length: rowsEach }, (_, index) => at * rowsEach + index),
          );
        },
      })),
    });
    const outcome = await walkThrough({ mode, selected: ['books'], list: [shelves(1)], books, reader });
    expect(outcome.exitCode).toBe(0);
    expect(idsOf(outcome.lines, 'books')).toHaveLength(sections * rowsEach);
    expect(mostAhead).toBeLessThanOrEqual(600);
  });

  test('asks once which upstream it reads, and keeps what it knew where that is not told', async () => {
    let asked = 0;
    const identity = async () => {
      asked += 1;
      return 'Main Street';
    };
    const first = await walkThrough({ mode, identity });
    expect(asked).toBe(1);
    const quiet = await walkThrough({ mode, identity: async () => undefined, state: savedIn(first.lines) });
    const upstreams = (lines: Line[]) => ['books', 'notes'].map((name) => statesOf(lines, name).at(-1)?.stream);
    for (const { lines } of [first, quiet])
      expect(upstreams(lines)).toMatchObject(Array(2).fill({ stream_state: { upstream: 'Main Street' } }));
    const elsewhere = await walkThrough({ mode, identity: async () => 'Elm Street', state: savedIn(quiet.lines) });
    expect(elsewhere.error).toMatchObject({ failureType: 'config_error' });
  });

  test('uses no state that a sync of the other mode has left, save that its rows are seen later', async () => {
    const other = MODES.find((one) => one !== mode);
    const first = await walkThrough({ ...(other && { mode: other }) });
    const outcome = await walkThrough({ mode, state: savedIn(first.lines) });
    expect(outcome.exitCode).toBe(0);
    for (const name of ['books', 'notes']) {
      expect(idsOf(outcome.lines, name).sort()).toEqual(expectedIds(name, namesOf(shelves(6))));
      const [before, after] = [first, outcome].map(({ lines }) =>
        recordsOf(lines, name).map(({ _ab_cdc_updated_at: seenAt }) => String(seenAt)),
      ) as [string[], string[]];
      for (const seenAt of after) expect(before.every((time) => time < seenAt)).toBe(true);
    }
  });
});

/** What is done to the saved state of a stream. */
type Damage = (state: { [field: string]: unknown }) => unknown;

const SHARED_DAMAGE: readonly [what: string, damage: Damage][] = [
  ['is of another version', (state) => ({ ...state, version: 3 })],
  ['has no version', ({ version, ...state }) => state],
  ['is of an unknown mode', (state) => ({ ...state, sync: 'sometimes' })],
  ['has no mode', ({ sync, ...state }) => state],
  ['has no time', ({ latest, ...state }) => state],
  ['has a time that is none', (state) => ({ ...state, latest: 'yesterday' })],
  ['is somebody else’s', () => ({ cursor: 'page 7' })],
];
const DAMAGE: { readonly [mode in SyncMode]: readonly [what: string, damage: Damage][] } = {
  full_refresh: [
    ...SHARED_DAMAGE,
    ['has no list of what is done', (state) => ({ ...state, complete: false, done: '0' })],
    ['tells no truth of its end', (state) => ({ ...state, complete: 'perhaps' })],
  ],
  incremental: [
    ...SHARED_DAMAGE,
    ['has lost its partitions', ({ partitions, ...state }) => state],
    ['has a text for partitions', (state) => ({ ...state, partitions: 'all' })],
    ['has null for a partition', (state) => ({ ...state, partitions: [null] })],
    ...[
      ['has a partition without a name', { id: undefined }],
      ['has a partition without sections', { sections: undefined }],
      ['lacks a section', { sections: ['top'] }],
      ['lacks a key', { keys: ['["books-0-0"]'] }],
      ['lacks a fingerprint', { prints: 'AAAAAAAA' }],
      ['has fingerprints that are none', { prints: '?' }],
      ['has half a count', { counts: [1.5, 1.5] }],
      ['has other counts', { counts: [9, 9] }],
      ['has versions of other sections', { versions: 'AAAAAAAA' }],
      ['was read at no time', { readAt: 'soon' }],
    ].map(([what, change]): [string, Damage] => [
      what as string,
      (state) => {
        const [first, ...others] = state.partitions as JsonObject[];
        return { ...state, partitions: [{ ...first, ...(change as object) }, ...others] };
      },
    ]),
  ],
};

describe.concurrent.each(MODES)(
  'in %s a state is refused in words, and nothing is read or printed, where it',
  (mode) => {
    const finished = walkThrough({ mode, identity: async () => 'Main Street' });

    async function refusal(state: readonly Line[], identity: () => Promise<string | undefined>) {
      const outcome = await walkThrough({ mode, state, identity });
      expect(outcome.lines).toEqual([]);
      expect(outcome.lists()).toBe(0);
      expect(outcome.diary.entries).toEqual([]);
      expect(outcome.error).toMatchObject({ failureType: 'config_error' });
      return String(outcome.error);
    }

    test.each(DAMAGE[mode])('%s', async (_, damage) => {
      const state = JSON.parse(JSON.stringify(savedIn((await finished).lines))) as Line[];
      for (const { state: saved } of state) {
        const damaged = saved?.stream as { stream_descriptor: { name: string }; stream_state: unknown };
        if (damaged.stream_descriptor.name === 'books')
          damaged.stream_state = damage(damaged.stream_state as { [field: string]: unknown });
      }
      expect(await refusal(state, async () => 'Main Street')).toMatch(
        /saved state of the stream books.*clear the state/,
      );
    });

    test('belongs to another upstream', async () => {
      const state = savedIn((await finished).lines);
      expect(await refusal(state, async () => 'Elm Street')).toMatch(/Main Street.*Elm Street.*clear the state/);
    });
  },
);

describe.concurrent('a full refresh of partitions', () => {
  test('that is ended at any of its STATEs is resumed: each partition is whole in one of the two, and no work is lost', async () => {
    const [list, all] = [[shelves(3)], namesOf(shelves(3))];
    const { lines } = await walkThrough({ list, env: EVERY_STEP });
    const stops = [...lines.entries()].filter(([, line]) => line.state && ofStream(line) !== 'shelves');
    expect(stops.length).toBeGreaterThan(15);
    const doneAtOnce = new Set<number>();
    for (const [at] of stops) {
      const cut = lines.slice(0, at + 1);
      const next = await walkThrough({ list, state: savedIn(cut) });
      expect(ends(next)).toEqual(COMPLETE);
      const visits = new Set<string>();
      for (const name of ['books', 'notes']) {
        const state = statesOf(cut, name).at(-1)?.stream.stream_state;
        const done = (state?.complete ? all : (state?.done ?? [])) as string[];
        const left = all.filter((shelf) => !done.includes(shelf));
        expect(idsOf(next.lines, name).sort()).toEqual(expectedIds(name, left));
        expect(idsOf(cut, name)).toEqual(expect.arrayContaining(expectedIds(name, done)));
        for (const shelf of left) visits.add(shelf);
        doneAtOnce.add(done.length);
      }
      expect(next.diary.of('open').sort()).toEqual([...visits].sort());
    }
    expect(doneAtOnce).toEqual(new Set([0, 1, 2, 3]));
  });

  test('that has come to its end sends nothing when it is handed back, however often', async () => {
    let state = savedIn((await walkThrough()).lines);
    for (let turn = 0; turn < 3; turn += 1) {
      const outcome = await walkThrough({ state });
      expect(ends(outcome)).toEqual(COMPLETE);
      for (const name of ['books', 'notes']) expect(recordsOf(outcome.lines, name)).toEqual([]);
      expect(outcome.diary.of('open')).toEqual([]);
      state = savedIn(outcome.lines);
    }
  });

  test('that has come to its end is not begun again because the one that it was handed to failed', async () => {
    const finished = await walkThrough();
    const list: ListStream<Door>['read'] = () => {
      throw new Trouble('the catalogue is lost', false);
    };
    const failed = await walkThrough({ list, state: savedIn(finished.lines) });
    expect(ends(failed)).toEqual(['INCOMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
    const next = await walkThrough({ state: savedIn(failed.lines) });
    expect(next.diary.of('open')).toEqual([]);
    for (const name of ['books', 'notes']) expect(recordsOf(next.lines, name)).toEqual([]);
  });

  test('that failed on some is resumed with those, and with those that were locked', async () => {
    const first = await walkThrough({
      books: failingOn('books', ['1'], fallen),
      notes: failingOn('notes', ['4'], locked),
      concurrency: 1,
    });
    const next = await walkThrough({ state: savedIn(first.lines) });
    expect(ends(next)).toEqual(COMPLETE);
    // The notes were read to their end, save that one shelf was locked.
    expect(next.diary.of('open')).toEqual(['1']);
    expect(idsOf(next.lines, 'books').sort()).toEqual(expectedIds('books', ['1']));
    expect(recordsOf(next.lines, 'notes')).toEqual([]);
  });
});

/** The states as they would be had all partitions been read long ago. */
const aged = (states: readonly Line[]): Line[] =>
  JSON.parse(JSON.stringify(states).replaceAll(/"(read|refused)At":"[^"]*"/g, '"$1At":"2020-01-01T00:00:00.000Z"'));

describe.concurrent('an incremental walk', () => {
  const mode = 'incremental';
  const six = namesOf(shelves(6));

  test('visits nothing and sends nothing where nothing moved, whatever the number of workers', async () => {
    const first = await walkThrough({ mode, concurrency: 7 });
    const next = await walkThrough({ mode, concurrency: 2, state: savedIn(first.lines) });
    expect(ends(next)).toEqual(COMPLETE);
    expect(next.diary.of('open')).toEqual([]);
    expect(next.lists()).toBe(1);
    for (const name of ALL) expect(recordsOf(next.lines, name)).toEqual([]);
  });

  test('visits what moved and what is due, and sends what differs there', async () => {
    const first = await walkThrough({ mode });
    const version = (shelf: string) => (shelf === '2' ? 2 : 1);
    const books = threeRows('books', { title: 'new' }, 2);
    const moved = await walkThrough({ mode, state: savedIn(first.lines), version, books });
    expect(moved.diary.of('open')).toEqual(['2']);
    expect(idsOf(moved.lines, 'books').sort()).toEqual(expectedIds('books', ['2']));
    expect(recordsOf(moved.lines, 'notes')).toEqual([]);
    const due = await walkThrough({ mode, state: aged(savedIn(moved.lines)), version, books });
    expect(due.diary.of('open').sort()).toEqual(six);
    expect(idsOf(due.lines, 'books').sort()).toEqual(
      expectedIds(
        'books',
        six.filter((shelf) => shelf !== '2'),
      ),
    );
    expect(recordsOf(due.lines, 'notes')).toEqual([]);
  });

  test('reads what it wants to at every sync where the settings say so', async () => {
    const first = await walkThrough({ mode, rereadAfterDays: 0 });
    const next = await walkThrough({ mode, rereadAfterDays: 0, state: savedIn(first.lines) });
    expect(next.diary.of('open').sort()).toEqual(six);
    for (const name of ['books', 'notes']) expect(recordsOf(next.lines, name)).toEqual([]);
  });

  test('deletes what a partition that is gone has held, without opening it', async () => {
    const first = await walkThrough({ mode });
    const list = [shelves(6).filter(({ id }) => id !== '2')];
    const next = await walkThrough({ mode, list, state: savedIn(first.lines) });
    expect(next.diary.of('open')).toEqual([]);
    for (const name of ['books', 'notes']) {
      const told = deletions(next.lines, name);
      expect(told.map((row) => Object.keys(row).sort())).toEqual(
        Array(3).fill(['shelfId', 'id', '_ab_cdc_updated_at', '_ab_cdc_deleted_at'].sort()),
      );
      expect(recordsOf(next.lines, name)).toHaveLength(3);
      const left = six.filter((shelf) => shelf !== '2');
      expect(heldIds([...first.lines, ...next.lines], name)).toEqual(expectedIds(name, left));
    }
    const again = await walkThrough({ mode, state: savedIn(next.lines) });
    for (const name of ['books', 'notes']) expect(idsOf(again.lines, name).sort()).toEqual(expectedIds(name, ['2']));
  });

  test('leaves behind what failed, for the next sync alone to catch up with', async () => {
    const first = await walkThrough({ mode, books: failingOn('books', ['1', '4'], fallen) });
    const next = await walkThrough({ mode, state: savedIn(first.lines) });
    expect(ends(next)).toEqual(COMPLETE);
    expect(next.diary.of('open').sort()).toEqual(['1', '4']);
    // Two rows of each were written before the failure.
    expect(idsOf(next.lines, 'books').sort()).toEqual(['books-1-2', 'books-4-2']);
    expect(recordsOf(next.lines, 'notes')).toEqual([]);
    expect(heldIds([...first.lines, ...next.lines], 'books')).toEqual(expectedIds('books', six));
  });

  test('leaves behind what failed although that stream had no need to be read', async () => {
    const first = await walkThrough({ mode, books: failingOn('books', ['1'], fallen) });
    const restless: Reading = async (visit) => {
      const { sections } = await threeRows('notes', { title: 'new' }, 2)(visit);
      const fail = () => {
        throw fallen(visit.shelf);
      };
      return { sections: [...sections.slice(0, 1), section('bottom', fail, 2)] };
    };
    const second = await walkThrough({ mode, notes: restless, state: savedIn(first.lines) });
    expect(second.diary.of('open')).toEqual(['1']);
    expect(ends(second)).toEqual(['COMPLETE', 'COMPLETE', 'INCOMPLETE']);
    const third = await walkThrough({
      mode,
      notes: threeRows('notes', { title: 'new' }, 2),
      state: savedIn(second.lines),
    });
    expect(third.diary.of('open')).toEqual(['1']);
    expect(idsOf(third.lines, 'notes')).toEqual(['notes-1-2']);
  });

  test('leaves the others with states that are right where one stream fails everywhere', async () => {
    const first = await walkThrough({ mode, books: failingOn('books', six, fallen), notes: threeRows('notes') });
    expect(ends(first)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    const next = await walkThrough({ mode, selected: ['shelves', 'notes'], state: savedIn(first.lines) });
    expect(next.diary.of('open')).toEqual([]);
    for (const name of ['shelves', 'notes']) expect(recordsOf(next.lines, name)).toEqual([]);
  });

  test('deletes nothing where the list fails, and goes on from where it was', async () => {
    const first = await walkThrough({ mode });
    const list: ListStream<Door>['read'] = async function* () {
      yield shelves(2);
      throw new Trouble('the catalogue is lost', false);
    };
    const second = await walkThrough({ mode, list, state: savedIn(first.lines) });
    expect(ends(second)).toEqual(['INCOMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
    const third = await walkThrough({ mode, state: savedIn(second.lines) });
    for (const { lines } of [second, third]) for (const name of ALL) expect(recordsOf(lines, name)).toEqual([]);
    expect(third.diary.of('open')).toEqual([]);
  });

  test.each(['books', 'notes'])(
    'names a locked partition at every sync, and tries it again when it moves or is due: found by %s',
    async (finder) => {
      const shut = { [finder]: failingOn(finder, ['2', '4'], locked) };
      const named = ['shelf 2 is locked', 'shelf 4 is locked'];
      let lines: Line[] = [];
      const follow = async (wish: Wish, visits: string[], warnings: string[]) => {
        const outcome = await walkThrough({ mode, ...wish, state: (wish.state as Line[]) ?? savedIn(lines) });
        expect(outcome.diary.of('open').sort()).toEqual(visits);
        expect(warningsOf(outcome.lines).sort()).toEqual(warnings);
        expect(ends(outcome)).toEqual(COMPLETE);
        expect(outcome.exitCode).toBe(0);
        lines = [...lines, ...outcome.lines];
        return outcome;
      };
      const groups = { group: (shelf: string) => (shelf === '0' ? undefined : 'upstairs') };
      await follow({ ...shut, ...groups }, six, named);
      await follow({ ...shut, ...groups }, ['2'], named);
      await follow({ ...shut, ...groups }, ['4'], named);
      const version = (shelf: string) => (shelf === '4' ? 2 : 1);
      await follow({ ...shut, ...groups, version }, ['4'], named);
      await follow({ ...shut, ...groups, version, state: aged(savedIn(lines)) }, six, named);
      // In groups of their own, one that is let in tells nothing of the other.
      const apart = { [finder]: failingOn(finder, ['2'], locked), group: (shelf: string) => shelf };
      await follow({ ...apart, version: (shelf) => (shelf === '4' ? 3 : 1) }, ['2', '4'], named.slice(0, 1));
      await follow({ version: (shelf) => (shelf === '4' ? 3 : 1), state: aged(savedIn(lines)) }, six, []);
      for (const name of ['books', 'notes']) expect(heldIds(lines, name)).toEqual(expectedIds(name, six));
      expect(lines.flatMap(({ record }) => (record?.data._ab_cdc_deleted_at === null ? [] : (record ?? [])))).toEqual(
        [],
      );
    },
  );

  test('names a partition that is locked to one stream also where only another one is read', async () => {
    const wish = { mode, separate: ['notes'], onlyMoved: ['notes'] } as const;
    // One of them is tried again, and that is the first.
    const notes = failingOn('notes', ['1', '2'], locked);
    const first = await walkThrough({ ...wish, notes, books: failingOn('books', ['2'], fallen) });
    expect(warningsOf(first.lines).sort()).toEqual(['shelf 1 is locked', 'shelf 2 fell over', 'shelf 2 is locked']);
    const tried: Reading = async (visit) => (visit.shelf === '1' ? notes(visit) : careless(visit));
    const next = await walkThrough({ ...wish, notes: tried, state: savedIn(first.lines) });
    expect(next.diary.of('open')).toEqual(['1', '2']);
    expect(warningsOf(next.lines)).toEqual(['shelf 1 is locked', 'shelf 2 is locked']);
    expect(ends(next)).toEqual(COMPLETE);
  });

  test('reads in a partition only the streams with their own permissions where no other is behind', async () => {
    const wish = { mode, separate: ['notes'], onlyMoved: ['notes'] } as const;
    const books = failingOn('books', ['1', '2'], shutDown);
    const first = await walkThrough({ ...wish, books, onEnd: () => {}, selected: ['books'] });
    const notes = failingOn('notes', ['2', '4'], locked);
    // One that was shut down is tried again, and that is the first.
    const tried: Reading = async (visit) => (visit.shelf === '1' ? books(visit) : careless(visit));
    const next = await walkThrough({ ...wish, books: tried, notes, state: savedIn(first.lines) });
    expect(ends(next)).toEqual(COMPLETE);
    expect(namesOf(recordsOf(next.lines, 'notes')).filter((id) => id.endsWith('-2'))).toHaveLength(4);
    expect(warningsOf(next.lines).sort()).toEqual([
      'shelf 1 is shut down',
      'shelf 2 is shut down',
      'shelf 4 is locked',
    ]);
  });

  test('does not take a partition that only a stream with its own permission has read for one that all can read', async () => {
    let ended = 0;
    const onEnd = () => {
      ended += 1;
    };
    const wish = { mode, separate: ['notes'], onlyMoved: ['notes'], onEnd } as const;
    const books: Reading = async ({ shelf }) => {
      throw shutDown(shelf);
    };
    const first = await walkThrough({ ...wish, books, list: [shelves(2)] });
    const next = await walkThrough({ ...wish, books, list: [shelves(3)], state: savedIn(first.lines) });
    // The first is tried again.
    expect(next.diary.of('open')).toEqual(['0', '2']);
    expect(idsOf(next.lines, 'notes')).toEqual(expectedIds('notes', ['2']));
    expect(ended).toBe(2);
  });

  test('keeps what was delivered of a partition that is locked later on', async () => {
    const first = await walkThrough({ mode });
    const books: Reading = async ({ shelf }) => {
      throw locked(shelf);
    };
    const next = await walkThrough({ mode, books, version: () => 2, state: savedIn(first.lines) });
    expect(next.exitCode).toBe(0);
    expect(warningsOf(next.lines)).toHaveLength(6);
    for (const name of ['books', 'notes']) expect(recordsOf(next.lines, name)).toEqual([]);
  });

  test('saves no secret with the reason why a partition is locked', async () => {
    const books = failingOn('books', ['2', '4'], (shelf) => new Trouble(`shelf ${shelf} is locked for ${CARD}`, true));
    const first = await walkThrough({ mode, books, env: EVERY_STEP });
    const next = await walkThrough({ mode, books, state: savedIn(first.lines) });
    // The first is tried again, and of the other it is known.
    expect(next.diary.of('open')).toEqual(['2']);
    for (const { lines } of [first, next]) {
      expect(warningsOf(lines).sort()).toEqual(['shelf 2 is locked for ****', 'shelf 4 is locked for ****']);
      expect(JSON.stringify(lines)).not.toContain(CARD);
    }
  });

  test('tries all again that were locked, where it turns out that the way to all was closed', async () => {
    const closed = (): never => {
      throw new ConnectorError('config_error', 'the library is closed');
    };
    const first = await walkThrough({ mode, books: failingOn('books', six, locked), onEnd: closed });
    expect(ends(first)).toEqual(['COMPLETE', 'INCOMPLETE', 'INCOMPLETE']);
    expect(errorsOf(first.lines)[0]?.message).toBe('the library is closed');
    const next = await walkThrough({ mode, state: savedIn(first.lines) });
    expect(ends(next)).toEqual(COMPLETE);
    expect(next.diary.of('open').sort()).toEqual(six);
    expect(warningsOf(next.lines)).toEqual([]);
    for (const name of ['books', 'notes'])
      expect(heldIds([...first.lines, ...next.lines], name)).toEqual(expectedIds(name, six));
  });

  test('does not take what was due for done because the way to all was closed', async () => {
    const first = await walkThrough({ mode });
    const closed = (): never => {
      throw new ConnectorError('config_error', 'the library is closed');
    };
    const books: Reading = async ({ shelf }) => {
      throw locked(shelf);
    };
    const second = await walkThrough({ mode, books, onEnd: closed, state: aged(savedIn(first.lines)) });
    expect(second.diary.of('open').sort()).toEqual(six);
    const third = await walkThrough({
      mode,
      books: threeRows('books', { title: 'new' }),
      state: savedIn(second.lines),
    });
    expect(idsOf(third.lines, 'books').sort()).toEqual(expectedIds('books', six));
  });

  test('deletes nothing in a partition where a row came without its key, and the next sync finds what is gone', async () => {
    const first = await walkThrough({ mode });
    const on =
      (top: (shelf: string) => Page): Reading =>
      async ({ shelf }) => ({
        sections: [section('top', top(shelf), 2), section('bottom', rowsOn('books', shelf, [2]), 2)],
      });
    const version = (shelf: string) => (['1', '2'].includes(shelf) ? 2 : 1);
    // The second row is gone from both; the first of one has lost its key.
    const torn = on((shelf) => (shelf === '1' ? [{ shelfId: '1', title: 'torn' }] : rowsOn('books', shelf, [0])));
    const second = await walkThrough({ mode, books: torn, version, concurrency: 1, state: savedIn(first.lines) });
    expect(ends(second)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    expect(errorsOf(second.lines)[0]).toMatchObject({ failure_type: 'system_error' });
    expect(deletions(second.lines, 'books').map(({ id }) => id)).toEqual(['books-2-1']);
    const books = on((shelf) => rowsOn('books', shelf, [0]));
    const third = await walkThrough({ mode, books, version, state: savedIn(second.lines) });
    expect(ends(third)).toEqual(COMPLETE);
    const lines = [...first.lines, ...second.lines, ...third.lines];
    const gone = ['books-1-1', 'books-2-1'];
    expect(heldIds(lines, 'books')).toEqual(expectedIds('books', six).filter((id) => !gone.includes(id)));
  });

  test('delivers at the next sync a row that had come without its key, though its section did not move', async () => {
    const first = await walkThrough({ mode });
    const on =
      (fourth: Row): Reading =>
      async ({ shelf }) => ({
        sections: [
          section('top', [...rowsOn('books', shelf, [0, 1]), ...(shelf === '1' ? [fourth] : [])], 2),
          section('bottom', rowsOn('books', shelf, [2])),
        ],
      });
    const version = (shelf: string) => (shelf === '1' ? 2 : 1);
    const second = await walkThrough({ mode, books: on({ shelfId: '1' }), version, state: savedIn(first.lines) });
    expect(ends(second)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    const whole = on({ shelfId: '1', id: 'books-1-3' });
    const third = await walkThrough({ mode, books: whole, version, state: savedIn(second.lines) });
    expect(third.diary.of('open')).toEqual(['1']);
    expect(idsOf(third.lines, 'books')).toEqual(['books-1-3']);
  });

  test.each([
    ['selected', ALL],
    ['not selected', ['books', 'notes']],
  ])(
    'deletes nothing where a partition was listed without its key, and reads the others: the list is %s',
    async (_, selected) => {
      const first = await walkThrough({ mode, selected });
      const list = [[...shelves(5), { id: null, title: 'the sixth' }]];
      const version = (shelf: string) => (shelf === '2' ? 2 : 1);
      const books = threeRows('books', { title: 'new' }, 2);
      const second = await walkThrough({ mode, selected, list, version, books, state: savedIn(first.lines) });
      expect(second.exitCode).toBe(1);
      for (const name of selected) {
        expect(deletions(second.lines, name)).toEqual([]);
        expect(statuses(second.lines, name).at(-1)).toBe('INCOMPLETE');
      }
      expect(errorsOf(second.lines)[0]).toMatchObject({ failure_type: 'system_error' });
      expect(second.diary.of('open')).toEqual(['2']);
      expect(idsOf(second.lines, 'books').sort()).toEqual(expectedIds('books', ['2']));
      const third = await walkThrough({ mode, selected, version, books, state: savedIn(second.lines) });
      expect(third.exitCode).toBe(0);
      for (const name of selected) expect(recordsOf(third.lines, name)).toEqual([]);
    },
  );

  test('prints of a row only what is sent: another selection of columns sends all again, what is not selected sends nothing', async () => {
    const selected = ['books', 'notes'];
    const [some, more] = [
      ['shelfId', 'id', 'title'],
      ['shelfId', 'id', 'title', 'lentAt'],
    ];
    const first = await walkThrough({ mode, selected, columns: some });
    const facts = { title: 'Emma', lentAt: '2026-01-01T00:00:00Z' };
    const books = threeRows('books', facts, 2);
    const titled = await walkThrough({
      mode,
      selected,
      columns: some,
      books,
      version: () => 2,
      state: savedIn(first.lines),
    });
    expect(recordsOf(titled.lines, 'books')).toHaveLength(18);
    const lent = threeRows('books', { ...facts, lentAt: '2026-02-02T00:00:00Z' }, 3);
    const third = { mode, selected, books: lent, version: () => 3 } as const;
    const hidden = await walkThrough({ ...third, columns: some, state: savedIn(titled.lines) });
    expect(hidden.diary.of('open').sort()).toEqual(six);
    expect(recordsOf(hidden.lines, 'books')).toEqual([]);
    const shown = await walkThrough({ ...third, columns: more, state: savedIn(hidden.lines) });
    expect(shown.diary.of('open').sort()).toEqual(six);
    expect(idsOf(shown.lines, 'books').sort()).toEqual(expectedIds('books', six));
    for (const row of recordsOf(shown.lines, 'books')) expect(row).toMatchObject({ lentAt: '2026-02-02T00:00:00Z' });
    // Nothing else stands in the notes, whatever columns are selected.
    expect(recordsOf(shown.lines, 'notes')).toEqual([]);
    const still = await walkThrough({ ...third, columns: more, state: savedIn(shown.lines) });
    expect(still.diary.of('open')).toEqual([]);
  });

  test('that is ended after any of its lines leaves a state from which the next sync is exact', async () => {
    const before = await walkThrough({ mode, list: [shelves(4)] });
    const changed =
      (name: string): Reading =>
      async ({ shelf }) => ({
        sections: [
          section('middle', rowsOn(name, shelf, [2, 7], { title: 'new' }), 2),
          section('top', rowsOn(name, shelf, [0]), 2),
        ],
      });
    const wish = { mode, books: changed('books'), notes: changed('notes'), version: () => 2 } as const;
    const list = [shelves(4).slice(1)];
    const { lines } = await walkThrough({ ...wish, list, env: EVERY_STEP, state: savedIn(before.lines) });
    const whole = [...before.lines, ...lines];
    expect(heldIds(whole, 'books')).toHaveLength(9);
    for (const [at] of lines.entries()) {
      const cut = [...before.lines, ...lines.slice(0, at + 1)];
      const next = await walkThrough({ ...wish, list, state: savedIn(cut) });
      expect(ends(next)).toEqual(COMPLETE);
      for (const name of ['books', 'notes'])
        expect(new Map([...tableOf([...cut, ...next.lines], name, KEY)].sort())).toEqual(
          new Map([...tableOf(whole, name, KEY)].sort()),
        );
    }
  });
});

describe.concurrent('partitions that refuse', () => {
  const mode = 'incremental';
  /** The first shelf is alone, all others stand in rooms of so many. */
  const inRoomsOf = (size: number) => (shelf: string) =>
    shelf === '0' ? undefined : `room ${Math.ceil(Number(shelf) / size)}`;
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  const byNumber = (all: readonly string[]) => all.toSorted((a, b) => Number(a) - Number(b));
  const opened = ({ diary }: { diary: Diary }) => byNumber(diary.of('open'));
  const namedBy = ({ lines }: Outcome) => byNumber(warningsOf(lines).map((text) => String(text).replaceAll(/\D/g, '')));

  test('are all read as soon as one of their group lets the streams in, and no others', async () => {
    const wish = { mode, list: [shelves(7)], group: inRoomsOf(3) } as const;
    const first = await walkThrough({ ...wish, books: failingOn('books', numbers(1, 6), locked) });
    const books = failingOn('books', ['4', '5', '6'], locked);
    const second = await walkThrough({ ...wish, books, state: savedIn(first.lines) });
    expect(ends(second)).toEqual(COMPLETE);
    expect(opened(second)).toEqual(['1', '2', '3', '4']);
    expect(namedBy(second)).toEqual(['4', '5', '6']);
    for (const name of ['books', 'notes'])
      expect(heldIds([...first.lines, ...second.lines], name).filter((id) => /-[0-3]-/.test(String(id)))).toEqual(
        expectedIds(name, numbers(0, 3)),
      );
    const third = await walkThrough({ ...wish, books, state: savedIn(second.lines) });
    expect(opened(third)).toEqual(['5']);
    expect(namedBy(third)).toEqual(['4', '5', '6']);
  });

  test('are tried in twenty groups, and the others come first the next time', async () => {
    const books = failingOn('books', numbers(1, 50), locked);
    const wish = { mode, list: [shelves(51)], group: inRoomsOf(2), books } as const;
    const first = await walkThrough(wish);
    const second = await walkThrough({ ...wish, state: savedIn(first.lines) });
    expect(opened(second)).toEqual(numbers(1, 20).map((room) => String(2 * Number(room) - 1)));
    const third = await walkThrough({ ...wish, state: savedIn(second.lines) });
    const others = numbers(1, 15).map((room) => String(2 * Number(room)));
    expect(opened(third)).toEqual([...others, '41', '43', '45', '47', '49']);
    for (const outcome of [second, third]) {
      expect(ends(outcome)).toEqual(COMPLETE);
      expect(namedBy(outcome)).toEqual(numbers(1, 50));
    }
  });

  test('are read, too, where one of their group is visited anyway and lets the streams in', async () => {
    const wish = { mode, group: inRoomsOf(5) } as const;
    const first = await walkThrough({ ...wish, books: failingOn('books', numbers(2, 4), locked) });
    const version = (shelf: string) => (shelf === '3' ? 2 : 1);
    const second = await walkThrough({ ...wish, version, state: savedIn(first.lines) });
    expect(opened(second)).toEqual(['2', '3', '4']);
    expect(warningsOf(second.lines)).toEqual([]);
  });

  test('are left alone where the one that is tried fails', async () => {
    const first = await walkThrough({ mode, books: failingOn('books', numbers(2, 4), locked) });
    const second = await walkThrough({ mode, books: failingOn('books', ['2'], fallen), state: savedIn(first.lines) });
    expect(opened(second)).toEqual(['2']);
    expect(ends(second)).toEqual(['COMPLETE', 'INCOMPLETE', 'COMPLETE']);
    const third = await walkThrough({ mode, state: savedIn(second.lines) });
    expect(opened(third)).toEqual(['2', '3', '4']);
    expect(ends(third)).toEqual(COMPLETE);
  });

  test('are tried for a stream with its own permission alone where it alone is refused', async () => {
    const wish = { mode, separate: ['notes'], onlyMoved: ['notes'], group: inRoomsOf(3) } as const;
    const first = await walkThrough({ ...wish, notes: failingOn('notes', ['1', '2', '4', '5'], locked) });
    const notes = failingOn('notes', ['4', '5'], locked);
    const second = await walkThrough({ ...wish, books: careless, notes, state: savedIn(first.lines) });
    expect(ends(second)).toEqual(COMPLETE);
    expect(opened(second)).toEqual(['1', '2', '4']);
    expect(namedBy(second)).toEqual(['4', '5']);
    const held = heldIds([...first.lines, ...second.lines], 'notes').filter((id) => /-[0-3]-/.test(String(id)));
    expect(held).toEqual(expectedIds('notes', numbers(0, 3)));
  });

  test('are each opened once where several streams are refused, not all in the same ones', async () => {
    const wish = { mode, separate: ['notes'], group: inRoomsOf(5) } as const;
    const books = failingOn('books', ['2', '3'], shutDown);
    const first = await walkThrough({ ...wish, books, notes: failingOn('notes', ['1', '2'], locked) });
    const second = await walkThrough({ ...wish, state: savedIn(first.lines) });
    expect(opened(second)).toEqual(['1', '2', '3']);
    expect(warningsOf(second.lines)).toEqual([]);
    for (const name of ['books', 'notes'])
      expect(heldIds([...first.lines, ...second.lines], name)).toEqual(expectedIds(name, numbers(0, 5)));
  });

  test('do not stand in for one that could be read before, where all that moved refuse', async () => {
    let proofs = 0;
    const onEnd = () => {
      proofs += 1;
    };
    const first = await walkThrough({ mode, list: [shelves(3)], books: failingOn('books', ['1'], locked), onEnd });
    const version = (shelf: string) => (shelf === '2' ? 2 : 1);
    const books: Reading = async (visit) => {
      if (visit.shelf !== '0') throw locked(visit.shelf);
      return threeRows('books')(visit);
    };
    const wish = { mode, list: [shelves(3)], version, books, onEnd } as const;
    const second = await walkThrough({ ...wish, state: savedIn(first.lines) });
    expect(second.diary.of('open')).toEqual(['1', '2', '0']);
    expect(proofs).toBe(2);
    expect(ends(second)).toEqual(COMPLETE);
    const third = await walkThrough({ ...wish, state: savedIn(second.lines) });
    expect(opened(third)).toEqual(['1']);
    expect(proofs).toBe(2);
  });
});

describe.concurrent.each(MODES)('a walk in %s that is stopped', (mode) => {
  test('ends at once, opens no more, and leaves every visit', async () => {
    const stop = new AbortController();
    const reason = new Error('that is enough');
    let [begun, begunAtStop] = [0, 0];
    stop.signal.addEventListener('abort', () => {
      begunAtStop = begun;
    });
    const books: Reading = async ({ shelf }) => {
      begun += 1;
      if (begun === 6) setTimeout(() => stop.abort(reason), 20);
      const late = async () => {
        if (begun > 3) await sleep(30_000, undefined, { signal: stop.signal });
        return [];
      };
      return { sections: [section('top', rowsOn('books', shelf, [0])), section('bottom', late)] };
    };
    const outcome = await walkThrough({ mode, list: [shelves(50)], books, stop, concurrency: 3 });
    expect([begun, begunAtStop]).toEqual([6, 6]);
    expect(outcome.error).toBe(reason);
    expect(statuses(outcome.lines, 'books')).not.toContain('INCOMPLETE');
    expect(statuses(outcome.lines, 'books')).not.toContain('COMPLETE');
    const opened = outcome.diary.of('open');
    expect(opened.length).toBeLessThan(10);
    await vi.waitFor(() => expect(outcome.diary.of('close').sort()).toEqual(opened.sort()), COMES_LATE);
  });

  test('while it lists visits nothing', async () => {
    const stop = new AbortController();
    const list: ListStream<Door>['read'] = async function* () {
      yield rows(2);
      stop.abort(new Error('that is enough'));
      stop.signal.throwIfAborted();
    };
    const outcome = await walkThrough({ mode, list, stop });
    expect(outcome.error).toBe(stop.signal.reason);
    expect(outcome.diary.of('open')).toEqual([]);
  });

  test('saves nothing of rows that it did not write any more', async () => {
    const stop = new AbortController();
    const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    // One worker has rows in its hands when the end comes; the other one learns only then that its partition is done.
    const books: Reading = async ({ shelf }) => {
      const late = stopped.then(() => rowsOn('books', shelf, [0]));
      if (shelf === '0') return { sections: [section('top', () => late)] };
      setTimeout(() => stop.abort(new Error('that is enough')), 20);
      return { sections: [section('top', rowsOn('books', shelf, [0]))], shared: late.then(() => sleep(5)) };
    };
    const wish = { mode, selected: ['books'], list: [shelves(2)] };
    const outcome = await walkThrough({ ...wish, books, stop, concurrency: 2, env: EVERY_STEP });
    expect(outcome.error).toBe(stop.signal.reason);
    expect(idsOf(outcome.lines, 'books')).toEqual(['books-1-0']);
    const whole: Reading = async ({ shelf }) => ({ sections: [section('top', rowsOn('books', shelf, [0]))] });
    const next = await walkThrough({ ...wish, books: whole, state: savedIn(outcome.lines) });
    expect(heldIds([...outcome.lines, ...next.lines], 'books')).toEqual(['books-0-0', 'books-1-0']);
  });
});
