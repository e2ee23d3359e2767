import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from './errors.ts';
import type { SyncMode } from './protocol/messages.ts';
import type { Source } from './source.ts';
import type { Page, Row, Stream } from './stream.ts';
import { call, Door, dice, inMode, library, MODES, type Outcome, rows, stream, streamOf } from './testing/library.ts';
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
} from './testing/lines.ts';

const ENVELOPES: { [type: string]: string } = { RECORD: 'record', STATE: 'state', TRACE: 'trace', LOG: 'log' };

/** Every rule of the protocol that a finished read broke, in words. Only an incremental one may tell of deletions. */
function broken({ lines, exitCode }: Outcome, names: readonly string[], mode: SyncMode = 'full_refresh'): string[] {
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
  return [...envelopes, ...ofProgram, ...names.flatMap((name) => brokenBy(lines, name, mode))];
}

function brokenBy(lines: Line[], name: string, mode: SyncMode = 'full_refresh'): string[] {
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
      const { id, _ab_cdc_updated_at: seenAt, _ab_cdc_deleted_at: deletedAt } = record.data;
      const isLiving = deletedAt === null;
      const isTombstone = mode === 'incremental' && deletedAt === seenAt && Object.keys(record.data).length === 3;
      rules[`the record ${JSON.stringify(record.data)}`] = id !== undefined && (isLiving || isTombstone);
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

test('the judge of this file knows a deletion from a row, and allows it in incremental only', async () => {
  const mode = 'incremental';
  const first = await call(library([streamOf('books', rows(2))]), { mode });
  const next = await call(library([streamOf('books', rows(1))]), { mode, state: savedIn(first.lines) });
  expect(broken(next, ['books'], mode)).toEqual([]);
  expect(broken(next, ['books'])).toEqual([expect.stringContaining('the record')]);
  const torn = JSON.parse(JSON.stringify(next.lines).replace('"id":"id-1"', '"id":"id-1","title":"still here"'));
  expect(broken({ ...next, lines: torn }, ['books'], mode)).toEqual([expect.stringContaining('the record')]);
});

const EVERY_PAGE = { STATE_INTERVAL_MS: '0' };

const ALL = ['books', 'readers', 'fines'];

/** Rows a STATE; an incremental read prints one before its first row, which announces that rows come. */
const firstIn =
  (mode: SyncMode) =>
  (counts: number[]): number[] =>
    mode === 'incremental' ? [0, ...counts] : counts;

describe.each(MODES)('a read in %s that goes well', (mode) => {
  const withFirst = firstIn(mode);

  const source = () =>
    library([streamOf('books', rows(3), rows(2, 3)), streamOf('readers', rows(1)), streamOf('fines')]);

  test('tells each stream from STARTED to COMPLETE, an empty one too', async () => {
    const outcome = await call(source(), { mode });
    expect(broken(outcome, ALL, mode)).toEqual([]);
    expect(idsOf(outcome.lines, 'books')).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4']);
    for (const name of ALL) expect(statuses(outcome.lines, name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(statesOf(outcome.lines, 'fines').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([0]);
  });

  test.each(MODES)('has a STATE for every stream, the others being read in %s', async (others) => {
    const streams = [...inMode(mode, 'books'), ...inMode(others, 'readers', 'fines')];
    const outcome = await call(source(), { streams });
    expect(broken(outcome, ALL)).toEqual([]);
    for (const { name } of streams) {
      const counts = statesOf(outcome.lines, name).map(({ sourceStats }) => sourceStats.recordCount);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(recordsOf(outcome.lines, name).length);
    }
  });

  test('reads only what the catalog asks for, and has nothing to add', async () => {
    const { lines } = await call(source(), { mode, streams: [{ name: 'readers' }] });
    expect(new Set(lines.map(ofStream))).toEqual(new Set(['readers']));
  });

  test('prints a STATE after each page where no time must lie between two', async () => {
    const { lines } = await call(source(), { env: EVERY_PAGE, mode, streams: [{ name: 'books' }] });
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual(withFirst([3, 2, 0]));
  });

  test('prints one STATE where the least time between two is long', async () => {
    const env = { STATE_INTERVAL_MS: '3600000' };
    const { lines } = await call(source(), { env, mode, streams: [{ name: 'books' }] });
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual(withFirst([5]));
  });

  test('reads streams at the same time: each waits for the first page of the other', async () => {
    const met = { books: Promise.withResolvers<void>(), readers: Promise.withResolvers<void>() };
    const meeting = (own: 'books' | 'readers', other: 'books' | 'readers') =>
      streamOf(
        own,
        rows(1),
        () => met[own].resolve(),
        () => met[other].promise,
        rows(1, 1),
      );
    const outcome = await call(library([meeting('books', 'readers'), meeting('readers', 'books')]), { mode });
    expect(broken(outcome, ['books', 'readers'], mode)).toEqual([]);
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
    const outcome = await call(library([looking('books'), looking('readers')], { connect }), { mode });
    expect(outcome.exitCode).toBe(0);
    expect(doors.map(({ timesShut }) => timesShut)).toEqual([1]);
    expect(seen).toEqual([doors[0], doors[0]]);
  });
});

describe('an incremental read', () => {
  const mode = 'incremental';

  test('sends what is new, changed or gone since the state that it is given, and nothing else', async () => {
    const [kept, old, gone, fresh] = rows(4) as readonly Row[] as readonly [Row, Row, Row, Row];
    const changed = { ...old, title: 'another title' };
    const before = library([streamOf('books', [kept, old], [gone]), streamOf('readers', rows(3))]);
    const first = await call(before, { mode });
    const source = library([streamOf('books', [fresh, changed], [kept]), streamOf('readers', rows(3))]);
    const next = await call(source, { mode, state: savedIn(first.lines) });
    expect(broken(next, ['books', 'readers'], mode)).toEqual([]);
    expect(recordsOf(next.lines, 'books')).toEqual([
      { ...fresh, _ab_cdc_updated_at: expect.any(String), _ab_cdc_deleted_at: null },
      { ...changed, _ab_cdc_updated_at: expect.any(String), _ab_cdc_deleted_at: null },
      { id: gone.id, _ab_cdc_updated_at: expect.any(String), _ab_cdc_deleted_at: expect.any(String) },
    ]);
    expect(recordsOf(next.lines, 'readers')).toEqual([]);
    expect(next.lines.flatMap(({ log }) => log ?? [])).toEqual([]);
    expect([...tableOf([...first.lines, ...next.lines], 'books').values()]).toEqual([kept, changed, fresh]);
  });

  test('prints a STATE before the last one only where there is something new', async () => {
    const source = library([
      streamOf('books', rows(3), rows(3), rows(2, 3), rows(5)),
      streamOf('readers'),
      streamOf('fines'),
    ]);
    const first = await call(source, { env: EVERY_PAGE, mode });
    expect(statesOf(first.lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual([0, 3, 2, 0]);
    const next = await call(source, { env: EVERY_PAGE, mode, state: savedIn(first.lines) });
    expect(broken(next, ALL, mode)).toEqual([]);
    for (const name of ALL) expect(statesOf(next.lines, name)).toHaveLength(1);
  });

  test('that is ended after any of its lines leaves a state from which the next sync is exact', async () => {
    const before = await call(library([streamOf('books', rows(6))]), { mode });
    const changed = rows(3, 1).map((row) => ({ ...row, title: 'another title' }));
    const source = library([
      streamOf('books', changed.slice(0, 2), [...changed.slice(2), ...rows(2, 20)], rows(1, 30)),
    ]);
    const wish = { mode, env: EVERY_PAGE } as const;
    const { lines } = await call(source, { ...wish, state: savedIn(before.lines) });
    const whole = tableOf([...before.lines, ...lines], 'books');
    expect([...whole.keys()].sort()).toEqual(['id-1', 'id-2', 'id-20', 'id-21', 'id-3', 'id-30']);
    for (const [at] of lines.entries()) {
      const cut = [...before.lines, ...lines.slice(0, at + 1)];
      const next = await call(source, { ...wish, state: savedIn(cut) });
      expect(broken(next, ['books'], mode)).toEqual([]);
      expect(new Map([...tableOf([...cut, ...next.lines], 'books')].sort())).toEqual(new Map([...whole].sort()));
    }
  });

  test.each([
    ['one is incremental', [...inMode('incremental', 'books'), ...inMode('full_refresh', 'readers')], 1],
    ['none is', inMode('full_refresh', 'books', 'readers'), 0],
  ])('asks which upstream it reads where %s', async (_, streams, times) => {
    let asked = 0;
    const identity = async () => {
      asked += 1;
      return 'Main Street';
    };
    const source = library([streamOf('books', rows(1)), streamOf('readers', rows(1))], { identity });
    const { lines } = await call(source, { streams });
    expect(asked).toBe(times);
    const known = times > 0 ? { upstream: 'Main Street' } : {};
    expect(statesOf(lines, 'books').at(-1)?.stream.stream_state).toMatchObject(known);
  });

  test.each(MODES)('never begins with the state of another upstream, left by a %s', async (leftIn) => {
    const read = { opened: 0 };
    const lists = (upstream: string | undefined) =>
      library(
        ['books', 'readers'].map((name) =>
          stream(name, async function* () {
            read.opened += 1;
            yield rows(2);
          }),
        ),
        { identity: async () => upstream },
      );
    // Beside a stream in full refresh another one makes the source tell what it is.
    const streams = [...inMode(leftIn, 'books'), ...inMode(mode, 'readers')];
    const first = await call(lists('Main Street'), { streams });
    read.opened = 0;
    const state = savedIn(first.lines);
    const refused = await call(lists('Elm Street'), { mode, state });
    expect(refused.error).toMatchObject({
      failureType: 'config_error',
      message: expect.stringMatching(/books.*Main Street.*Elm Street/),
    });
    expect(refused.lines).toEqual([]);
    expect(read.opened).toBe(0);
    // Who may not be told is trusted, and what was known stays known.
    const trusted = await call(lists(undefined), { mode, state });
    expect(trusted.exitCode).toBe(0);
    expect(statesOf(trusted.lines, 'books').at(-1)?.stream.stream_state).toMatchObject({ upstream: 'Main Street' });
  });

  test('knows an upstream by its address as long as one of the two does not tell its name', async () => {
    const at = (address: string, upstream: string | undefined) =>
      library([streamOf('books', rows(2))], { identity: async () => upstream, address: () => address });
    // A list in full refresh remembers nothing that another upstream's state could spoil.
    const wish = { mode: 'incremental' as const };
    const savedOf = async (address: string, upstream: string | undefined) =>
      savedIn((await call(at(address, upstream), wish)).lines);
    const [named, nameless] = [await savedOf('old.example', 'Main Street'), await savedOf('old.example', undefined)];
    const accepted = [
      [named, 'old.example', undefined, 'Main Street'],
      [named, 'new.example', 'Main Street', 'Main Street'],
      [nameless, 'old.example', 'Main Street', 'Main Street'],
      [nameless, 'old.example', undefined, undefined],
    ] as const;
    for (const [state, address, upstream, known] of accepted) {
      const { exitCode, lines } = await call(at(address, upstream), { ...wish, state });
      expect(exitCode).toBe(0);
      const saved = statesOf(lines, 'books').at(-1)?.stream.stream_state;
      expect({ upstream: saved?.upstream, address: saved?.address }).toEqual({ upstream: known, address });
    }
    for (const state of [named, nameless]) {
      const { error, lines } = await call(at('new.example', undefined), { ...wish, state });
      expect(error).toMatchObject({ message: expect.stringMatching(/old\.example.*new\.example/) });
      expect(lines).toEqual([]);
    }
  });
});

describe.each(MODES)('a stream in %s that fails', (mode) => {
  const withFirst = firstIn(mode);

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
      { mode },
    );
    expect(broken(outcome, ALL, mode)).toEqual([]);
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
    const { lines } = await call(library([streamOf('books', rows(3), rows(2, 3), bug)]), { mode });
    expect(recordsOf(lines, 'books')).toHaveLength(5);
    expect(statesOf(lines, 'books').map(({ sourceStats }) => sourceStats.recordCount)).toEqual(withFirst([5]));
  });

  test('keeps the words of a bug to engineers', async () => {
    const { lines } = await call(library([streamOf('books', bug)]), { mode });
    const [own] = errorsOf(lines);
    expect(own?.message).not.toContain('null');
    expect(own?.internal_message).toContain('TypeError');
    expect(own?.stack_trace).toContain('sync.test.ts');
  });

  test('before its first page is still told from STARTED on, with a STATE', async () => {
    const unreadable = stream('books', () => {
      throw new ConnectorError('config_error', 'No books for you.');
    });
    const outcome = await call(library([unreadable]), { mode });
    expect(broken(outcome, ['books'], mode)).toEqual([]);
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
          { mode },
        ),
      ),
    );
    expect(thrown.map((outcome) => [outcome.exitCode, statuses(outcome.lines, 'books').at(-1)])).toEqual(
      thrown.map(() => [1, 'INCOMPLETE']),
    );
  });

  test('that does not exist is named, and the others are read', async () => {
    const outcome = await call(library([streamOf('books', rows(2))]), {
      mode,
      streams: [{ name: 'maps' }, { name: 'books' }],
    });
    expect(brokenBy(outcome.lines, 'books', mode)).toEqual([]);
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
    const outcome = await call(library([streamOf('books')], { connect }), { mode, streams: [{ name: 'maps' }] });
    expect(outcome.exitCode).toBe(1);
    expect(errorsOf(outcome.lines)).toHaveLength(2);
    expect(opened).toBe(0);
  });

  test('leaves states from which the next sync goes on: nothing twice in incremental, all again in full refresh', async () => {
    const others = [streamOf('readers', rows(4)), streamOf('fines', rows(2))];
    const first = await call(library([streamOf('books', rows(3), bug), ...others]), { mode });
    const next = await call(library([streamOf('books', rows(3), rows(2, 3)), ...others]), {
      mode,
      state: savedIn(first.lines),
    });
    expect(broken(next, ALL, mode)).toEqual([]);
    const isFull = mode === 'full_refresh';
    const counts = ALL.map((name) => recordsOf(next.lines, name).length);
    expect(counts).toEqual(isFull ? [5, 4, 2] : [2, 0, 0]);
    expect([...tableOf([...first.lines, ...next.lines], 'books').values()]).toEqual(rows(5));
  });

  test('never tells of deletions, whatever it has not listed any more', async () => {
    const before = await call(library([streamOf('books', rows(5))]), { mode });
    const failed = await call(library([streamOf('books', rows(1), bug)]), { mode, state: savedIn(before.lines) });
    expect(broken(failed, ['books'])).toEqual([]);
    const next = await call(library([streamOf('books', rows(4))]), { mode, state: savedIn(failed.lines) });
    expect([...tableOf([...before.lines, ...failed.lines, ...next.lines], 'books').keys()]).toHaveLength(
      mode === 'full_refresh' ? 5 : 4,
    );
  });
});

describe('a source that cannot be read at all', () => {
  const refusal = new ConnectorError('config_error', 'Your card has expired.');
  const refuse = async (): Promise<never> => {
    throw refusal;
  };

  test.each<[what: string, more: Partial<Source<Door>>]>([
    ['connecting', { connect: refuse }],
    ['asking which upstream it is', { identity: refuse }],
  ])('rejects with what came of %s, prints nothing of any stream, and shows nothing', async (_, more) => {
    const door = new Door();
    const shown: string[] = [];
    const watch = () => {
      shown.push('begin');
      return () => shown.push('end');
    };
    const source = library([streamOf('books')], { connect: async () => door, ...more });
    const outcome = await call(source, { mode: 'incremental', watch });
    expect(outcome.error).toBe(refusal);
    expect(outcome.lines.filter((line) => ofStream(line) !== undefined)).toEqual([]);
    expect(shown).toEqual([]);
    expect(door.timesShut).toBe(more.connect ? 0 : 1);
  });
});

describe.each(MODES)('a read in %s that is stopped', (mode) => {
  test('rejects with the reason, shuts the door, ends the show and calls no stream incomplete', async () => {
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
    const ended: string[] = [];
    const outcome = await call(library([stopping, waiting], { connect: async () => door }), {
      mode,
      stop,
      watch: () => () => ended.push('show'),
    });
    expect(outcome.exitCode).toBeUndefined();
    expect(stop.signal.reason).toBe(reason);
    expect(outcome.error).toBeInstanceOf(Error);
    expect(recordsOf(outcome.lines, 'books')).toHaveLength(3);
    expect(errorsOf(outcome.lines)).toEqual([]);
    for (const name of ['books', 'readers']) expect(statuses(outcome.lines, name)).toEqual(['STARTED', 'RUNNING']);
    expect(door.timesShut).toBe(1);
    expect(ended).toEqual(['show']);
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
      { mode, reader },
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
    const outcome = await call(library([long], { connect: async () => door }), { mode, reader });
    expect(outcome.error).toMatchObject({ name: 'OutputClosedError' });
    expect(door.timesShut).toBe(1);
  });
});

test.each(MODES)('in %s a slow reader is never more than two pages a stream behind what was pulled', async (mode) => {
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
  const outcome = await call(library([paged('books'), paged('readers')]), { mode, reader });
  expect(broken(outcome, ['books', 'readers'], mode)).toEqual([]);
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

describe.each(MODES)('random streams in %s', (mode) => {
  test.each(Array.from({ length: 16 }, (_, index) => index + 1))('obey the protocol: seed %i', async (seed) => {
    const roll = dice(seed);
    const streams = ALL.map((name) => ({ name, ...randomStream(name, roll) }));
    const source = library(streams.map((each) => each.stream));
    const wish = () => ({
      mode,
      env: roll(2) === 0 ? EVERY_PAGE : {},
      reader: new Reader({ highWaterMark: 1 + roll(2_000), pace: () => roll(2) }),
    });
    const outcome = await call(source, wish());
    const next = await call(source, { ...wish(), state: savedIn(outcome.lines) });
    for (const { name, ids, fails } of streams) {
      expect(idsOf(outcome.lines, name)).toEqual(ids);
      expect(idsOf(next.lines, name)).toEqual(mode === 'full_refresh' ? ids : []);
      for (const { lines } of [outcome, next])
        expect(statuses(lines, name).at(-1)).toBe(fails ? 'INCOMPLETE' : 'COMPLETE');
    }
    for (const each of [outcome, next]) expect(broken(each, ALL, mode)).toEqual([]);
  });
});

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
