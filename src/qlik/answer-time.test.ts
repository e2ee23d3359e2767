import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANSWER_LIMITS, AnswerTime } from './answer-time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new AbortController().signal;
const KiB = 1_024;

/** Lets seconds pass, in each of which so many bytes come; the second in which it was too late, if it was. */
function late(time: AnswerTime, seconds: number, bytesASecond = 0): number | undefined {
  for (let second = 1; second <= seconds; second += 1) {
    time.receive(bytesASecond);
    vi.advanceTimersByTime(1_000);
    if (time.signal.aborted) return second;
  }
  return undefined;
}

test('headers may take a minute', () => {
  using time = new AnswerTime(ANSWER_LIMITS, never());
  expect(late(time, 100)).toBe(60);
  expect(time.signal.reason).toMatchObject({ message: expect.stringContaining('headers did not come within 60') });
});

test.each([
  ['dies', 0, 60],
  ['drips', 1, 60],
  ['is slower than a kilobyte a second', KiB - 1, 60],
  ['keeps its pace, and has no end', KiB, 600 - 59],
])('a body that %s is given up', (_, bytesASecond, second) => {
  using time = new AnswerTime(ANSWER_LIMITS, never());
  expect(late(time, 59)).toBeUndefined();
  time.beginBody();
  expect(late(time, 1_000, bytesASecond)).toBe(second);
});

test('a body that comes in bursts is waited for', () => {
  using time = new AnswerTime(ANSWER_LIMITS, never());
  time.beginBody();
  for (let minute = 0; minute < 9; minute += 1) {
    time.receive(60 * KiB);
    expect(late(time, 60)).toBeUndefined();
  }
});

test('an answer that has ended, or is stopped, leaves no timer', () => {
  const stop = new AbortController();
  {
    using time = new AnswerTime(ANSWER_LIMITS, stop.signal);
    time.beginBody();
    expect(vi.getTimerCount()).toBe(2);
    stop.abort(new Error('ended by SIGTERM'));
    expect(time.signal.reason).toBe(stop.signal.reason);
  }
  expect(vi.getTimerCount()).toBe(0);
  expect(() => new AnswerTime(ANSWER_LIMITS, stop.signal)).toThrow('SIGTERM');
  expect(vi.getTimerCount()).toBe(0);
});
