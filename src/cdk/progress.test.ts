import { expect, test } from 'vitest';
import {
  call,
  errorsOf,
  idsOf,
  type Line,
  library,
  recordsOf,
  rows,
  statesOf,
  statuses,
  stream,
  streamOf,
} from './invented-source.ts';
import type { Progress } from './progress.ts';
import type { Context } from './source.ts';

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

test('a listing begun again sends each row once, and its STATEs count what was sent', async () => {
  const { lines, exitCode } = await call(
    library([streamOf('books', rows(3), rows(3, 3), rows(3), rows(3, 3), rows(2, 5))]),
    { env: EVERY_PAGE },
  );
  expect(exitCode).toBe(0);
  expect(idsOf(lines, 'books')).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4', 'id-5', 'id-6']);
  expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([3, 3, 0, 0, 1, 0]);
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
  const { lines, exitCode } = await call(
    library([
      streamOf('books', rows(2), [{ ...keyless, title: 'torn' }, { id: 'id-9' }], rows(1, 3)),
      streamOf('readers', rows(1)),
    ]),
  );
  expect(idsOf(lines, 'books')).toEqual(['id-0', 'id-1', 'id-9', 'id-3']);
  expect(statuses(lines, 'books').at(-1)).toBe('INCOMPLETE');
  expect(statuses(lines, 'readers').at(-1)).toBe('COMPLETE');
  expect(errorsOf(lines)[0]).toMatchObject({
    failure_type: 'system_error',
    stream_descriptor: { name: 'books' },
    message: expect.stringMatching(/books.*\b1\b.*id/),
  });
  expect(exitCode).toBe(1);
});

test('deselected columns are not sent, the key and the change columns are', async () => {
  const row = { id: 'b1', title: 'Emma', lentAt: '2026-01-01T00:00:00Z' };
  const streams = [{ name: 'books', columns: ['lentAt', 'gone_since'] }];
  const { lines } = await call(library([streamOf('books', [row])]), { streams });
  expect(recordsOf(lines, 'books')).toEqual([
    { id: 'b1', lentAt: row.lentAt, _ab_cdc_updated_at: expect.any(String), _ab_cdc_deleted_at: null },
  ]);
});

const savedBooks = (stream_state: object) => [
  { type: 'STREAM', stream: { stream_descriptor: { name: 'books' }, stream_state } },
];

test('rows are seen later than any row of an earlier sync, also where the clock is behind', async () => {
  const ahead = new Date(Date.now() + 86_400_000).toISOString();
  const source = library([streamOf('books', rows(2)), streamOf('readers', rows(1))]);
  const { lines } = await call(source, { state: savedBooks({ latest: ahead }) });
  for (const { _ab_cdc_updated_at: seenAt } of recordsOf(lines, 'books')) expect(String(seenAt) > ahead).toBe(true);
  for (const { _ab_cdc_updated_at: seenAt } of recordsOf(lines, 'readers')) expect(String(seenAt) < ahead).toBe(true);
});

test('each sync that is given the state of the one before sends later times than that', async () => {
  const source = library([streamOf('books', rows(1))]);
  let state: object[] = [];
  const times: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const { lines } = await call(source, { state });
    state = lines.filter(({ type }) => type === 'STATE').slice(-1);
    times.push(String(recordsOf(lines, 'books')[0]?._ab_cdc_updated_at));
  }
  expect(new Set(times).size).toBe(5);
  expect(times).toEqual(times.toSorted());
});

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
});
