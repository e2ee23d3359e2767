import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../protocol/messages.ts';
import { dice } from '../testing/library.ts';
import { RowLedger } from './row-ledger.ts';

afterEach(() => vi.useRealTimers());

/** Rows by key; the number stands for all they say, and for their own time in days where they have one. */
type Rows = { readonly [key: string]: number };

const timeOf = (value: number) => new Date(Date.UTC(2026, 0, value)).toISOString();

interface Wish {
  readonly isGuarded?: boolean;
  readonly mostKeys?: number;
  readonly hasOtherForm?: boolean;
  /** Whether the rows have times of their own; they have by default. */
  readonly isTimed?: boolean;
}

const open = (state: JsonObject, { isGuarded = true, ...more }: Wish = {}) =>
  new RowLedger(state, { isGuarded, ...more });

/** Notes rows; the keys of those that have to be sent come back. */
const take = (ledger: RowLedger, rows: Rows, { isTimed = true }: Wish = {}) =>
  Object.entries(rows)
    .filter(([key, value]) => ledger.take(key, `{"id":"${key}","value":${value}}`, isTimed ? timeOf(value) : undefined))
    .map(([key]) => key);

/** Judges what is missing and takes out what is gone. */
function bury(ledger: RowLedger): readonly string[] {
  const { gone } = ledger.settle();
  for (const key of gone) ledger.forget(key);
  return gone;
}

/** One sync that reads these rows to the end. */
function sync(state: JsonObject, rows: Rows, wish: Wish = {}) {
  const ledger = open(state, wish);
  const sent = take(ledger, rows, wish);
  const gone = bury(ledger);
  return {
    sent,
    gone,
    isOverfull: ledger.isOverfull,
    overflow: ledger.overflow,
    state: stored(ledger.save('complete')),
  };
}

/** As it comes back from a file. */
const stored = (state: JsonObject): JsonObject => JSON.parse(JSON.stringify(state));
const many = (count: number, from = 0): Rows =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, from + index]));

describe('a ledger of rows', () => {
  test('sends what is new and what has changed, and tells what is gone', () => {
    const first = sync({}, { a: 1, b: 2, c: 3 });
    expect(first).toMatchObject({ sent: ['a', 'b', 'c'], gone: [] });
    const second = sync(first.state, { c: 3, b: 5, d: 4 });
    expect(second).toMatchObject({ sent: ['b', 'd'], gone: ['a'] });
    expect(sync(second.state, { d: 4, c: 3, b: 5 })).toMatchObject({ sent: [], gone: [] });
  });

  test('compares what is printed, not its time', () => {
    const { state } = sync({}, { a: 5 });
    expect(sync(state, { a: 1 }).sent).toEqual(['a']);
    const untimed = sync({}, { a: 5 }, { isTimed: false });
    expect(sync(untimed.state, { a: 6 }, { isTimed: false }).sent).toEqual(['a']);
  });

  test('takes each row once, however often the list begins again', () => {
    const ledger = open(sync({}, { a: 1, b: 2 }).state);
    expect(take(ledger, { b: 7, c: 3 })).toEqual(['b', 'c']);
    expect(take(ledger, { a: 1, b: 8, c: 4, d: 5 })).toEqual(['d']);
    expect(bury(ledger)).toEqual([]);
  });

  test.each(Array.from({ length: 9 }, (_, kept) => kept))('saved after %i steps is true of what was sent', (kept) => {
    const before = { a: 1, b: 2, c: 3, d: 4 };
    const after = { b: 2, c: 5, e: 6, f: 7 };
    const ledger = open(sync({}, before).state);
    const delivered: { [key: string]: number | undefined } = { ...before };
    const steps = [
      ...Object.entries(after).map(([key, value]) => () => {
        if (take(ledger, { [key]: value }).length > 0) delivered[key] = value;
      }),
      ...['a', 'd'].map((key) => () => {
        expect(ledger.settle().gone).toContain(key);
        ledger.forget(key);
        delete delivered[key];
      }),
    ];
    for (const step of steps.slice(0, kept)) step();
    const next = sync(stored(ledger.save(kept > steps.length ? 'complete' : 'running')), after);
    expect(next.sent.toSorted()).toEqual(Object.keys(after).filter((key) => delivered[key] !== after[key as 'b']));
    expect(next.gone.toSorted()).toEqual(Object.keys(delivered).filter((key) => !(key in after)));
  });

  test('doubts a mass deletion until it is found again, also when killed in between', () => {
    const first = sync({}, many(40));
    const second = sync(first.state, many(10));
    expect(second).toMatchObject({ sent: [], gone: [] });
    const killed = open(second.state);
    take(killed, many(5));
    const third = sync(stored(killed.save('running')), many(10));
    expect(third.gone).toHaveLength(30);
    expect(sync(third.state, many(10))).toMatchObject({ sent: [], gone: [] });
  });

  test('forgets its doubts about what comes back', () => {
    const doubting = sync(sync({}, many(40)).state, many(10)).state;
    const back = sync(doubting, many(40));
    expect(back).toMatchObject({ sent: [], gone: [] });
    expect(sync(back.state, many(10)).gone).toEqual([]);
    expect(sync(doubting, many(30)).gone).toHaveLength(10);
  });

  test('does not doubt where other settings may explain it', () => {
    expect(sync(sync({}, many(40)).state, {}, { isGuarded: false }).gone).toHaveLength(40);
  });

  test.each<[what: string, state: JsonObject]>([
    ['fewer fingerprints than keys', { keys: ['a', 'b'], prints: 'AAAAAAAB' }],
    ['more of them', { keys: [], prints: 'AAAAAAAB' }],
    ['no fingerprints', { keys: ['a'] }],
    ['more doubts than keys', { keys: ['a'], prints: 'AAAAAAAB', doubted: 2 }],
  ])('refuses a state with %s', (_, state) => {
    expect(() => open(state)).toThrow(RangeError);
  });

  test('names 100,000 keys of 24 characters in less than 4 MB', () => {
    const roll = dice(1);
    const ledger = open({});
    for (let index = 0; index < 100_000; index += 1) {
      ledger.take(
        `${index.toString(16).padStart(8, '0')}${roll(2 ** 31)
          .toString(16)
          .padStart(16, '0')}`,
        `{"id":${index}}`,
        null,
      );
    }
    const size = JSON.stringify(ledger.save('complete')).length;
    expect(size).toBeLessThan(4_000_000);
    expect(Math.abs(ledger.weight / size - 1)).toBeLessThan(0.1);
  });
});

describe('a time up to which rows are delivered', () => {
  const state = { deliveredUntil: timeOf(5) };

  test('keeps back what is not newer, and nothing else', () => {
    expect(sync(state, { a: 4, b: 5, c: 6 }).sent).toEqual(['c']);
    expect(sync(state, { a: 1 }, { isTimed: false }).sent).toEqual(['a']);
  });

  test('counts once: what was kept back is known then like all others', () => {
    const first = sync(state, { a: 4, b: 5, c: 6 });
    expect(first.state).not.toHaveProperty('deliveredUntil');
    expect(sync(first.state, { a: 3, c: 6, d: 2 })).toMatchObject({ sent: ['a', 'd'], gone: ['b'] });
  });

  test('counts on where rows had another form', () => {
    expect(sync(state, { a: 4, d: 9 }, { hasOtherForm: true }).sent).toEqual(['d']);
  });

  test('counts on in a sync that follows a killed one', () => {
    const killed = open(state);
    expect(take(killed, { a: 4, d: 9 })).toEqual(['d']);
    expect(sync(stored(killed.save('running')), { a: 4, b: 5, c: 6, d: 9 })).toMatchObject({ sent: ['c'], gone: [] });
  });
});

describe('a ledger with more rows than a state can name', () => {
  const few = { mostKeys: 10 };

  test('keeps the latest time of the rows, and sends what is later from then on', () => {
    const first = sync({}, many(12), few);
    expect(first).toMatchObject({ isOverfull: true, state: { deliveredUntil: timeOf(11) } });
    expect(first.state).not.toHaveProperty('keys');
    const second = sync(first.state, { ...many(12), k3: 20, k40: 5, k41: 12 }, few);
    expect(second).toMatchObject({ sent: ['k3', 'k41'], gone: [], state: { deliveredUntil: timeOf(20) } });
  });

  test('sends all rows once where they had another form, also after a kill', () => {
    const first = sync({}, many(12), few);
    const killed = open(first.state, { ...few, hasOtherForm: true });
    expect(take(killed, many(3))).toEqual(['k0', 'k1', 'k2']);
    const second = sync(stored(killed.save('running')), many(12), few);
    expect(second).toMatchObject({ sent: Object.keys(many(12)).slice(3), state: { deliveredUntil: timeOf(11) } });
    expect(sync(second.state, many(12), few).sent).toEqual([]);
  });

  test('still sends each row once', () => {
    const ledger = open({}, few);
    expect(take(ledger, many(12))).toHaveLength(12);
    expect(take(ledger, many(13))).toEqual(['k12']);
  });

  test('still knows in the sync that crosses the limit what changed, and what is gone', () => {
    const first = sync({}, many(9), few);
    const second = sync(first.state, { ...many(12, 1), k2: 30 }, few);
    expect(second.gone).toEqual(['k0']);
    expect(second.sent).toEqual(['k2', 'k9', 'k10', 'k11', 'k12']);
  });

  test('does not take rows for delivered that a broken list did not reach', () => {
    const ledger = open({}, few);
    take(ledger, many(12));
    expect(ledger.save('running')).toEqual({ overfull: true });
    const known = open({ deliveredUntil: timeOf(3) }, few);
    take(known, many(12));
    expect(known.save('running')).toEqual({ overfull: true, deliveredUntil: timeOf(3) });
  });

  test('sends rows without a time of their own every time', () => {
    const untimed = { ...few, isTimed: false };
    const first = sync({}, many(12), untimed);
    expect(sync(first.state, many(12), untimed).sent).toHaveLength(12);
  });

  test('sends all rows once when there are few enough again, since changes may have been missed, and names them from then on', () => {
    const shrunk = sync(sync({}, many(12), few).state, { ...many(8), k3: 2 }, few);
    expect(shrunk).toMatchObject({ sent: [], isOverfull: false, overflow: 'has ended' });
    const next = sync(shrunk.state, { ...many(7), k3: 2 }, few);
    expect(next).toMatchObject({ sent: Object.keys(many(7)), gone: ['k7'], overflow: 'is made good' });
    expect(next.state).not.toHaveProperty('overfull');
    const later = sync(next.state, { ...many(6), k3: 1 }, few);
    expect(later).toMatchObject({ sent: ['k3'], gone: ['k6'], overflow: undefined });
  });

  test.each(['running', 'ended'] as const)(
    'makes good what was missed, however often its syncs break off: %s',
    (moment) => {
      const rows = { ...many(8), k3: 2 };
      const broken = (state: JsonObject, kept: number) => {
        const ledger = open(state, few);
        const sent = take(ledger, Object.fromEntries(Object.entries(rows).slice(0, kept)));
        return { sent, state: stored(ledger.save(moment)) };
      };
      const first = broken(sync({}, many(12), few).state, 5);
      const shrunk = sync(first.state, rows, few);
      expect([first.sent, shrunk.sent, shrunk.overflow]).toEqual([[], [], 'has ended']);
      const again = broken(shrunk.state, 5);
      const last = sync(again.state, rows, few);
      expect([...again.sent, ...last.sent]).toEqual(Object.keys(rows));
      expect([last.overflow, sync(last.state, rows, few)]).toMatchObject([
        'is made good',
        { sent: [], overflow: undefined },
      ]);
    },
  );

  test('makes good what was missed, though a sync was killed that had met all rows', () => {
    const rows = { ...many(8), k3: 2 };
    const killed = open(sync({}, many(12), few).state, few);
    expect(take(killed, rows)).toEqual([]);
    killed.announce([]);
    bury(killed);
    const next = sync(stored(killed.save('running')), rows, few);
    expect(next).toMatchObject({ sent: Object.keys(rows), overflow: 'is made good' });
    expect(sync(next.state, rows, few)).toMatchObject({ sent: [], overflow: undefined });
  });

  test('has nothing to make good where it grows too long again', () => {
    const shrunk = sync(sync({}, many(12), few).state, many(8), few);
    const grown = sync(shrunk.state, many(12), few);
    expect(grown).toMatchObject({
      sent: Object.keys(many(12)),
      overflow: 'lasts',
      state: { deliveredUntil: timeOf(11) },
    });
    expect(sync(grown.state, many(12), few)).toMatchObject({ sent: [], overflow: 'lasts' });
  });

  test('is not full where deletions make room, and names all of its rows whenever it is saved', () => {
    const ledger = open(sync({}, many(9), few).state, few);
    take(ledger, many(9, 5));
    const killed = stored(ledger.save('running'));
    const gone = ['k0', 'k1', 'k2', 'k3', 'k4'];
    expect(sync(killed, many(9, 5), few)).toMatchObject({ sent: [], gone });
    expect(bury(ledger)).toEqual(gone);
    expect(ledger.isOverfull).toBe(false);
    expect(sync(stored(ledger.save('complete')), many(9, 5), few)).toMatchObject({ sent: [], gone: [] });
  });

  test('does not count on what may have changed while it was listed', () => {
    vi.setSystemTime(timeOf(8));
    const first = sync({}, many(12), few);
    expect(Date.parse(String(first.state.deliveredUntil))).toBeLessThan(Date.parse(timeOf(8)));
    expect(sync(first.state, { ...many(12), k40: 8 }, few).sent).toEqual(['k8', 'k9', 'k10', 'k11', 'k40']);
  });
});

test.each([{ toString: null }, [], 5, null])('a row whose time is %o counts as new', (updatedAt) => {
  const ledger = new RowLedger({ deliveredUntil: '2026-11-01T00:00:00.000Z' }, { isGuarded: true });
  expect(ledger.take('a', '{}', updatedAt)).toBe(true);
});

describe('a state that announces rows', () => {
  const rows = (count: number): Rows =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
  const saved = (ledger: RowLedger, moment: 'running' | 'ended' | 'complete') =>
    JSON.parse(JSON.stringify(ledger.save(moment))) as JsonObject;

  test('has rows sent again that were not met before it, and those that are met and yet to be printed', () => {
    const { state } = sync({}, { a: 1, b: 1, c: 1 });
    const killed = open(state);
    take(killed, { a: 1, b: 2 });
    killed.announce(['b']);
    const next = sync(saved(killed, 'running'), { a: 1, b: 1, c: 1 });
    expect(next.sent.toSorted()).toEqual(['b', 'c']);
    expect(sync(next.state, { a: 1, b: 1, c: 1 }).sent).toEqual([]);
  });

  test('keeps deletions that were doubted before, and are about to be sent, for the sync after a kill', () => {
    const first = sync({}, rows(40));
    const doubting = sync(first.state, rows(5));
    expect(doubting.gone).toEqual([]);
    const killed = open(doubting.state);
    take(killed, rows(5));
    expect(killed.settle().gone).toHaveLength(35);
    killed.announce([]);
    expect(sync(saved(killed, 'running'), rows(5)).gone).toHaveLength(35);
  });

  test('forgets a time given by hand once all rows were met: what was deleted then comes back as news', () => {
    const until = { deliveredUntil: '2030-01-01T00:00:00.000Z' };
    const { state } = { state: until as JsonObject };
    const stopped = open(state);
    take(stopped, { a: 1 });
    stopped.settle();
    expect(sync(saved(stopped, 'ended'), { a: 1, b: 1 }).sent).toEqual(['b']);
  });
});
