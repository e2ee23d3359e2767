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

test('the first time it is due after half a period at the earliest, and within one', () => {
  const waits = NAMES.map((name) => firstDueMs(name));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(PERIOD_MS / 2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(PERIOD_MS);
});

test('what was read together falls due evenly over the hours after', () => {
  const perHour = new Array<number>(12).fill(0);
  for (const name of NAMES) {
    const hour = Math.min(11, Math.floor((firstDueMs(name) - PERIOD_MS / 2) / HOUR_MS));
    perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  // 400 over 12 hours are 33 an hour.
  expect(Math.min(...perHour)).toBeGreaterThan(15);
  expect(Math.max(...perHour)).toBeLessThan(60);
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
