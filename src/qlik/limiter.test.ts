import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

const GENEROUS = { calls: 1_000, windowMs: 3_600_000 };
/** What a busy machine may add between a call and our look at the clock. */
const CLOCK_MS = 20;

const never = () => new AbortController().signal;
const quiet = () => {};

/** The moment at which a call was let through. */
async function passing(limiter: Limiter, stop = never()): Promise<number> {
  await limiter.pass(stop);
  return performance.now();
}

/** Whether anybody is still waiting after a while. */
const isWaiting = (promise: Promise<unknown>) => Promise.race([promise.then(() => false), sleep(15).then(() => true)]);

describe.concurrent('the window', () => {
  test.each([
    ['all at once', 0],
    ['one after the other', 4],
  ])('never holds more calls than it may, %s', async (_, apartMs) => {
    const budget = { calls: 5, windowMs: 300 };
    const limiter = new Limiter(budget, quiet);
    const passed = await Promise.all(
      Array.from({ length: 23 }, async (_call, index) => {
        await sleep(index * apartMs);
        return passing(limiter);
      }),
    );
    const times = passed.toSorted((a, b) => a - b);
    const apart = times.slice(budget.calls).map((time, index) => time - (times[index] ?? 0));
    expect(apart).toHaveLength(18);
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(budget.windowMs - CLOCK_MS);
  });

  test('lets through at once what it has room for', async () => {
    const limiter = new Limiter({ calls: 3, windowMs: 3_600_000 }, quiet);
    const stop = new AbortController();
    await Promise.all([1, 2, 3].map(() => limiter.pass(stop.signal)));
    const fourth = limiter.pass(stop.signal);
    expect(await isWaiting(fourth)).toBe(true);
    stop.abort();
    await expect(fourth).rejects.toThrow();
  });

  test('does not count who was stopped', async () => {
    const limiter = new Limiter({ calls: 1, windowMs: 3_600_000 }, quiet);
    await expect(limiter.pass(AbortSignal.abort())).rejects.toThrow();
    expect(await isWaiting(limiter.pass(never()))).toBe(false);
  });
});

describe.concurrent('a pause', () => {
  test('holds everybody, and lets everybody go', async () => {
    const limiter = new Limiter(GENEROUS, quiet);
    const begun = performance.now();
    limiter.pause(50);
    for (const time of await Promise.all([passing(limiter), passing(limiter), passing(limiter)]))
      expect(time - begun).toBeGreaterThanOrEqual(50 - 1);
  });

  test('is not cut short by a shorter one', async () => {
    const limiter = new Limiter(GENEROUS, quiet);
    const begun = performance.now();
    limiter.pause(60);
    limiter.pause(5);
    expect((await passing(limiter)) - begun).toBeGreaterThanOrEqual(60 - 1);
  });

  test('holds also those who were waiting for a shorter one', async () => {
    const limiter = new Limiter(GENEROUS, quiet);
    limiter.pause(20);
    // Waits from here on: a call stands at the gate as soon as it is made.
    const waiting = passing(limiter);
    const begun = performance.now();
    limiter.pause(60);
    expect((await waiting) - begun).toBeGreaterThanOrEqual(60 - 1);
  });

  test.each([2 ** 32, Number.MAX_SAFE_INTEGER])('of %i ms is no short one, and told once', async (pauseMs) => {
    const told: number[] = [];
    const limiter = new Limiter(GENEROUS, (untilMs) => told.push(untilMs));
    const stop = new AbortController();
    limiter.pause(pauseMs);
    const waiting = limiter.pass(stop.signal);
    expect(await isWaiting(waiting)).toBe(true);
    expect(told).toHaveLength(1);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });
});

describe.concurrent('who must wait long', () => {
  test('is told the Unix time until when', async () => {
    const told: number[] = [];
    const limiter = new Limiter(GENEROUS, (untilMs) => told.push(untilMs));
    const stop = new AbortController();
    limiter.pause(90_000);
    const until = Date.now() + 90_000;
    const waiting = limiter.pass(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    expect(told).toHaveLength(1);
    expect(Math.abs((told[0] ?? 0) - until)).toBeLessThan(1_000);
  });

  test('is told of a full window too', async () => {
    const told: number[] = [];
    const limiter = new Limiter({ calls: 1, windowMs: 90_000 }, (untilMs) => told.push(untilMs));
    const stop = new AbortController();
    await limiter.pass(stop.signal);
    expect(told).toEqual([]);
    const waiting = limiter.pass(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    expect(told).toHaveLength(1);
  });

  test('but of a short wait nothing', async () => {
    const told: number[] = [];
    const limiter = new Limiter(GENEROUS, (untilMs) => told.push(untilMs));
    limiter.pause(20);
    await limiter.pass(never());
    expect(told).toEqual([]);
  });
});

test.concurrent('a stop frees everybody who waits', async () => {
  const limiter = new Limiter(GENEROUS, quiet);
  const stop = new AbortController();
  limiter.pause(3_600_000);
  const waiting = [1, 2, 3].map(() => limiter.pass(stop.signal));
  stop.abort();
  for (const result of await Promise.allSettled(waiting)) expect(result.status).toBe('rejected');
});
