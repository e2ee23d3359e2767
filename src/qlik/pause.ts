import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after some time. Rejects with the signal's own reason when that is aborted. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await sleep(Math.min(Math.ceil(ms), LONGEST_TIMER_MS), undefined, { signal: stop });
  } catch (error) {
    stop.throwIfAborted();
    throw error;
  }
}
