import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TenantError } from './error.ts';
import { Limiter } from './limiter.ts';
import { Reachability } from './reachability.ts';
import { retrying } from './retry.ts';

const refused = () => new TenantError('transient_error', 'GET /x: refused.', { isUnreachable: true });
const answered = (status: number) => new TenantError('transient_error', 'GET /x answered.', { status });
const hostFor = (goneMs: number) => new Reachability({ name: 'The host', goneMs, remedy: 'Look at it.' });
/** Some time ago. */
const since = (ms: number) => performance.now() - ms;

describe('a host', () => {
  test('is gone when three calls could not reach it for long enough', () => {
    const host = hostFor(1_000);
    host.failed(refused(), since(1_001), 0);
    host.failed(refused(), since(500), 0);
    expect(host.gone.aborted).toBe(false);
    host.failed(refused(), since(1), 0);
    expect(host.gone.reason).toMatchObject({
      failureType: 'transient_error',
      fatal: true,
      reasonCode: 'GONE',
      message: expect.stringMatching(/The host .* 1 seconds.* by any call.*refused.*Look at it/),
    });
  });

  test('is not gone while the calls that fail began a moment ago, however many', () => {
    const host = hostFor(60_000);
    for (let call = 0; call < 100; call += 1) host.failed(refused(), since(1), 0);
    expect(host.gone.aborted).toBe(false);
  });

  test('is gone when the pause before the next try would last too long', () => {
    const host = hostFor(1_000);
    for (let call = 0; call < 3; call += 1) host.failed(refused(), since(500), 600);
    expect(host.gone.aborted).toBe(true);
  });

  test('tells of each answer, a refusal too, and of nothing else', () => {
    let answers = 0;
    const onAnswer = () => {
      answers += 1;
    };
    const host = new Reachability({ name: 'The host', goneMs: 1_000, remedy: '', onAnswer });
    host.failed(refused(), since(1), 0);
    expect(answers).toBe(0);
    host.answered();
    host.failed(answered(429), since(1), 0);
    expect(answers).toBe(2);
  });

  test('that is part of another is gone alone, or with that one', () => {
    const remedy = '';
    for (const isAlone of [true, false]) {
      const tenant = new Reachability({ name: 'The tenant', goneMs: 1_000, remedy });
      const engine = new Reachability({ name: 'The engine', goneMs: 1_000, remedy, within: tenant });
      if (!isAlone) tenant.failed(refused(), since(900), 0);
      for (let call = 0; call < 3; call += 1) engine.failed(refused(), since(1_001), 0);
      expect([tenant.gone.aborted, engine.gone.aborted]).toEqual([!isAlone, isAlone]);
    }
  });

  test.each([429, 503, 404])(
    'that answers, with %d for instance, is there: what was before does not count',
    (status) => {
      const host = hostFor(60_000);
      for (let call = 0; call < 2; call += 1) host.failed(refused(), since(90_000), 0);
      host.failed(answered(status), since(0), 0);
      expect(host.hasAnswered).toBe(true);
      // They began before the answer came.
      for (let call = 0; call < 3; call += 1) host.failed(refused(), since(90_000), 0);
      expect(host.gone.aborted).toBe(false);
    },
  );
});

describe('calls to a host that is gone', () => {
  const limiter = new Limiter({ calls: 1_000, windowMs: 1_000 }, () => {});
  const patience = { retryMs: 100, pauseMs: 0, firstBackoffMs: 4 };

  test('end with the same error, also one that has been patient for as long', async () => {
    const host = hostFor(100);
    const call = () => retrying(() => Promise.reject(refused()), limiter, patience, host.gone, host);
    const outcomes = await Promise.allSettled([call(), call(), call()]);
    expect(host.gone.aborted).toBe(true);
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: host.gone.reason })));
  });

  test('do not count what a tenant asks to wait', async () => {
    const host = hostFor(150);
    const busy = new TenantError('transient_error', 'Slow down.', { status: 429, refusal: 'busy', retryAfterMs: 300 });
    const failures = [refused(), refused(), busy, refused(), refused()];
    const call = () => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : sleep(1, 'done');
    };
    const lenient = { retryMs: 60_000, pauseMs: 1_000, firstBackoffMs: 4 };
    expect(await retrying(call, limiter, lenient, host.gone, host)).toBe('done');
  });
});
