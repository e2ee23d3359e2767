import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EveryRowOnce } from '../ledger/full-refresh.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import type { Context } from '../source.ts';
import { call, library, MODES, rows, stream, streamOf } from '../testing/library.ts';
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
import { Progress } from './progress.ts';

const EVERY_PAGE = { STATE_INTERVAL_MS: '0' };

test('a row carries its stream, its fields and the two change columns, and nothing else', async () => {
  const row = { id: 'b1', title: 'Über "Zäune"\n', shelf: { room: 7, key: 'brass' }, lentAt: '', colour: 'red' };
  const { lines } = await call(library([streamOf('books', [row])]));
  const [line] = lines.filter(({ type }) => type === 'RECORD');
  expect(line).toEqual({
    type: 'RECORD',
    record: {
      stream: 'books',
      data: {
        id: 'b1',
        title: 'Über "Zäune"\n',
        lentAt: null,
        shelf: { room: 7, key: 'brass' },
        _ab_cdc_updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        _ab_cdc_deleted_at: null,
      },
      emitted_at: expect.any(Number),
    },
  });
});

test('an odd stream name stays one', async () => {
  const name = 'books "of\\old"';
  const { lines, exitCode } = await call(library([streamOf(name, rows(1))]));
  expect(exitCode).toBe(0);
  expect(idsOf(lines, name)).toEqual(['id-0']);
});

test('a source that fills the change columns itself is overruled', async () => {
  const forged = { id: 'b1', _ab_cdc_updated_at: '1999-01-01T00:00:00Z', _ab_cdc_deleted_at: '1999-01-01T00:00:00Z' };
  const { lines } = await call(library([streamOf('books', [forged])]));
  expect(recordsOf(lines, 'books')).toMatchObject([
    { _ab_cdc_deleted_at: null, _ab_cdc_updated_at: expect.not.stringContaining('1999') },
  ]);
});

test.each(MODES)(
  'in %s a list begun again sends each row once, and STATEs come where some were sent, and at the end',
  async (mode) => {
    const { lines, exitCode } = await call(
      library([streamOf('books', rows(3), rows(3, 3), rows(3), rows(3, 3), rows(2, 5))]),
      { mode, env: EVERY_PAGE },
    );
    expect(exitCode).toBe(0);
    expect(idsOf(lines, 'books')).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4', 'id-5', 'id-6']);
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([
      ...(mode === 'incremental' ? [0] : []),
      ...[3, 3, 1, 0],
    ]);
  },
);

/** The characters of some lines, as they were printed. */
const size = (lines: readonly Line[]) => lines.reduce((sum, line) => sum + JSON.stringify(line).length + 1, 0);

describe.each(MODES)('STATEs in %s', (mode) => {
  test('before the last take no more than a small part of what is printed, however little time must lie between', async () => {
    const pages = Array.from({ length: 60 }, (_, page) => [
      () => sleep(2),
      rows(100, page * 100).map((row) => ({ ...row, title: 'A title of some length. '.repeat(60) })),
    ]).flat() as Parameters<typeof streamOf>[1][];
    const wish = { mode, env: { STATE_INTERVAL_MS: '1' } };
    const first = await call(library([streamOf('books', ...pages)]), wish);
    expect(first.exitCode).toBe(0);
    const [states, records] = ['STATE', 'RECORD'].map((type) => first.lines.filter((line) => line.type === type)) as [
      Line[],
      Line[],
    ];
    expect(states.length).toBeGreaterThan(3);
    expect(size(states.slice(0, -1))).toBeLessThan(0.105 * size(records));
  });

  test('tell when rows were seen, how many were sent, and of which kind of sync', async () => {
    const { lines } = await call(library([streamOf('books', rows(3), rows(2, 3))]), { mode, env: EVERY_PAGE });
    const seenAt = recordsOf(lines, 'books')[0]?._ab_cdc_updated_at;
    const head = { version: 2, latest: seenAt, sync: mode };
    expect(statesOf(lines, 'books').map(({ stream: { stream_state: state } }) => state)).toMatchObject([
      ...(mode === 'incremental' ? [{ ...head, sent: 0 }] : []),
      { ...head, sent: 3 },
      { ...head, sent: 5 },
      { ...head, sent: 5 },
    ]);
  });
});

test('rows of two streams with the same key are different rows', async () => {
  const { lines } = await call(library([streamOf('books', rows(2)), streamOf('readers', rows(2))]));
  expect(idsOf(lines, 'books')).toEqual(idsOf(lines, 'readers'));
});

test('a key of several fields is told apart field by field', async () => {
  const pairs = [
    { id: 'a', title: 'bc' },
    { id: 'ab', title: 'c' },
    { id: 'a"', title: '"bc' },
    { id: 'a', title: 'bc' },
  ];
  const books = stream(
    'books',
    async function* () {
      yield pairs;
    },
    ['id', 'title'],
  );
  const { lines } = await call(library([books]));
  expect(recordsOf(lines, 'books').map(({ id, title }) => [id, title])).toEqual([
    ['a', 'bc'],
    ['ab', 'c'],
    ['a"', '"bc'],
  ]);
});

test.each([
  ['no key', {}],
  ['a null key', { id: null }],
  ['an empty key', { id: '' }],
  ['a list for a key', { id: ['b1'] }],
])('a row with %s is left out, told, and makes the stream incomplete', async (_, keyless) => {
  const source = library([
    streamOf('books', rows(2), [{ ...keyless, title: 'torn' }, { id: 'id-9' }], rows(1, 3)),
    streamOf('readers', rows(1)),
  ]);
  for (const mode of MODES) {
    const { lines, exitCode } = await call(source, { mode });
    expect(idsOf(lines, 'books')).toEqual(['id-0', 'id-1', 'id-9', 'id-3']);
    expect(statuses(lines, 'books').at(-1)).toBe('INCOMPLETE');
    expect(statuses(lines, 'readers').at(-1)).toBe('COMPLETE');
    expect(errorsOf(lines)[0]).toMatchObject({
      failure_type: 'system_error',
      stream_descriptor: { name: 'books' },
      message: expect.stringMatching(/books.*\b1\b.*id/),
    });
    expect(exitCode).toBe(1);
  }
});

test('what is no time is null where one belongs, and one warning a stream tells of all', async () => {
  const source = library([
    streamOf('books', [{ id: 'b1', lentAt: 'soon' }], [{ id: 'b2', lentAt: true }, { id: 'b3' }]),
    streamOf('movies', [{ id: 'm1', lentAt: 'private' }]),
    streamOf('readers', [
      { id: 'r1', lentAt: '2026-01-01' },
      { id: 'r2', lentAt: '' },
      { id: 'r3', lentAt: null },
    ]),
  ]);
  const { lines, exitCode } = await call(source);
  expect(recordsOf(lines, 'books').map(({ lentAt }) => lentAt)).toEqual([null, null, undefined]);
  expect(recordsOf(lines, 'readers').map(({ lentAt }) => lentAt)).toEqual(['2026-01-01T00:00:00Z', null, null]);
  expect(warningsOf(lines).toSorted()).toEqual([
    'books: 2 values stand where a time belongs and are none, so they are null in the rows; the first, in lentAt of the row b1.',
    'movies: 1 value stands where a time belongs and is none, so it is null in the row, in lentAt of the row m1.',
  ]);
  expect(exitCode).toBe(0);
});

test('nothing counts as gone where a row came without its key: it may be that one', async () => {
  const mode = 'incremental';
  const first = await call(library([streamOf('books', rows(3))]), { mode });
  const torn = [...rows(1), { title: 'title 1' }];
  const second = await call(library([streamOf('books', torn)]), { mode, state: savedIn(first.lines) });
  expect(recordsOf(second.lines, 'books')).toEqual([]);
  expect(statuses(second.lines, 'books').at(-1)).toBe('INCOMPLETE');
  const third = await call(library([streamOf('books', rows(2))]), { mode, state: savedIn(second.lines) });
  expect(statuses(third.lines, 'books').at(-1)).toBe('COMPLETE');
  const lines = [first, second, third].flatMap((outcome) => outcome.lines);
  expect([...tableOf(lines, 'books').keys()]).toEqual(['id-0', 'id-1']);
  expect(idsOf(third.lines, 'books')).toEqual(['id-2']);
});

test.each(MODES)('in %s deselected columns are not sent, the key and the change columns are', async (mode) => {
  const row = { id: 'b1', title: 'Emma', lentAt: '2026-01-01T00:00:00Z' };
  const streams = [{ name: 'books', columns: ['lentAt', 'gone_since'] }];
  const { lines } = await call(library([streamOf('books', [row])]), { mode, streams });
  expect(recordsOf(lines, 'books')).toEqual([
    { id: 'b1', lentAt: row.lentAt, _ab_cdc_updated_at: expect.any(String), _ab_cdc_deleted_at: null },
  ]);
});

test('what is not sent makes no difference, and another selection of columns sends all rows again', async () => {
  const mode = 'incremental';
  const shelf = (title: string, lentAt: string) => library([streamOf('books', [{ id: 'b1', title, lentAt }])]);
  let state: Line[] = [];
  const sent = async (source: ReturnType<typeof shelf>, ...columns: string[]) => {
    const { lines } = await call(source, { mode, streams: [{ name: 'books', columns }], state });
    state = [...savedIn(lines)];
    return recordsOf(lines, 'books').map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row);
  };
  const [early, late] = ['2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z'];
  expect(await sent(shelf('Emma', early), 'id', 'title')).toEqual([{ id: 'b1', title: 'Emma' }]);
  expect(await sent(shelf('Emma', late), 'id', 'title')).toEqual([]);
  expect(await sent(shelf('Emma', late), 'id', 'title', 'lentAt')).toEqual([{ id: 'b1', title: 'Emma', lentAt: late }]);
  expect(await sent(shelf('Emma', late), 'lentAt', 'title')).toEqual([]);
  expect(await sent(shelf('Emma', late), 'lentAt')).toEqual([{ id: 'b1', lentAt: late }]);
});

/** The same states as if the clock had been ahead when they were printed. */
const ahead = (states: readonly Line[], latest: string): Line[] =>
  JSON.parse(JSON.stringify(states).replaceAll(/"latest":"[^"]*"/g, JSON.stringify({ latest }).slice(1, -1)));

test.each(MODES)(
  'in %s rows are seen later than any row of an earlier sync, also where the clock is behind',
  async (mode) => {
    const latest = new Date(Date.now() + 86_400_000).toISOString();
    const first = await call(library([streamOf('books', rows(2)), streamOf('readers', rows(1))]), { mode });
    const changed = rows(2).map((row) => ({ ...row, title: 'another title' }));
    const { lines } = await call(library([streamOf('books', changed), streamOf('readers', changed)]), {
      mode,
      state: ahead(
        savedIn(first.lines).filter((line) => ofStream(line) === 'books'),
        latest,
      ),
    });
    const times = (name: string) => recordsOf(lines, name).map(({ _ab_cdc_updated_at: seenAt }) => String(seenAt));
    expect([times('books').length, times('readers').length]).toEqual([2, 2]);
    for (const seenAt of times('books')) expect(seenAt > latest).toBe(true);
    for (const seenAt of times('readers')) expect(seenAt < latest).toBe(true);
  },
);

test('a deletion is seen as late as a row would be', async () => {
  const mode = 'incremental';
  const latest = new Date(Date.now() + 86_400_000).toISOString();
  const first = await call(library([streamOf('books', rows(2))]), { mode });
  const state = ahead(savedIn(first.lines), latest);
  const { lines } = await call(library([streamOf('books', rows(1))]), { mode, state });
  const [deletion, ...more] = recordsOf(lines, 'books');
  expect(more).toEqual([]);
  expect(String(deletion?._ab_cdc_updated_at) > latest).toBe(true);
  expect(deletion?._ab_cdc_deleted_at).toBe(deletion?._ab_cdc_updated_at);
});

test.each(MODES)(
  'each sync in %s that is given the state of the one before sends later times than that',
  async (mode) => {
    let state: readonly Line[] = [];
    const times: string[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const source = library([streamOf('books', [{ id: 'b1', title: `edition ${turn}` }])]);
      const { lines } = await call(source, { mode, state });
      state = savedIn(lines).slice(-1);
      times.push(String(recordsOf(lines, 'books')[0]?._ab_cdc_updated_at));
    }
    expect(new Set(times).size).toBe(5);
    expect(times).not.toContain('undefined');
    expect(times).toEqual(times.toSorted());
  },
);

test('the promised number of rows is estimated once, and again when it changes', async () => {
  let show: readonly Progress[] = [];
  const books = stream('books', async function* (_door, expect) {
    expect(7);
    yield rows(3);
    expect(7);
    yield rows(3, 3);
    expect(8);
  });
  const { lines } = await call(library([books]), {
    watch: ({ streams }) => {
      show = streams;
      return () => {};
    },
  });
  const estimates = lines.flatMap(({ trace }) => trace?.estimate ?? []);
  expect(estimates).toEqual([7, 8].map((row_estimate) => ({ name: 'books', type: 'STREAM', row_estimate })));
  expect(show.map(({ name, status, rows: sent, expectedRows }) => ({ name, status, sent, expectedRows }))).toEqual([
    { name: 'books', status: 'COMPLETE', sent: 6, expectedRows: 8 },
  ]);
});

const waits = (lines: Line[]) =>
  lines.flatMap(({ trace: { stream_status: told } = {} as never }) =>
    told?.reasons ? [{ name: told.stream_descriptor.name, status: told.status, reasons: told.reasons }] : [],
  );

test('a wait is told as RATE_LIMITED for the streams that are running, with a whole time', async () => {
  const until = Date.now() + 5_000.25;
  const finished = Promise.withResolvers<void>();
  let context: Context | undefined;
  const source = library(
    [
      streamOf('fines', rows(1)),
      stream('books', async function* () {
        yield rows(1);
        await finished.promise;
        context?.onWait(until);
        context?.onWait(until - 1_000);
        yield rows(1, 1);
      }),
    ],
    {
      connect: async (_config, lent) => {
        context = lent;
        return { timesShut: 0, [Symbol.asyncDispose]: async () => {} };
      },
    },
  );
  const { lines, exitCode } = await call(source, {
    watch: ({ streams }) => {
      const poll = setInterval(() => {
        if (streams[0]?.status === 'COMPLETE') finished.resolve();
      }, 1);
      return () => clearInterval(poll);
    },
  });
  expect(exitCode).toBe(0);
  expect(waits(lines)).toEqual([
    {
      name: 'books',
      status: 'RUNNING',
      reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: Math.ceil(until) } }],
    },
  ]);
  const told = lines.flatMap(({ log }) => (log?.level === 'INFO' ? [log.message] : []));
  expect(told).toEqual([expect.stringContaining(new Date(until).toISOString())]);
});

describe('a stream that is kept waiting for hours', () => {
  afterEach(() => void vi.useRealTimers());

  test('prints a STATE every half hour, and none when it has ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    const reader = new Reader({});
    const stop = new AbortController();
    const output = new Output(reader, new Secrets(), stop);
    const ledger = new EveryRowOnce();
    const options = { ownKey: ['id'], ledger, stateIntervalMs: 10_000, output, stop: stop.signal };
    const progress = new Progress({ ...streamOf('books'), primaryKey: ['id'] }, options);
    const states = () => statesOf(reader.lines, 'books').length;
    const waiting = Promise.withResolvers<void>();
    const ended = progress.attempt(() => waiting.promise);
    await vi.advanceTimersByTimeAsync(28 * 60_000);
    expect(states()).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(states()).toBe(1);
    await vi.advanceTimersByTimeAsync(29 * 60_000 * 5);
    expect(states()).toBe(6);
    waiting.resolve();
    await ended;
    expect(states()).toBe(7);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(states()).toBe(7);
  });
});
