import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../protocol/messages.ts';
import { beganMsOf } from './delivered-entries.ts';
import { MOST_KEYS } from './ledger.ts';
import { LogLedger, type LogLedgerOptions } from './log-ledger.ts';

const OPTIONS = { rereadAfterMs: 86_400_000, columns: ['id'] };
const MINUTE_MS = 60_000;
const entry = (index: number, data = '{}') => {
  return { key: `id-${index}`, data, updatedAt: new Date(index * MINUTE_MS).toISOString() };
};
const SHELF = { id: 'shelf', version: 1 };
const ENDED = { isOpen: false, partition: 'shelf' };
const OPEN = { isOpen: true, partition: 'shelf' };

/** A ledger that was saved and restored. */
const restored = (ledger: LogLedger, options: LogLedgerOptions = OPTIONS) =>
  new LogLedger(JSON.parse(JSON.stringify(ledger.save('running'))) as JsonObject, options);

describe('a log ledger', () => {
  test('names what began within an hour of the last entry, and what has not ended; of the rest it keeps a time', () => {
    const ledger = new LogLedger({}, OPTIONS);
    for (let index = 200; index > 0; index -= 1) {
      expect(ledger.take(ledger.whole, entry(index), index === 5 ? OPEN : ENDED)).toBe(true);
    }
    ledger.endWhole();
    const { whole } = ledger.save('running') as { whole: { keys: string[]; open: number; deliveredUntil: string } };
    expect(whole.keys).toHaveLength(61);
    expect(whole.keys[0]).toBe('id-5');
    expect(whole).toMatchObject({ open: 1, deliveredUntil: entry(140).updatedAt });
  });

  test('is no larger for millions of entries', () => {
    const ledger = new LogLedger({}, OPTIONS);
    for (let index = MOST_KEYS + 500; index > 0; index -= 1) ledger.take(ledger.whole, entry(index), ENDED);
    expect((ledger.save('running') as { whole: { keys: string[] } }).whole.keys).toHaveLength(MOST_KEYS);
    ledger.endWhole();
    expect((ledger.save('running') as { whole: { keys: string[] } }).whole.keys).toHaveLength(60);
    expect(ledger.weight).toBeLessThan(2_000);
  });

  test('takes for delivered what was, whether read together or by partition', () => {
    const first = new LogLedger({}, OPTIONS);
    for (let index = 200; index > 0; index -= 1) first.take(first.whole, entry(index), ENDED);
    first.endWhole();
    const second = restored(first);
    const delivered = second.begin(SHELF);
    for (let index = 201; index > 0; index -= 1)
      expect(second.take(delivered, entry(index), ENDED)).toBe(index === 201);
    second.end(SHELF);
    const third = restored(second);
    for (let index = 202; index > 0; index -= 1)
      expect(third.take(third.whole, entry(index), ENDED)).toBe(index === 202);
    third.endWhole();
    expect(third.save('running')).not.toHaveProperty('partitions');
  });

  test('has a partition read that it does not know, that moved, that was not read to its end, or that is due', () => {
    const ledger = new LogLedger({}, OPTIONS);
    expect(ledger.schedule.isBehind(SHELF)).toBe(true);
    ledger.begin(SHELF);
    expect(restored(ledger).schedule.isBehind(SHELF)).toBe(true);
    ledger.end(SHELF);
    expect(restored(ledger).schedule.isBehind(SHELF)).toBe(false);
    expect(restored(ledger).schedule.isBehind({ ...SHELF, version: 2 })).toBe(true);
    expect(restored(ledger, { ...OPTIONS, rereadAfterMs: 0 }).schedule.isBehind(SHELF)).toBe(true);
  });

  test('remembers what was refused until it moves, or turns out to be no matter of its own', () => {
    const ledger = new LogLedger({}, OPTIONS);
    ledger.refuse(SHELF);
    expect(restored(ledger).schedule.isRefused(SHELF.id)).toBe(true);
    expect(restored(ledger).schedule.isBehind(SHELF)).toBe(false);
    ledger.schedule.retryRefused();
    expect(ledger.schedule.isBehind(SHELF)).toBe(true);
    ledger.end(SHELF);
    expect(ledger.schedule.isRefused(SHELF.id)).toBe(false);
  });

  test('remembers partitions that are not listed, since they may come back, but not for ever', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const ledger = new LogLedger({}, OPTIONS);
      ledger.take(ledger.begin(SHELF), entry(1), OPEN);
      ledger.end(SHELF);
      vi.advanceTimersByTime(29 * 86_400_000);
      const later = restored(ledger);
      later.retain(new Set());
      expect(later.unmet()).toMatchObject([{ key: 'id-1' }]);
      expect(later.unmet(new Set())).toEqual([]);
      vi.advanceTimersByTime(2 * 86_400_000);
      const muchLater = restored(later);
      muchLater.retain(new Set());
      expect(muchLater.save('running')).not.toHaveProperty('partitions');
    } finally {
      vi.useRealTimers();
    }
  });

  test('forgets what had not ended once it was missing twice in a row', () => {
    const ledger = new LogLedger({}, OPTIONS);
    ledger.take(ledger.whole, entry(1), OPEN);
    ledger.endWhole();
    for (const isFound of [false, true, false]) {
      const next = restored(ledger);
      if (isFound) next.take(next.whole, entry(1), OPEN);
      else next.whole.miss('id-1');
      expect(restored(next).unmet()).toHaveLength(1);
    }
    const missed = restored(ledger);
    missed.whole.miss('id-1');
    const again = restored(missed);
    again.whole.miss('id-1');
    expect(restored(again).unmet()).toEqual([]);
  });

  test('lets no entry of a time to come cover those that follow', () => {
    const ledger = new LogLedger({}, OPTIONS);
    const future = { ...entry(1), updatedAt: '2999-01-01T00:00:00Z' };
    for (const one of [future, entry(200)]) ledger.take(ledger.whole, one, ENDED);
    ledger.endWhole();
    const next = restored(ledger);
    expect(next.take(next.whole, future, ENDED)).toBe(false);
    expect(next.take(next.whole, { ...entry(300), key: 'new' }, ENDED)).toBe(true);
  });

  test('sends once what has ended in a partition and is met with all others', () => {
    const first = new LogLedger({}, OPTIONS);
    first.take(first.begin(SHELF), entry(1), OPEN);
    first.end(SHELF);
    const next = restored(first);
    next.take(next.whole, { ...entry(200), key: 'new' }, ENDED);
    expect(next.take(next.whole, entry(1, '{"ended":true}'), ENDED)).toBe(true);
    next.endWhole();
    expect(next.unmet()).toEqual([]);
  });

  test.each([{ columns: ['id', 'title'] }, { hasOtherForm: true }])(
    'knows nothing where other entries were sent: %j',
    (more) => {
      const ledger = new LogLedger({}, OPTIONS);
      ledger.take(ledger.whole, entry(1), ENDED);
      ledger.endWhole();
      const other = restored(ledger, { ...OPTIONS, ...more });
      expect(other.take(other.whole, entry(1), ENDED)).toBe(true);
    },
  );

  test.each([
    { whole: { keys: ['a'], prints: '' } },
    { whole: { keys: ['a', 'a'], prints: 'AAAAAAAAAAAAAAAA' } },
    { whole: { keys: [], prints: '', open: 1 } },
    { whole: { keys: [], prints: '' }, partitions: [SHELF, SHELF].map(({ id }) => ({ id, keys: [], prints: '' })) },
  ])('refuses what none has saved: %j', (saved) => {
    expect(() => new LogLedger(saved, OPTIONS)).toThrow(RangeError);
  });

  test.each([null, 5, { toString: null }])(
    'names an entry for good whose time is unknown, rather than sending it again and again: %j',
    (updatedAt) => {
      const ledger = new LogLedger({}, OPTIONS);
      const timeless = { ...entry(1), updatedAt };
      for (const one of [entry(500), timeless]) ledger.take(ledger.whole, one, ENDED);
      ledger.endWhole();
      const next = restored(ledger);
      expect(next.take(next.whole, timeless, ENDED)).toBe(false);
      expect(next.whole.covers(beganMsOf(timeless))).toBe(false);
    },
  );

  test('takes an entry whose partition no text can be made of', () => {
    const ledger = new LogLedger({}, OPTIONS);
    expect(ledger.take(ledger.whole, entry(1), { isOpen: false, partition: { toString: null } })).toBe(true);
  });

  test('sends again what had not ended when rows were announced, and keeps no key that it names no more', () => {
    const ledger = new LogLedger({}, OPTIONS);
    ledger.take(ledger.whole, entry(1), OPEN);
    ledger.endWhole();
    const killed = restored(ledger);
    killed.announce([]);
    const next = restored(killed);
    expect(next.take(next.whole, entry(1), OPEN)).toBe(true);
    const forgetful = restored(killed);
    forgetful.whole.miss('id-1');
    forgetful.whole.miss('id-1');
    forgetful.endWhole();
    expect(forgetful.save('complete')).not.toHaveProperty('unsure');
  });
});
