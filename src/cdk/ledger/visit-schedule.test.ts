import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Refusal } from '../errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type PastVisits, VisitSchedule, whenMovedOrDue } from './visit-schedule.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const LOCKED: Refusal = { kind: 'denied', code: 'E-5', message: 'p is locked.', remedy: null };
const P = { id: 'p', version: 1 };

function schedule(past: PastVisits = {}, onlyWhenMoved = false): VisitSchedule {
  const rule = whenMovedOrDue({ rereadAfterMs: DAY_MS, onlyWhenMoved });
  return new VisitSchedule(rule, new Map([['p', past]]));
}

beforeEach(() => {
  vi.setSystemTime(NOW_MS);
});
afterEach(() => {
  vi.useRealTimers();
});

const version = fingerprintOf(P.version);
const LONG_AGO = NOW_MS - 2 * DAY_MS;

describe('a partition is behind', () => {
  test.each<[what: string, past: PastVisits, isBehind: boolean, isBehindOnlyWhenMoved: boolean]>([
    ['that was never visited', {}, true, true],
    ['that was just read', { version, readAtMs: NOW_MS }, false, false],
    ['that has moved', { version: 0, readAtMs: NOW_MS }, true, true],
    ['that was read long ago', { version, readAtMs: LONG_AGO }, true, false],
    ['that has to be read in full', { version }, true, true],
    ['that was just refused', { version, readAtMs: LONG_AGO, refusedAtMs: NOW_MS }, false, false],
    ['that was refused long ago', { version, readAtMs: NOW_MS, refusedAtMs: LONG_AGO }, true, true],
  ])('or not: one %s', (_, past, isBehind, isBehindOnlyWhenMoved) => {
    expect(schedule(past).isBehind(P)).toBe(isBehind);
    expect(schedule(past, true).isBehind(P)).toBe(isBehindOnlyWhenMoved);
  });

  test('while it is visited, and where doubts remain at the end', () => {
    const one = schedule({ version, readAtMs: NOW_MS });
    one.begin(P);
    expect(one.isBehind(P)).toBe(true);
    one.end(P, { hasDoubts: true });
    expect(one.isBehind(P)).toBe(true);
    one.end(P, {});
    expect(one.isBehind(P)).toBe(false);
  });

  test('and is read along otherwise, unless it is read only when it has moved', () => {
    const past = { version, readAtMs: NOW_MS };
    expect(schedule(past).takesPart(P)).toBe(true);
    expect(schedule(past, true).takesPart(P)).toBe(false);
    expect(schedule(past, true).takesPart({ ...P, version: 2 })).toBe(true);
  });
});

describe('a refusal', () => {
  const past = { version: 0, readAtMs: NOW_MS };

  function refused(isConfirmed: boolean): VisitSchedule {
    const one = schedule(past);
    one.refuse(P, { refusal: LOCKED, isConfirmed });
    return one;
  }

  test('is not saved before it is confirmed', () => {
    const one = refused(false);
    expect(one.refusal('p')).toEqual(LOCKED);
    expect(one.saved('p')).toMatchObject({ version: undefined, refusal: undefined, readAtMs: NOW_MS });
    one.confirmRefusals();
    expect(one.saved('p')).toMatchObject({ version, refusal: LOCKED, readAtMs: NOW_MS });
    expect(refused(true).saved('p')).toMatchObject({ version, refusal: LOCKED });
  });

  test('is taken back unless it is confirmed', () => {
    for (const isConfirmed of [false, true]) {
      const one = refused(isConfirmed);
      one.takeBackRefusals();
      expect([one.isRefused('p'), one.isBehind(P)]).toEqual([isConfirmed, !isConfirmed]);
    }
  });

  test('can be tried again together with all others', () => {
    const one = refused(true);
    one.retryRefused();
    expect([one.isRefused('p'), one.isBehind(P)]).toEqual([true, true]);
  });

  test('can be tried again, and is known until the partition is read', () => {
    const one = refused(true);
    one.retry('q');
    expect(one.isBehind(P)).toBe(false);
    one.retry('p');
    expect([one.isRefused('p'), one.isBehind(P)]).toEqual([true, true]);
    expect(one.isFullReadDue('p')).toBe(true);
    one.end(P, { readAtMs: NOW_MS });
    expect([one.isRefused('p'), one.isBehind(P), one.isFullReadDue('p')]).toEqual([false, false, false]);
  });
});
