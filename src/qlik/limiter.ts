import { pause } from './pause.ts';

/** Qlik lets a user make 5,000 reads in 5 minutes (qlik.dev: rate limiting); a fifth is kept for the user's other programs. */
export const QLIK_BUDGET = { calls: 4_000, windowMs: 300_000 };

/** Shorter waits are not worth a word. */
const WORTH_TELLING_MS = 500;

/** The one gate through which all calls pass: at most so many in a window of time, and none while the tenant asks for a pause. */
export class Limiter {
  readonly #windowMs: number;
  /** When the last calls were made, the oldest at `#oldest`: as many as a window may hold. */
  readonly #calls: Float64Array;
  readonly #onWait: (untilMs: number) => void;
  #oldest = 0;
  #pausedUntil = 0;
  /** Pauses that the tenant asked for since it last answered anything else. */
  #pausesInRow = 0;

  /** `onWait` takes the Unix time in milliseconds until which calls wait. */
  constructor({ calls, windowMs }: typeof QLIK_BUDGET, onWait: (untilMs: number) => void) {
    this.#windowMs = windowMs;
    this.#calls = new Float64Array(calls).fill(Number.NEGATIVE_INFINITY);
    this.#onWait = onWait;
  }

  /**
   * Notes that the tenant asked a call to wait, and returns which pause in a row that is: calls that are told while all wait already
   * are told of the same one.
   */
  asked(): number {
    if (performance.now() >= this.#pausedUntil) this.#pausesInRow += 1;
    return this.#pausesInRow;
  }

  /** Notes that the tenant answered a call otherwise than by asking it to wait. */
  answered(): void {
    this.#pausesInRow = 0;
  }

  /** No call passes for the next `pauseMs`, whichever call the tenant asked to wait. */
  pause(pauseMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + pauseMs);
  }

  /** Resolves when the next call may be made, and counts it. Rejects when stopped. */
  async pass(stop: AbortSignal): Promise<void> {
    for (;;) {
      stop.throwIfAborted();
      const now = performance.now();
      const windowFree = (this.#calls[this.#oldest] ?? 0) + this.#windowMs;
      const waitMs = Math.max(this.#pausedUntil, windowFree) - now;
      if (waitMs <= 0) break;
      if (waitMs >= WORTH_TELLING_MS) this.#onWait(Date.now() + waitMs);
      await pause(waitMs, stop);
    }
    this.#calls[this.#oldest] = performance.now();
    this.#oldest = (this.#oldest + 1) % this.#calls.length;
  }
}
