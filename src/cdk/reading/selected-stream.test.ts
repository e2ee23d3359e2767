import { describe, expect, test } from 'vitest';
import { EveryPartitionOnce, EveryRowOnce } from '../ledger/full-refresh.ts';
import { rowFormOf } from '../ledger/row-form.ts';
import type { Saved } from '../ledger/saved-state.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import { type ListStream, recordSchema } from '../stream.ts';
import { type Door, streamOf, walked } from '../testing/library.ts';
import { type Line, Reader } from '../testing/lines.ts';
import { readWhole } from '../testing/read-steps.ts';
import {
  type PartitionSettings,
  type Selection,
  type SharedOptions,
  selectList,
  selectWalker,
} from './selected-stream.ts';

const list = streamOf('readers') as ListStream<Door>;

function open(more: Partial<SharedOptions> = {}) {
  const reader = new Reader({});
  const stop = new AbortController();
  const output = new Output(reader, new Secrets(), stop);
  const shared: SharedOptions = {
    upstream: 'tenant 1',
    stateIntervalMs: 0,
    output,
    stop: stop.signal,
    ...more,
  };
  return { shared, lines: (): Line[] => reader.lines };
}

const SETTINGS: PartitionSettings = { scope: ['all'], rereadAfterMs: 86_400_000 };
const incremental = { name: 'any', syncMode: 'incremental', saved: { ledger: {} } } as const;
type Wish = Partial<Omit<Selection<unknown>, 'stream'>>;
const ofList = (more: Wish = {}) => ({ ...incremental, stream: list, ...more });
const ofWalk = (more: Wish = {}) => ({ ...incremental, stream: walked, ...more });

/** The state that is printed now. */
async function stateOf(selected: { progress: { moved(): Promise<void> } }, lines: () => Line[]): Promise<JsonObject> {
  await selected.progress.moved();
  return lines().at(-1)?.state?.stream.stream_state ?? {};
}

describe('the state of a selected stream', () => {
  test('tells the mode, and the upstream', async () => {
    const { shared, lines } = open();
    expect(await stateOf(selectList(ofList(), undefined, shared), lines)).toMatchObject({
      sync: 'incremental',
      upstream: 'tenant 1',
      keys: [],
    });
    expect(await stateOf(selectWalker(ofWalk({ syncMode: 'full_refresh' }), SETTINGS, shared), lines)).toMatchObject({
      sync: 'full_refresh',
      upstream: 'tenant 1',
      complete: false,
    });
  });

  test('keeps the upstream that it was of, where the upstream does not tell', async () => {
    const { shared, lines } = open({ upstream: undefined });
    const saved = { upstream: 'tenant 2', ledger: {} };
    expect(await stateOf(selectList(ofList({ saved }), undefined, shared), lines)).toMatchObject(saved.ledger);
    expect(lines().at(-1)?.state?.stream.stream_state.upstream).toBe('tenant 2');
  });

  test('moves the cursor on from the latest that was sent, whatever the clock says', async () => {
    const { shared, lines } = open();
    const saved = { latest: '2999-01-01T00:00:00.000Z', ledger: {} };
    const state = await stateOf(selectList(ofList({ saved }), undefined, shared), lines);
    expect(state.latest).toBe('2999-01-01T00:00:00.001Z');
  });
});

describe('the settings that decide what is listed', () => {
  test('are those of the last sync that judged what is missing', async () => {
    const before = open();
    const others = { ...SETTINGS, scope: ['some'] };
    const first = await stateOf(selectWalker(ofWalk(), others, before.shared), before.lines);
    const { shared, lines } = open();
    const selected = selectWalker(ofWalk({ saved: { scope: Number(first.scope), ledger: {} } }), SETTINGS, shared);
    expect((await stateOf(selected, lines)).scope).toBe(first.scope);
    selected.onJudged();
    expect((await stateOf(selected, lines)).scope).not.toBe(first.scope);
  });

  const partitions = Array.from({ length: 30 }, (_, index) => ({ id: `p${index}`, sections: [], prints: '' }));
  const keys = partitions.map(({ id }) => id);
  const rows = { keys, prints: 'AAAAAAAB'.repeat(30) };

  test('let everything be gone where they are others', async () => {
    const { shared, lines } = open();
    const { scope } = await stateOf(selectWalker(ofWalk(), SETTINGS, shared), lines);
    const goneOf = (known: number | undefined) => {
      const saved = { ...(known !== undefined && { scope: known }), ledger: { partitions } };
      return selectWalker(ofWalk({ saved }), SETTINGS, shared).ledger?.settle(new Set()).gone.length;
    };
    expect(goneOf(Number(scope))).toBe(0);
    expect(goneOf(Number(scope) + 1)).toBe(30);
    expect(goneOf(undefined)).toBe(30);
  });

  test('do not matter for a list that they have no say in', () => {
    const { shared } = open();
    const saved = { ledger: rows };
    expect(selectList(ofList({ saved }), undefined, shared).ledger?.settle().gone).toEqual([]);
    expect(selectList(ofList({ saved }), SETTINGS, shared).ledger?.settle().gone).toEqual(keys);
  });
});

describe('columns', () => {
  const shelf = { drawers: { a: { version: 1, rows: { x: 1 } } } };
  const columns = (...names: string[]) => ({ columns: new Set(names) });

  async function isBehindAfter(before: Wish, after: Wish): Promise<boolean> {
    const { shared, lines } = open();
    const first = selectWalker(ofWalk(before), SETTINGS, shared);
    readWhole(first.reader, { id: 'p', version: 1 }, shelf);
    const saved = { ledger: await stateOf(first, lines) };
    return selectWalker(ofWalk({ ...after, saved }), SETTINGS, shared).reader.schedule.isBehind({
      id: 'p',
      version: 1,
    });
  }

  test('other than before make every partition be read again', async () => {
    expect(await isBehindAfter(columns('title'), columns('title', 'lentAt'))).toBe(true);
    expect(await isBehindAfter({}, columns('title'))).toBe(true);
  });

  test('in another order, or unknown, do not', async () => {
    expect(await isBehindAfter(columns('title', 'lentAt'), columns('lentAt', 'title', 'colour'))).toBe(false);
    expect(await isBehindAfter({}, columns(...Object.keys(recordSchema(walked).properties ?? {})))).toBe(false);
  });
});

describe('rows of another form', () => {
  const reformed = { ledger: {}, hasOtherForm: true };

  test('are told by the state of every stream', async () => {
    const { shared, lines } = open();
    expect((await stateOf(selectList(ofList(), undefined, shared), lines)).form).toBe(rowFormOf(list));
    const stream = { ...walked, rowForm: 7 };
    expect((await stateOf(selectWalker({ ...ofWalk(), stream }, SETTINGS, shared), lines)).form).toBe(
      rowFormOf(stream),
    );
  });

  test('make every partition be read again', async () => {
    const { shared, lines } = open();
    const first = selectWalker(ofWalk(), SETTINGS, shared);
    readWhole(first.reader, { id: 'p', version: 1 }, { drawers: { a: { version: 1, rows: { x: 1 } } } });
    const ledger = await stateOf(first, lines);
    const isBehind = (saved: Saved) =>
      selectWalker(ofWalk({ saved }), SETTINGS, shared).reader.schedule.isBehind({ id: 'p', version: 1 });
    expect([isBehind({ ledger }), isBehind({ ...reformed, ledger })]).toEqual([false, true]);
  });

  test('are all sent of a list that is too long to be known row by row', () => {
    const { shared } = open();
    const ledger = { overfull: true, deliveredUntil: '2026-11-01T00:00:00.000Z' };
    const isSent = (saved: Saved) =>
      selectList(ofList({ saved }), undefined, shared).filter.take('a', '{}', '2026-10-01T00:00:00Z');
    expect([isSent({ ledger }), isSent({ ...reformed, ledger })]).toEqual([false, true]);
  });
});

describe('a state that no ledger has saved', () => {
  test.each([
    [
      'of a list',
      () => selectList(ofList({ saved: { ledger: { keys: ['a'], prints: '' } } }), undefined, open().shared),
    ],
    [
      'of a walk',
      () =>
        selectWalker(
          ofWalk({ saved: { ledger: { partitions: [{ id: 'p', sections: ['a'], prints: '' }] } } }),
          SETTINGS,
          open().shared,
        ),
    ],
  ])('%s is refused in words', (_, take) => {
    expect(take).toThrow(/^The saved state of the stream .* cannot be used: .* do not go together\. Give it the state/);
  });
});

describe('a full refresh', () => {
  test('takes each row of a list once and remembers none', () => {
    const ledger = new EveryRowOnce();
    expect(['a', 'b', 'a', 'c', 'b'].map((key) => ledger.take(key))).toEqual([true, true, false, true, false]);
    const list = selectList(ofList({ syncMode: 'full_refresh' }), undefined, open().shared);
    expect(list.ledger).toBeUndefined();
    expect([ledger.save('running'), ledger.save('complete')]).toEqual([{ complete: false }, { complete: true }]);
  });

  test('goes on with the partitions that are not done, and a finished one with none', () => {
    const shelf = { drawers: { a: { version: 1, rows: { x: 1, y: 2 } } } };
    const ledger = new EveryPartitionOnce();
    expect(readWhole(ledger, { id: 'p', version: 1 }, shelf).order).toEqual(['x', 'y']);
    const resumed = new EveryPartitionOnce(ledger.save('running'));
    expect(['p', 'q'].map((id) => resumed.schedule.isBehind({ id, version: 9 }))).toEqual([false, true]);
    expect(['p', 'q'].map((id) => resumed.schedule.takesPart({ id, version: 9 }))).toEqual([false, true]);
    const finished = new EveryPartitionOnce(resumed.save('complete'));
    expect(['p', 'q'].map((id) => finished.schedule.isBehind({ id, version: 9 }))).toEqual([false, false]);
    expect(finished.save('running')).toEqual({ complete: true });
  });
});
