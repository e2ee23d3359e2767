import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import { pause } from './pause.ts';

/** How long one call is tried again, and what it must not outlast. */
export interface Patience {
  /** How long a call may fail and back off in all, in milliseconds; pauses that the tenant asks for do not count. */
  readonly retryMs: number;
  /** The longest pause that the tenant may ask for, in milliseconds; a longer one fails the call. */
  readonly pauseMs: number;
}

const MAX_PAUSES_IN_A_ROW = 10;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 20_000;

/** Says that a call begins only now: whatever it has waited for before is no trouble of its own. */
export type Begin = () => void;

/**
 * The result of `call`, tried again while time may mend what fails: after a pause for everyone where the tenant asks for
 * one (429), else after a back-off of its own. Rejects with the last error.
 */
export async function retrying<T>(
  call: (begin: Begin) => Promise<T>,
  limiter: Limiter,
  patience: Patience,
  stop: AbortSignal,
): Promise<T> {
  let pauses = 0;
  let failures = 0;
  let troubleMs = 0;
  for (;;) {
    await limiter.pass(stop);
    let startedAt = performance.now();
    const begin = () => {
      startedAt = performance.now();
    };
    try {
      return await call(begin);
    } catch (error) {
      const mayPass = error instanceof TenantError && error.failureType === 'transient_error' && !error.facts.borne;
      if (stop.aborted || !mayPass) throw error;
      if (error.facts.refusal === 'busy') {
        const pauseMs = error.facts.retryAfterMs ?? backoffMs(pauses);
        pauses += 1;
        if (pauses > MAX_PAUSES_IN_A_ROW || pauseMs > patience.pauseMs) throw error;
        limiter.pause(pauseMs);
        continue;
      }
      pauses = 0;
      const pauseMs = backoffMs(failures);
      failures += 1;
      troubleMs += performance.now() - startedAt + pauseMs;
      if (troubleMs > patience.retryMs) throw error;
      await pause(pauseMs, stop);
    }
  }
}

/** Exponential with jitter, so that those who failed together do not come back together. */
export function backoffMs(failures: number): number {
  const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
  return longest / 2 + (Math.random() * longest) / 2;
}
