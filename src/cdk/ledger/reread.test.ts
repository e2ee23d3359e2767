import { expect, test } from 'vitest';
import { isDue } from './reread.ts';

const HOUR_MS = 3_600_000;
const PERIOD_MS = 24 * HOUR_MS;
const READ_AT_MS = Date.UTC(2026, 10, 1, 7, 13);
const NAMES = Array.from({ length: 400 }, (_, index) => `partition-${index}`);

/** Milliseconds after it was read when it first falls due, to ten minutes. */
function firstDueMs(name: string, readAtMs = READ_AT_MS): number {
  for (let afterMs = 0; afterMs <= 3 * PERIOD_MS; afterMs += 600_000) {
    if (isDue(readAtMs, name, { nowMs: readAtMs + afterMs, periodMs: PERIOD_MS })) return afterMs;
  }
  return Number.POSITIVE_INFINITY;
}

test('it is due after a quarter of a period at the earliest, and within one', () => {
  const waits = NAMES.map((name) => firstDueMs(name));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(PERIOD_MS / 4);
  expect(Math.max(...waits)).toBeLessThanOrEqual(PERIOD_MS);
});

test.each([
  { everyHours: 1, periodHours: 24 },
  { everyHours: 24, periodHours: 7 * 24 },
  { everyHours: 6, periodHours: 3 * 24 },
])('what was read together is soon spread evenly over all syncs: %j', ({ everyHours, periodHours }) => {
  const [everyMs, periodMs] = [everyHours * HOUR_MS, periodHours * HOUR_MS];
  const inAPeriod = periodHours / everyHours;
  const names = Array.from({ length: 200 * inAPeriod }, (_, index) => `partition-${index}`);
  const readAt = new Map(names.map((name) => [name, READ_AT_MS]));
  const shares: number[] = [];
  for (let turn = 1; turn <= 5 * inAPeriod; turn += 1) {
    const nowMs = READ_AT_MS + turn * everyMs;
    const due = names.filter((name) => isDue(readAt.get(name) ?? 0, name, { nowMs, periodMs }));
    for (const name of due) readAt.set(name, nowMs);
    shares.push(due.length);
  }
  // 200 a sync, by hashes of names.
  const settled = shares.slice(2 * inAPeriod);
  expect(Math.min(...settled)).toBeGreaterThan(130);
  expect(Math.max(...settled)).toBeLessThan(270);
});

test('once it has found its moment it is due once a period', () => {
  for (const name of NAMES.slice(0, 20)) {
    let readAtMs = READ_AT_MS + firstDueMs(name);
    readAtMs += firstDueMs(name, readAtMs);
    for (let turn = 0; turn < 5; turn += 1) {
      const waitMs = firstDueMs(name, readAtMs);
      expect(Math.abs(waitMs - PERIOD_MS)).toBeLessThanOrEqual(1_200_000);
      readAtMs += waitMs;
    }
  }
});

test('it stays due until it is read', () => {
  for (const afterMs of [PERIOD_MS, 2 * PERIOD_MS, 50 * PERIOD_MS]) {
    for (const name of NAMES) {
      expect(isDue(READ_AT_MS, name, { nowMs: READ_AT_MS + afterMs, periodMs: PERIOD_MS })).toBe(true);
    }
  }
});

test('a sync at the same time every day reads everything every day', () => {
  for (const name of NAMES) expect(firstDueMs(name)).toBeLessThanOrEqual(PERIOD_MS);
});

test.each([0, -1])('with a period of %i it is always due', (periodMs) => {
  expect(isDue(READ_AT_MS, 'a', { nowMs: READ_AT_MS, periodMs })).toBe(true);
  expect(isDue(READ_AT_MS, 'a', { nowMs: READ_AT_MS - HOUR_MS, periodMs })).toBe(true);
});

test('a clock that went back a little does not matter, one that was far ahead does not put it off', () => {
  const dueAt = (nowMs: number) => isDue(READ_AT_MS, 'a', { nowMs, periodMs: PERIOD_MS });
  expect(dueAt(READ_AT_MS - HOUR_MS)).toBe(false);
  expect(dueAt(READ_AT_MS - PERIOD_MS)).toBe(false);
  expect(dueAt(READ_AT_MS - PERIOD_MS - 1)).toBe(true);
});
