import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from './errors.ts';
import {
  call,
  Door,
  dice,
  errorsOf,
  idsOf,
  type Line,
  library,
  type Outcome,
  ofStream,
  Reader,
  recordsOf,
  rows,
  statesOf,
  statuses,
  stream,
  streamOf,
} from './invented-source.ts';
import type { Page, Stream } from './stream.ts';

const ENVELOPES: { [type: string]: string } = { RECORD: 'record', STATE: 'state', TRACE: 'trace', LOG: 'log' };

/** Every rule of the protocol that a finished read broke, in words. */
function broken({ lines, exitCode }: Outcome, names: readonly string[]): string[] {
  const envelopes = lines
    .filter((line) => Object.keys(line).toSorted().join() !== [ENVELOPES[line.type], 'type'].toSorted().join())
    .map((line) => `a message that is not of one kind: ${Object.keys(line)}`);
  const times = lines.flatMap(({ record, trace }) => record?.emitted_at ?? trace?.emitted_at ?? []);
  const clock = times.filter((time) => !Number.isInteger(time) || Math.abs(time - Date.now()) > 60_000);
  const failed = names.some((name) => statuses(lines, name).includes('INCOMPLETE'));
  const last = lines.at(-1)?.trace?.error;
  const rules = {
    [`emitted_at ${clock[0]}`]: clock.length === 0,
    [`exit code ${exitCode}, failed: ${failed}`]: exitCode === (failed ? 1 : 0),
    'a failed read ends with the summary, a good one has none':
      failed === (last?.stream_descriptor === undefined && !!last),
  };
  const ofProgram = Object.entries(rules).flatMap(([rule, kept]) => (kept ? [] : [rule]));
  return [...envelopes, ...ofProgram, ...names.flatMap((name) => brokenBy(lines, name))];
}

function brokenBy(lines: Line[], name: string): string[] {
  const own = lines.filter((line) => ofStream(line) === name && !line.trace?.estimate);
  const kinds = own.map((line) => line.trace?.stream_status?.status ?? line.trace?.type ?? line.type).join(' ');
  const states = statesOf(own, name);
  const rules: { [rule: string]: boolean } = {
    [`the order of messages: ${kinds}`]:
      /^STARTED RUNNING( (RECORD|RUNNING|STATE))*( STATE COMPLETE| STATE ERROR INCOMPLETE)$/.test(kinds),
    'one STARTED': kinds.split('STARTED').length === 2,
    'a STATE has its type': states.every(({ type }) => type === 'STREAM'),
  };
  let since = 0;
  let before: string | undefined;
  for (const { record, state } of own) {
    if (record) {
      since += 1;
      rules['a record has data and no deletion'] =
        record.data._ab_cdc_deleted_at === null && record.data.id !== undefined;
    }
    if (!state) continue;
    const content = JSON.stringify(state.stream.stream_state);
    rules[`a STATE counts ${state.sourceStats.recordCount} records, not ${since}`] =
      state.sourceStats.recordCount === since;
    rules[`the STATE ${content} twice with records between`] = content !== before || since === 0;
    since = 0;
    before = content;
  }
  return Object.entries(rules).flatMap(([rule, kept]) => (kept ? [] : [`${name}: ${rule}`]));
}

test('the judge of this file sees a line too many, too few or out of order', async () => {
  const good = await call(library([streamOf('books', rows(2))]));
  expect(broken(good, ['books'])).toEqual([]);
  for (const [index, line] of good.lines.entries()) {
    for (const lines of [good.lines.toSpliced(index, 1), good.lines.toSpliced(index, 0, line)]) {
      if (line.trace?.stream_status?.status !== 'RUNNING' || lines.length < good.lines.length)
        expect(broken({ ...good, lines }, ['books'])).not.toEqual([]);
    }
  }
  expect(broken({ ...good, exitCode: 1 }, ['books'])).not.toEqual([]);
});

const EVERY_PAGE = { STATE_INTERVAL_MS: '0' };

describe('a read that goes well', () => {
  const source = () =>
    library([streamOf('books', rows(3), rows(2, 3)), streamOf('readers', rows(1)), streamOf('fines')]);

  test('tells each stream from STARTED to COMPLETE, an empty one too', async () => {
    const outcome = await call(source());
    expect(broken(outcome, ['books', 'readers', 'fines'])).toEqual([]);
    expect(idsOf(outcome.lines, 'books')).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4']);
    for (const name of ['books', 'readers', 'fines'])
      expect(statuses(outcome.lines, name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(statesOf(outcome.lines, 'fines').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([0]);
  });

  test.each([
    ['full_refresh', 'full_refresh'],
    ['incremental', 'incremental'],
    ['full_refresh', 'incremental'],
  ] as const)('has a STATE for every stream: books %s, readers %s', async (books, readers) => {
    const streams = [
      { name: 'books', mode: books },
      { name: 'readers', mode: readers },
      { name: 'fines', mode: readers },
    ];
    const outcome = await call(source(), { streams });
    expect(broken(outcome, ['books', 'readers', 'fines'])).toEqual([]);
    for (const { name } of streams) {
      const counts = statesOf(outcome.lines, name).map(({ sourceStats }) => sourceStats.recordCount);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(recordsOf(outcome.lines, name).length);
    }
  });

  test('reads only what the catalog asks for', async () => {
    const { lines } = await call(source(), { streams: [{ name: 'readers' }] });
    expect(new Set(lines.map(ofStream))).toEqual(new Set(['readers']));
  });

  test('says that a stream asked for incrementally is read in full', async () => {
    const { lines, exitCode } = await call(source(), { streams: [{ name: 'books', mode: 'incremental' }] });
    expect(exitCode).toBe(0);
    expect(recordsOf(lines, 'books')).toHaveLength(5);
    expect(lines.flatMap(({ log }) => log ?? [])).toEqual([
      { level: 'INFO', message: expect.stringContaining('books') },
    ]);
  });

  test('prints a STATE after each page where no time must lie between two', async () => {
    const { lines } = await call(source(), { env: EVERY_PAGE, streams: [{ name: 'books' }] });
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([3, 2, 0]);
  });

  test('prints one STATE where the least time between two is long', async () => {
    const { lines } = await call(source(), { env: { STATE_INTERVAL_MS: '3600000' }, streams: [{ name: 'books' }] });
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([5]);
  });

  test('reads streams at the same time: each waits for the first page of the other', { timeout: 2_000 }, async () => {
    const met = { books: Promise.withResolvers<void>(), readers: Promise.withResolvers<void>() };
    const meeting = (own: 'books' | 'readers', other: 'books' | 'readers') =>
      streamOf(
        own,
        rows(1),
        () => met[own].resolve(),
        () => met[other].promise,
        rows(1, 1),
      );
    const outcome = await call(library([meeting('books', 'readers'), meeting('readers', 'books')]));
    expect(broken(outcome, ['books', 'readers'])).toEqual([]);
  });

  test('opens one door, and shuts it once', async () => {
    const doors: Door[] = [];
    const connect = async () => {
      const door = new Door();
      doors.push(door);
      return door;
    };
    const seen: Door[] = [];
    const looking = (name: string) =>
      stream(name, async function* (door) {
        seen.push(door);
        yield rows(1);
        expect(door.timesShut).toBe(0);
      });
    const outcome = await call(library([looking('books'), looking('readers')], { connect }));
    expect(outcome.exitCode).toBe(0);
    expect(doors.map(({ timesShut }) => timesShut)).toEqual([1]);
    expect(seen).toEqual([doors[0], doors[0]]);
  });
});

describe('a stream that fails', () => {
  const bug = () => {
    const { shelf } = JSON.parse('null');
    return shelf;
  };
  const explained = (type: 'config_error' | 'transient_error') => () => {
    throw new ConnectorError(type, 'The shelf cannot be reached. Try the ladder.');
  };

  test.each([
    ['config_error', explained('config_error')],
    ['transient_error', explained('transient_error')],
    ['system_error', bug],
  ] as const)('for a %s leaves the others alone', async (failureType, fail) => {
    const outcome = await call(
      library([streamOf('fines', rows(2)), streamOf('books', rows(3), fail), streamOf('readers', rows(4))]),
    );
    expect(broken(outcome, ['books', 'readers', 'fines'])).toEqual([]);
    expect(outcome.exitCode).toBe(1);
    expect(statuses(outcome.lines, 'books').at(-1)).toBe('INCOMPLETE');
    for (const name of ['fines', 'readers']) expect(statuses(outcome.lines, name).at(-1)).toBe('COMPLETE');
    const [own, summary, ...more] = errorsOf(outcome.lines);
    expect(own).toMatchObject({ failure_type: failureType, stream_descriptor: { name: 'books' } });
    // Airbyte gives up for good on a config_error, so that the summary may not be one unless the failure is.
    expect(summary).toMatchObject({ failure_type: failureType, message: expect.stringContaining('1 of 3') });
    expect(summary).not.toHaveProperty('stream_descriptor');
    expect(more).toEqual([]);
  });

  test('leaves a state that covers what was printed', async () => {
    const { lines } = await call(library([streamOf('books', rows(3), rows(2, 3), bug)]));
    expect(recordsOf(lines, 'books')).toHaveLength(5);
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([5]);
  });

  test('keeps the words of a bug to engineers', async () => {
    const { lines } = await call(library([streamOf('books', bug)]));
    const [own] = errorsOf(lines);
    expect(own?.message).not.toContain('null');
    expect(own?.internal_message).toContain('TypeError');
    expect(own?.stack_trace).toContain('sync.test.ts');
  });

  test('before its first page is still told from STARTED on, with a STATE', async () => {
    const unreadable = stream('books', () => {
      throw new ConnectorError('config_error', 'No books for you.');
    });
    const outcome = await call(library([unreadable]));
    expect(broken(outcome, ['books'])).toEqual([]);
  });

  test('counts as failed whatever was thrown', async () => {
    const thrown = await Promise.all(
      [undefined, null, 'torn', 0].map((value) =>
        call(
          library([
            streamOf('books', rows(1), () => {
              throw value;
            }),
          ]),
        ),
      ),
    );
    expect(thrown.map((outcome) => [outcome.exitCode, statuses(outcome.lines, 'books').at(-1)])).toEqual(
      thrown.map(() => [1, 'INCOMPLETE']),
    );
  });

  test('that does not exist is named, and the others are read', async () => {
    const outcome = await call(library([streamOf('books', rows(2))]), {
      streams: [{ name: 'maps' }, { name: 'books' }],
    });
    expect(brokenBy(outcome.lines, 'books')).toEqual([]);
    expect(statuses(outcome.lines, 'maps')).toEqual(['INCOMPLETE']);
    expect(statuses(outcome.lines, 'books')).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(outcome.exitCode).toBe(1);
    const [own, summary] = errorsOf(outcome.lines);
    expect(own).toMatchObject({ failure_type: 'config_error', stream_descriptor: { name: 'maps' } });
    expect(own?.message).toContain('maps');
    expect(summary?.message).toContain('1 of 2');
    expect(outcome.lines.at(-1)?.trace?.error).toEqual(summary);
  });

  test('that does not exist, alone in the catalog, fails the read without opening the door', async () => {
    let opened = 0;
    const connect = async () => {
      opened += 1;
      return new Door();
    };
    const outcome = await call(library([streamOf('books')], { connect }), { streams: [{ name: 'maps' }] });
    expect(outcome.exitCode).toBe(1);
    expect(errorsOf(outcome.lines)).toHaveLength(2);
    expect(opened).toBe(0);
  });
});

describe('a source that cannot be read at all', () => {
  test('rejects with what connecting said, and prints nothing of any stream', async () => {
    const refusal = new ConnectorError('config_error', 'Your card has expired.');
    const ended: string[] = [];
    const outcome = await call(
      library([streamOf('books')], {
        connect: async () => {
          throw refusal;
        },
      }),
      { watch: () => () => ended.push('show') },
    );
    expect(outcome.error).toBe(refusal);
    expect(outcome.lines.filter((line) => ofStream(line) !== undefined)).toEqual([]);
    expect(ended).toEqual(['show']);
  });
});

describe('a read that is stopped', () => {
  test('rejects with the reason, shuts the door and calls no stream incomplete', async () => {
    const door = new Door();
    const stop = new AbortController();
    const reason = new Error('ended by SIGTERM');
    const waiting = stream('readers', async function* () {
      yield rows(2);
      await sleep(60_000, undefined, { signal: stop.signal });
    });
    const stopping = streamOf(
      'books',
      rows(3),
      () => sleep(5),
      () => stop.abort(reason),
      () => sleep(60_000, undefined, { signal: stop.signal }),
    );
    const outcome = await call(library([stopping, waiting], { connect: async () => door }), { stop });
    expect(outcome.exitCode).toBeUndefined();
    expect(stop.signal.reason).toBe(reason);
    expect(outcome.error).toBeInstanceOf(Error);
    expect(recordsOf(outcome.lines, 'books')).toHaveLength(3);
    expect(errorsOf(outcome.lines)).toEqual([]);
    for (const name of ['books', 'readers']) expect(statuses(outcome.lines, name)).toEqual(['STARTED', 'RUNNING']);
    expect(door.timesShut).toBe(1);
  });

  test('ends the generators that it gives up', async () => {
    let ended = false;
    const reader = new Reader({});
    const outcome = await call(
      library([
        stream('books', async function* () {
          try {
            yield rows(1);
            reader.destroy(new Error('EPIPE'));
            await sleep(1);
            yield rows(1, 1);
          } finally {
            ended = true;
          }
        }),
      ]),
      { reader },
    );
    expect(outcome.error).toMatchObject({ name: 'OutputClosedError' });
    expect(ended).toBe(true);
  });

  test('shuts the door when the reader of stdout goes away', async () => {
    const door = new Door();
    const reader = new Reader({ highWaterMark: 1, pace: () => 1 });
    const long = stream('books', async function* () {
      for (let from = 0; from < 5_000; from += 5) {
        if (from === 50) reader.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        yield rows(5, from);
      }
    });
    const outcome = await call(library([long], { connect: async () => door }), { reader });
    expect(outcome.error).toMatchObject({ name: 'OutputClosedError' });
    expect(door.timesShut).toBe(1);
  });
});

test('a slow reader is never more than two pages a stream behind what was pulled', async () => {
  const ROWS_A_PAGE = 10;
  const pulled: { [name: string]: number } = { books: 0, readers: 0 };
  const reader = new Reader({ highWaterMark: 512, pace: (lines) => lines });
  let mostAhead = 0;
  const paged = (name: string): Stream<Door> =>
    stream(name, async function* () {
      for (let page = 0; page < 20; page += 1) {
        const taken = idsOf(reader.lines, name).length / ROWS_A_PAGE;
        pulled[name] = page + 1;
        mostAhead = Math.max(mostAhead, page + 1 - taken);
        yield rows(ROWS_A_PAGE, page * ROWS_A_PAGE);
      }
    });
  const outcome = await call(library([paged('books'), paged('readers')]), { reader });
  expect(broken(outcome, ['books', 'readers'])).toEqual([]);
  expect(pulled).toEqual({ books: 20, readers: 20 });
  expect(mostAhead).toBeGreaterThan(0);
  expect(mostAhead).toBeLessThanOrEqual(2);
});

/** A random stream: repeated rows, rows without a key, an end that fails or does not. */
function randomStream(
  name: string,
  roll: (limit: number) => number,
): { stream: Stream<Door>; ids: string[]; fails: boolean } {
  const pages: (Page | (() => unknown))[] = Array.from({ length: roll(6) }, () =>
    Array.from({ length: roll(8) }, () => ({
      id: roll(12) === 0 ? null : `id-${roll(25)}`,
      title: 'a "title"\nof two lines',
    })),
  );
  const keys = pages.flatMap((page) => (page as Page).map(({ id }) => id as string | null));
  const pauses = pages.flatMap((page) => (roll(2) === 0 ? [page] : [page, () => sleep(0)]));
  const dies = roll(4) === 0;
  const die = () => {
    throw roll(2) === 0 ? new Error('a bug') : new ConnectorError('transient_error', 'Closed for lunch.');
  };
  return {
    stream: streamOf(name, ...pauses, ...(dies ? [die] : [])),
    ids: [...new Set(keys.filter((key) => key !== null))],
    fails: dies || keys.includes(null),
  };
}

test.each(Array.from({ length: 16 }, (_, index) => index + 1))(
  'random streams obey the protocol: seed %i',
  async (seed) => {
    const roll = dice(seed);
    const streams = ['books', 'readers', 'fines'].map((name) => ({ name, ...randomStream(name, roll) }));
    const outcome = await call(library(streams.map((each) => each.stream)), {
      env: roll(2) === 0 ? EVERY_PAGE : {},
      reader: new Reader({ highWaterMark: 1 + roll(2_000), pace: () => roll(2) }),
    });
    expect(broken(outcome, ['books', 'readers', 'fines'])).toEqual([]);
    for (const { name, ids, fails } of streams) {
      expect(idsOf(outcome.lines, name)).toEqual(ids);
      expect(statuses(outcome.lines, name).at(-1)).toBe(fails ? 'INCOMPLETE' : 'COMPLETE');
    }
  },
);

test.each(Array.from({ length: 24 }, (_, index) => index + 1))(
  'the summary has the type of the failure that was sent first: seed %i',
  async (seed) => {
    const roll = dice(seed);
    const types = ['config_error', 'transient_error', 'system_error'] as const;
    const doomed = (name: string) => {
      const type = types[roll(3)] ?? 'system_error';
      const error = type === 'system_error' ? new Error('a bug') : new ConnectorError(type, `${name} is closed.`);
      const pauses = Array.from({ length: roll(3) }, () => () => sleep(0));
      return streamOf(name, rows(roll(40)), ...pauses, () => {
        throw error;
      });
    };
    const names = ['books', 'readers', 'fines', 'maps'];
    const outcome = await call(library(names.map(doomed)), {
      streams: [...names, ...(roll(4) === 0 ? ['unknown'] : [])].map((name) => ({ name })),
      reader: new Reader({ highWaterMark: 1 + roll(3_000), pace: () => roll(3) }),
    });
    const errors = errorsOf(outcome.lines);
    expect(errors.at(-1)?.stream_descriptor).toBeUndefined();
    expect(errors.at(-1)?.failure_type).toBe(errors[0]?.failure_type);
    expect(errors.length).toBeGreaterThan(names.length);
  },
);
