import { expect, test } from 'vitest';
import { atLeast, atMost } from './aims.ts';
import { cpu, excess, medianOf, ratio, wall, written } from './figures.ts';
import type { Result } from './rounds.ts';

const runOf = (seconds: number) => ({ wallSeconds: seconds, cpuSeconds: seconds / 2, peakMiB: 0, delivered: {} });
const resultOf = (...seconds: number[]): Result => ({
  name: 'some',
  runs: Object.fromEntries(seconds.map((each, index) => [index + 1, runOf(each)])),
});

test('the median is that of all rounds, of an even number the middle of two', () => {
  expect(medianOf(resultOf(9, 1, 2), wall)).toBe(2);
  expect(medianOf(resultOf(9, 1, 2), cpu)).toBe(1);
  expect(medianOf(resultOf(4, 1, 9, 2), wall)).toBe(3);
  expect(medianOf(resultOf(), wall)).toBeUndefined();
});

test('what is compared was measured in the same round', () => {
  // The ratio of the medians would be 1.
  expect(ratio(resultOf(2, 30, 4), resultOf(1, 10, 8), wall)).toBe(2);
  expect(excess(resultOf(5, 40), resultOf(1, 10, 100), wall)).toBe(17);
});

test('nothing is said of who failed, nor beside it', () => {
  const failed = { ...resultOf(1, 2), failure: 'exit code 1' };
  expect(medianOf(failed, wall)).toBeUndefined();
  expect(ratio(failed, resultOf(1), wall)).toBeUndefined();
  expect(ratio(resultOf(1), failed, wall)).toBeUndefined();
});

test.each([
  [undefined, '-'],
  [Number.NaN, '-'],
  [0, '0'],
  [12, '12'],
  [0.0123456, '0.012'],
  [1.2345, '1.23'],
  [12.345, '12.3'],
  [1234.56, '1,235'],
])('%d is written as %s', (value, text) => expect(written(value)).toBe(text));

test('an aim is reached by what is measured, and by nothing else', () => {
  expect(atMost(1.25, 'CPU', 1.25)).toEqual({ what: 'CPU', aim: 'at most 1.25', measured: '1.25', isReached: true });
  expect(atMost(1.25, 'CPU', 1.26).isReached).toBe(false);
  expect(atLeast(10, 'rows', 10).isReached).toBe(true);
  expect(atLeast(10, 'rows', 9.99).isReached).toBe(false);
  expect(atMost(1, 'opens', undefined).isReached).toBe(false);
});
