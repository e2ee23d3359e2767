import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Refusal } from '../errors.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { dice } from '../testing/library.ts';
import { type Drawer, type Drawers, readSteps, readWhole } from '../testing/read-steps.ts';
import { PartitionLedger, type PartitionLedgerOptions } from './partition-ledger.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 1, 9);

afterEach(() => vi.useRealTimers());

const open = (state: JsonObject, more: Partial<PartitionLedgerOptions> = {}) =>
  new PartitionLedger(state, { rereadAfterMs: DAY_MS, isGuarded: true, columns: ['id', 'title'], ...more });

/** The ledger of the next sync. */
const next = (ledger: PartitionLedger, more: Partial<PartitionLedgerOptions> = {}, complete = true) =>
  open(JSON.parse(JSON.stringify(ledger.save(complete ? 'complete' : 'running'))) as JsonObject, more);

const at = (version: unknown, id = 'p') => ({ id, version });
const drawer = (version: unknown, rows: Drawer['rows']): Drawer => ({ version, rows });
const drawers: Drawers = { a: drawer(1, { x: 1, y: 2 }), b: drawer(1, { z: 3 }) };

/** A ledger that holds these partitions. */
function holding(ids: readonly string[], more: Partial<PartitionLedgerOptions> = {}): PartitionLedger {
  const ledger = open({}, more);
  for (const id of ids) readWhole(ledger, at(1, id), { drawers });
  return next(ledger, more);
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `p${from + index}`);

describe('a partition', () => {
  test('is behind until it was read, and when its version moves, forward or back', () => {
    expect(open({}).schedule.isBehind(at(1))).toBe(true);
    const ledger = holding(['p']);
    expect([0, 1, 2, undefined, '1', [1]].map((version) => ledger.schedule.isBehind(at(version)))).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test('is behind where a visit of it was begun and not ended, whatever its version', () => {
    for (const steps of [0, 1, 2, 3]) {
      const ledger = holding(['p']);
      const all = readSteps(ledger, at(2), { drawers: { ...drawers, a: drawer(2, { x: 1 }) } });
      for (let step = 0; step <= steps; step += 1) all.next();
      expect([1, 2].map((version) => next(ledger, {}, false).schedule.isBehind(at(version)))).toEqual([true, true]);
    }
  });

  test('is due within a period, and read in full then', () => {
    vi.setSystemTime(NOW_MS);
    const ledger = holding(['p']);
    vi.setSystemTime(NOW_MS + DAY_MS / 2 - 1);
    expect(next(ledger).schedule.isBehind(at(1))).toBe(false);
    vi.setSystemTime(NOW_MS + DAY_MS);
    const due = next(ledger);
    expect(due.schedule.isBehind(at(1))).toBe(true);
    expect(readWhole(due, at(1), { drawers })).toMatchObject({ turns: [['a', 'b']], sent: {} });
    expect(next(due).schedule.isBehind(at(1))).toBe(false);
  });

  test('is not put off by reading what has moved in it', () => {
    vi.setSystemTime(NOW_MS);
    const ledger = holding(['p']);
    vi.setSystemTime(NOW_MS + DAY_MS / 2 - 1);
    const moved = next(ledger);
    expect(readWhole(moved, at(2), { drawers: { ...drawers, a: drawer(2, { x: 1 }) } }).turns).toHaveLength(2);
    readWhole(moved, at(3), { drawers: { ...drawers, a: drawer(3, { x: 2 }) } });
    vi.setSystemTime(NOW_MS + 2 * DAY_MS);
    expect(next(moved).schedule.isBehind(at(3))).toBe(true);
  });

  test('is always due where every sync has to read it', () => {
    expect(next(holding(['p']), { rereadAfterMs: 0 }).schedule.isBehind(at(1))).toBe(true);
  });

  test('is read in full where other columns are selected, also when killed on the way', () => {
    const more = { columns: ['id'] };
    const ledger = next(holding(['p', 'q']), more);
    expect([ledger.schedule.isBehind(at(1)), ledger.schedule.isBehind(at(1, 'q'))]).toEqual([true, true]);
    readSteps(ledger, at(1), { drawers }).next();
    const killed = next(ledger, more, false);
    expect(readWhole(killed, at(1), { drawers }).turns).toEqual([['a', 'b']]);
    const last = next(killed, more);
    expect([last.schedule.isBehind(at(1)), last.schedule.isBehind(at(1, 'q'))]).toEqual([false, true]);
  });

  test.each([false, true])(
    'is read in full once where its rows have another form, moved or not: %j',
    (onlyWhenMoved) => {
      const ledger = next(holding(['p', 'q'], { onlyWhenMoved }), { onlyWhenMoved, hasOtherForm: true });
      expect([ledger.schedule.isBehind(at(1)), ledger.schedule.isBehind(at(1, 'q'))]).toEqual([true, true]);
      expect(readWhole(ledger, at(1), { drawers: { ...drawers, b: drawer(1, { z: 4 }) } })).toMatchObject({
        turns: [['a', 'b']],
        sent: { z: expect.stringContaining('4') },
      });
      const later = next(ledger, { onlyWhenMoved }, false);
      expect([later.schedule.isBehind(at(1)), later.schedule.isBehind(at(1, 'q'))]).toEqual([false, true]);
    },
  );

  test('that is gone takes its rows along', () => {
    const ledger = holding(['p', 'q']);
    expect(ledger.settle(new Set(['q']))).toEqual({ gone: ['p'], doubted: [] });
    expect(ledger.keysIn('p').toSorted()).toEqual(['x', 'y', 'z']);
    ledger.forget('p');
    expect(ledger.keysIn('p')).toEqual([]);
    expect(next(ledger).settle(new Set(['q']))).toEqual({ gone: [], doubted: [] });
  });
});

describe('many partitions that are missing all at once', () => {
  test('are doubted, and gone when they are missing again', () => {
    const ledger = holding(names(30));
    const few = new Set(names(10));
    expect(ledger.settle(few)).toEqual({ gone: [], doubted: names(20, 10) });
    const again = next(next(ledger, {}, false));
    expect(again.settle(few)).toEqual({ gone: names(20, 10), doubted: [] });
  });

  test('are not doubted any more once they come back', () => {
    const ledger = holding(names(30));
    ledger.settle(new Set(names(10)));
    const back = next(ledger);
    expect(back.settle(new Set(names(30)))).toEqual({ gone: [], doubted: [] });
    expect(next(back).settle(new Set(names(10))).doubted).toHaveLength(20);
  });

  test('are gone where other settings explain it', () => {
    expect(next(holding(names(30)), { isGuarded: false }).settle(new Set())).toEqual({ gone: names(30), doubted: [] });
  });
});

const LOCKED: Refusal = { kind: 'denied', code: 'E-5', message: 'p is locked.', remedy: 'Find the key.' };

describe('a partition that was refused', () => {
  test('keeps its rows, and is not tried again before its version moves', () => {
    const ledger = holding(['p']);
    ledger.schedule.refuse(at(2), { refusal: LOCKED, isConfirmed: false });
    expect(next(ledger).schedule.isBehind(at(2))).toBe(true);
    ledger.schedule.confirmRefusals();
    const later = next(ledger);
    expect(later.schedule.refusal('p')).toEqual(LOCKED);
    expect([1, 2, 3].map((version) => later.schedule.isBehind(at(version)))).toEqual([true, false, true]);
    expect(later.settle(new Set())).toEqual({ gone: ['p'], doubted: [] });
    expect(later.keysIn('p')).toHaveLength(3);
  });

  test('is tried again when it is due, and read in full once it can be', () => {
    vi.setSystemTime(NOW_MS);
    const ledger = holding(['p']);
    vi.setSystemTime(NOW_MS + DAY_MS / 4);
    const refusing = next(ledger);
    refusing.schedule.refuse(at(1), { refusal: LOCKED, isConfirmed: false });
    refusing.schedule.confirmRefusals();
    expect(next(refusing).schedule.isBehind(at(1))).toBe(false);
    vi.setSystemTime(NOW_MS + 1.25 * DAY_MS);
    const due = next(refusing);
    expect(due.schedule.isBehind(at(1))).toBe(true);
    const opened = { ...drawers, b: drawer(1, { z: 4 }) };
    expect(readWhole(due, at(1), { drawers: opened })).toMatchObject({
      turns: [['a', 'b']],
      sent: { z: expect.any(String) },
    });
    expect(next(due).schedule.refusal('p')).toBeUndefined();
    expect(next(due).schedule.isBehind(at(1))).toBe(false);
  });

  test('is tried again where all of them turn out to be', () => {
    const ledger = next(holding(['p', 'q']), { columns: ['id'] });
    for (const id of ['p', 'q', 'new']) ledger.schedule.refuse(at(1, id), { refusal: LOCKED, isConfirmed: false });
    ledger.schedule.takeBackRefusals();
    const later = next(ledger, { columns: ['id'] });
    for (const id of ['p', 'q', 'new']) {
      expect(later.schedule.refusal(id)).toBeUndefined();
      expect(later.schedule.isBehind(at(1, id))).toBe(true);
      // The other columns have not been read yet.
      expect(readWhole(later, at(1, id), { drawers }).turns).toEqual([['a', 'b']]);
    }
  });
});

test('a time up to which rows are delivered keeps back what is not newer, until a sync is complete', () => {
  const ledger = open({ deliveredUntil: '2026-01-02T00:00:00.000Z' });
  readSteps(ledger, at(1), { drawers }).next();
  const killed = next(ledger, {}, false);
  expect(readWhole(killed, at(1), { drawers }).order).toEqual(['z']);
  expect(readWhole(next(killed), at(2), { drawers: { ...drawers, c: drawer(1, { v: 1 }) } }).order).toEqual(['v']);
});

describe('a ledger with more rows than a state can name', () => {
  const few = { mostKeys: 5, columns: ['id'] };
  const full = () => holding(names(3), few);

  test('gives up their names and keeps the sections, so that only those that moved are sent', () => {
    const ledger = full();
    expect(ledger.isOverfull).toBe(true);
    expect(JSON.stringify(ledger.save('complete'))).not.toMatch(/"[xyz]"/);
    expect(ledger.schedule.isBehind(at(1, 'p0'))).toBe(false);
    expect(readWhole(ledger, at(2, 'p0'), { drawers })).toMatchObject({ turns: [[]], sent: {} });
  });

  test('sends the whole section where a row differs, and no other', () => {
    const moved = { a: drawer(2, { x: 1, y: 5 }), b: drawer(2, { z: 3 }) };
    const ledger = full();
    expect(readWhole(ledger, at(2, 'p0'), { drawers: moved }).order).toEqual(['x', 'y']);
    expect(readWhole(next(ledger, few), at(3, 'p0'), { drawers: moved })).toMatchObject({ turns: [[]], sent: {} });
  });

  test('sends a section where a row is missing, and tells of no deletion', () => {
    expect(readWhole(full(), at(2, 'p0'), { drawers: { ...drawers, a: drawer(2, { x: 1 }) } }).order).toEqual(['x']);
    expect(readWhole(full(), at(2, 'p0'), { drawers: { a: drawers.a as Drawer } }).order).toEqual([]);
    expect(full().keysIn('p0')).toEqual([]);
  });

  test('sends a row that stands in two sections once', () => {
    const both = { a: drawer(2, { x: 1, y: 2 }), b: drawer(2, { z: 3, x: 9 }) };
    const ledger = full();
    expect(readWhole(ledger, at(2, 'p0'), { drawers: both })).toMatchObject({ sent: {} });
    expect(readWhole(next(ledger, few), at(3, 'p0'), { drawers: { ...both, b: drawer(3, both.b.rows) } }).sent).toEqual(
      {},
    );
  });

  test('still tells of deletions in the visit that crosses the limit', () => {
    const ledger = holding(names(1), few);
    const grown = { a: drawer(2, { x: 1, u: 1, v: 1, w: 1, s: 1, t: 1 }), b: drawers.b as Drawer };
    expect(readWhole(ledger, at(2, 'p0'), { drawers: grown }).sent).toMatchObject({ y: undefined });
    expect(ledger.isOverfull).toBe(true);
  });

  test('is true whenever it is saved', () => {
    const moved = { a: drawer(2, { x: 1, y: 5 }), b: drawer(2, { z: 3, v: 4 }) };
    for (const steps of [1, 2, 3]) {
      const ledger = full();
      const all = readSteps(ledger, at(2, 'p0'), { drawers: moved });
      const sent = Array.from({ length: steps }, () => [...(all.next().value ?? new Map()).keys()]).flat();
      const rest = readWhole(next(ledger, few, false), at(2, 'p0'), { drawers: moved }).order;
      expect([...sent, ...rest].toSorted()).toEqual(['v', 'x', 'y', 'z']);
    }
  });

  test('names its rows again once there are few enough, and reads all of them for that', () => {
    const ledger = full();
    ledger.forget('p2');
    ledger.forget('p1');
    const shrunk = next(ledger, few);
    expect(shrunk.schedule.isBehind(at(1, 'p0'))).toBe(true);
    expect(readWhole(shrunk, at(1, 'p0'), { drawers })).toMatchObject({ turns: [['a', 'b']], sent: {} });
    expect(shrunk.isOverfull).toBe(false);
    const named = next(shrunk, few);
    expect(readWhole(named, at(3, 'p0'), { drawers: { ...drawers, a: drawer(3, { x: 1 }) } }).sent).toEqual({
      y: undefined,
    });
  });

  test('reads what may have changed meanwhile once there are few enough, and is overfull until all rows are named', () => {
    const ledger = full();
    ledger.forget('p2');
    const shrunk = next(ledger, { ...few, mostKeys: 6 });
    const changed = { ...drawers, a: drawer(1, { x: 1, y: 5 }) };
    expect(names(2).map((id) => shrunk.schedule.isBehind(at(1, id)))).toEqual([true, true]);
    expect(readWhole(shrunk, at(1, 'p0'), { drawers: changed })).toMatchObject({ order: ['x', 'y'] });
    expect(shrunk.isOverfull).toBe(true);
    const killed = next(shrunk, { ...few, mostKeys: 6 }, false);
    expect(names(2).map((id) => killed.schedule.isBehind(at(1, id)))).toEqual([false, true]);
    expect(readWhole(killed, at(1, 'p1'), { drawers })).toMatchObject({ sent: {} });
    expect(killed.isOverfull).toBe(false);
    expect(next(killed, { ...few, mostKeys: 6 }).keysIn('p0')).toEqual(['x', 'y', 'z']);
  });

  test('does not count rows that are called like their section', () => {
    const ledger = open({}, few);
    for (const id of names(20)) readWhole(ledger, at(1, id), { drawers: { a: drawer(1, { a: 1 }) } });
    expect(ledger.isOverfull).toBe(false);
    expect(next(ledger, few).keysIn('p7')).toEqual(['a']);
  });
});

test('names 100,000 keys of 24 characters in less than 4 MB, sections and partitions among them', () => {
  const roll = dice(1);
  const id = () =>
    Array.from({ length: 3 }, () =>
      roll(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  const ledger = open({});
  for (let partition = 0; partition < 1_000; partition += 1) {
    const five = Array.from({ length: 5 }, (): [string, Drawer] => [
      id(),
      drawer(1, Object.fromEntries(Array.from({ length: 19 }, () => [`k${id().slice(1)}`, 1]))),
    ]);
    readWhole(ledger, at(1, id()), { drawers: Object.fromEntries(five), shared: 1 });
  }
  const size = JSON.stringify(ledger.save('complete')).length;
  expect(size).toBeLessThan(4_000_000);
  expect(Math.abs(ledger.weight / size - 1)).toBeLessThan(0.1);
});
