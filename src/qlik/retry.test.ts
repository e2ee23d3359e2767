import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TenantError } from './error.ts';
import { Limiter } from './limiter.ts';
import { retrying } from './retry.ts';

const PATIENT = { retryMs: 120_000, pauseMs: 120_000 };
const QUICK = { ...PATIENT, firstBackoffMs: 1 };

const open = () => new Limiter({ calls: 1_000, windowMs: 3_600_000 }, () => {});
const never = () => new AbortController().signal;
const tooMany = (retryAfterMs?: number) =>
  new TenantError('transient_error', 'Slow down.', { status: 429, refusal: 'busy', retryAfterMs });
const trouble = (status = 503) => new TenantError('transient_error', 'In trouble.', { status });

/** A call that fails with these errors, one a try, and then succeeds; `times` holds when it was made. */
function failing(...errors: Error[]): { call: () => Promise<string>; times: number[] } {
  const times: number[] = [];
  const call = async () => {
    const error = errors[times.length];
    times.push(performance.now());
    if (error) throw error;
    return 'done';
  };
  return { call, times };
}

describe.concurrent('a call', () => {
  test('that succeeds is made once', async () => {
    const { call, times } = failing();
    expect(await retrying(call, open(), PATIENT, never())).toBe('done');
    expect(times).toHaveLength(1);
  });

  test.each([
    ['a config_error', new TenantError('config_error', 'No such key.', { status: 403 })],
    ['a system_error', new TenantError('system_error', 'Not understood.', { status: 400 })],
    ['a 429 that is no matter of time', new TenantError('config_error', 'Never.', { status: 429, refusal: 'busy' })],
    ['a bug', new TypeError('x is undefined')],
  ])('that fails with %s is not made again', async (_, error) => {
    const { call, times } = failing(error);
    await expect(retrying(call, open(), PATIENT, never())).rejects.toBe(error);
    expect(times).toHaveLength(1);
  });
});

test('what may pass is tried again like trouble, and told for what it is where it stays', async () => {
  const odd = new TenantError('config_error', 'Not found.', { status: 404, mayPass: true });
  const { call, times } = failing(odd);
  expect(await retrying(call, open(), QUICK, never())).toBe('done');
  expect(times).toHaveLength(2);
  const always = failing(...Array.from({ length: 99 }, () => odd));
  await expect(retrying(always.call, open(), { ...QUICK, retryMs: 20 }, never())).rejects.toBe(odd);
  expect(always.times.length).toBeGreaterThan(1);
});

describe.concurrent('a call that waits for something of its own before it begins', () => {
  const LITTLE = { retryMs: 1_500, pauseMs: 0 };

  test('is as patient afterwards as any other', async () => {
    const { call, times } = failing(trouble());
    const waiting = async (begin: () => void) => {
      await sleep(1_600);
      begin();
      return call();
    };
    expect(await retrying(waiting, open(), LITTLE, never())).toBe('done');
    expect(times).toHaveLength(2);
  });

  test('is not made again for a failure that was borne already', async () => {
    const borne = new TenantError('transient_error', 'In trouble.', { refusal: 'busy', borne: true });
    const { call, times } = failing(borne);
    await expect(retrying(call, open(), PATIENT, never())).rejects.toBe(borne);
    expect(times).toHaveLength(1);
  });
});

describe.concurrent('trouble', () => {
  test('is tried again after a while', async () => {
    const { call, times } = failing(trouble());
    expect(await retrying(call, open(), PATIENT, never())).toBe('done');
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
  });

  test('without an answer is tried again too', async () => {
    const { call, times } = failing(new TenantError('transient_error', 'The connection was reset.'));
    expect(await retrying(call, open(), PATIENT, never())).toBe('done');
    expect(times).toHaveLength(2);
  });

  test('that outlasts the patience is told with the last error', async () => {
    const errors = Array.from({ length: 9 }, (_, index) => trouble(500 + index));
    const { call, times } = failing(...errors);
    const failed = retrying(call, open(), { ...PATIENT, retryMs: 1_000 }, never());
    await expect(failed).rejects.toMatchObject({ failureType: 'transient_error' });
    await expect(failed).rejects.toBe(errors[times.length - 1]);
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(times.length).toBeLessThanOrEqual(3);
  });

  test('is told at once where there is no time for a second try', async () => {
    const error = trouble();
    const { call, times } = failing(error);
    await expect(retrying(call, open(), { ...PATIENT, retryMs: 10 }, never())).rejects.toBe(error);
    expect(times).toHaveLength(1);
  });

  test('of one call holds no other', async () => {
    const limiter = open();
    const { call, times } = failing(trouble());
    const other = failing();
    const retried = retrying(call, limiter, PATIENT, never());
    await retrying(other.call, limiter, PATIENT, never());
    expect(times).toHaveLength(1);
    await retried;
    expect((other.times[0] ?? 0) < (times[1] ?? 0)).toBe(true);
  });
});

describe.concurrent('a tenant that asks for a pause', () => {
  test('gets it from everyone', async () => {
    const limiter = open();
    const { call, times } = failing(tooMany(60));
    const first = retrying(call, limiter, PATIENT, never());
    await sleep(5);
    const other = failing();
    await Promise.all([first, retrying(other.call, limiter, PATIENT, never())]);
    const [refused = 0, again = 0] = times;
    expect(again - refused).toBeGreaterThanOrEqual(60 - 1);
    expect((other.times[0] ?? 0) - refused).toBeGreaterThanOrEqual(60 - 1);
  });

  test('ten times in a row is obeyed', async () => {
    const { call, times } = failing(...Array.from({ length: 10 }, () => tooMany(1)));
    expect(await retrying(call, open(), QUICK, never())).toBe('done');
    expect(times).toHaveLength(11);
  });

  test('eleven times in a row is given up', async () => {
    const errors = Array.from({ length: 20 }, () => tooMany(1));
    const { call, times } = failing(...errors);
    await expect(retrying(call, open(), QUICK, never())).rejects.toBe(errors[10]);
    expect(times).toHaveLength(11);
  });

  test('without saying how long gets one all the same', async () => {
    const { call, times } = failing(tooMany());
    expect(await retrying(call, open(), PATIENT, never())).toBe('done');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
  });

  test.each([0, 1])('of %d ms, less than a back-off, gets a back-off', async (askedMs) => {
    const { call, times } = failing(...Array.from({ length: 4 }, () => tooMany(askedMs)));
    expect(await retrying(call, open(), { ...PATIENT, firstBackoffMs: 40 }, never())).toBe('done');
    // Each is at least half of what it may be: 20, 40, 80 and 160 ms.
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300 - 4);
  });

  test('does not use up the patience for trouble', async () => {
    const { call, times } = failing(tooMany(30), tooMany(30));
    expect(await retrying(call, open(), { ...PATIENT, retryMs: 10 }, never())).toBe('done');
    expect(times).toHaveLength(3);
  });

  test('longer than the patience for trouble does not use that up, amid trouble', async () => {
    const { call, times } = failing(trouble(), tooMany(3_000), trouble());
    expect(await retrying(call, open(), { ...PATIENT, retryMs: 2_900 }, never())).toBe('done');
    expect(times).toHaveLength(4);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(2_999);
  });

  test('of another caller does not use up the patience for trouble either', async () => {
    const limiter = open();
    const { call, times } = failing(trouble(), trouble());
    const retried = retrying(call, limiter, { ...PATIENT, retryMs: 2_900 }, never());
    await sleep(5);
    const other = failing(tooMany(3_000));
    await Promise.all([retried, retrying(other.call, limiter, PATIENT, never())]);
    expect(await retried).toBe('done');
    expect(times).toHaveLength(3);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2_990);
  });

  test('longer than we have is told at once, and holds nobody', async () => {
    const limiter = open();
    const error = tooMany(60_001);
    const { call, times } = failing(error);
    await expect(retrying(call, limiter, { ...PATIENT, pauseMs: 60_000 }, never())).rejects.toBe(error);
    expect(times).toHaveLength(1);
    expect(await retrying(failing().call, limiter, PATIENT, never())).toBe('done');
  });
});

describe.concurrent('a stop', () => {
  test.each([
    ['a back-off', trouble()],
    ['a pause', tooMany(3_600_000)],
  ])('ends %s, and the call is not made again', async (_, error) => {
    const stop = new AbortController();
    const { call, times } = failing(error);
    const waiting = retrying(call, open(), { retryMs: 120_000, pauseMs: Number.POSITIVE_INFINITY }, stop.signal);
    await sleep(5);
    stop.abort(new Error('ended by SIGTERM'));
    await expect(waiting).rejects.toThrow();
    expect(times).toHaveLength(1);
  });

  test('during the call makes its failure the last', async () => {
    const stop = new AbortController();
    const error = trouble();
    const { call, times } = failing(error);
    const stopped = async () => {
      stop.abort();
      return call();
    };
    await expect(retrying(stopped, open(), PATIENT, stop.signal)).rejects.toBe(error);
    expect(times).toHaveLength(1);
  });

  test('before the call keeps it from being made', async () => {
    const { call, times } = failing();
    await expect(retrying(call, open(), PATIENT, AbortSignal.abort())).rejects.toThrow();
    expect(times).toHaveLength(0);
  });
});
