import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import { pause } from './pause.ts';
import type { Reachability } from './reachability.ts';

/** How long one call is tried again, and what it must not outlast. */
export interface Patience {
  /** How long a call may fail and back off in all, in milliseconds; pauses that the tenant asks for do not count. */
  readonly retryMs: number;
  /** The longest pause that the tenant may ask for, in milliseconds; a longer one fails the call. */
  readonly pauseMs: number;
  /** The first back-off, in milliseconds; half a second by default. */
  readonly firstBackoffMs?: number;
}

const MAX_PAUSES_IN_A_ROW = 10;
/** An answer that is too large hardly becomes smaller. */
const TRIES_OF_LARGE = 2;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 20_000;

/** Says that a call begins only now: whatever it has waited for before is no trouble of its own. */
export type Begin = () => void;

/**
 * The result of `call`, tried again while time may mend what fails: after a pause for everyone where the tenant asks for
 * one (429), but never sooner than after a back-off; else after a back-off of its own. Rejects with the last error. `reach` learns
 * of each try.
 */
export async function retrying<T>(
  call: (begin: Begin) => Promise<T>,
  limiter: Limiter,
  patience: Patience,
  stop: AbortSignal,
  reach?: Reachability,
): Promise<T> {
  let pausesOfCall = 0;
  let failures = 0;
  let troubleMs = 0;
  for (;;) {
    await limiter.pass(stop);
    let startedAt = performance.now();
    const begin = () => {
      startedAt = performance.now();
    };
    try {
      const result = await call(begin);
      limiter.answered();
      reach?.answered();
      return result;
    } catch (error) {
      if (stop.aborted || !(error instanceof TenantError) || error.facts.borne) throw error;
      const pauseMs = backoffMs(failures, patience);
      reach?.failed(error, startedAt, pauseMs);
      stop.throwIfAborted();
      if (error.failureType !== 'transient_error' && !error.facts.mayPass) throw error;
      if (error.facts.refusal === 'busy') {
        pausesOfCall += 1;
        // A call that loses to others is not refused for good, and many that are refused together are not refused often.
        const pauses = Math.min(pausesOfCall, limiter.asked());
        const askedMs = Math.max(error.facts.retryAfterMs ?? 0, backoffMs(pauses - 1, patience));
        if (pauses > MAX_PAUSES_IN_A_ROW || askedMs > patience.pauseMs) throw error;
        limiter.pause(askedMs);
        continue;
      }
      limiter.answered();
      pausesOfCall = 0;
      failures += 1;
      if (error.facts.refusal === 'tooLarge' && failures >= TRIES_OF_LARGE) throw error;
      troubleMs += performance.now() - startedAt + pauseMs;
      if (troubleMs > patience.retryMs) throw error;
      await pause(pauseMs, stop);
    }
  }
}

/** Exponential with jitter, so that those who failed together do not come back together. */
export function backoffMs(failures: number, { firstBackoffMs = FIRST_BACKOFF_MS }: Patience): number {
  const longest = Math.min(LONGEST_BACKOFF_MS, firstBackoffMs * 2 ** failures);
  return longest / 2 + (Math.random() * longest) / 2;
}
