import { TenantError } from './error.ts';

/** How long nothing at all may be reached. */
export const GONE_MS = 120_000;

/** Fewer calls that fail prove nothing about the others. */
const CALLS_THAT_PROVE = 3;

interface Host {
  /** In words, such as `https://acme.us.qlikcloud.com`. */
  readonly name: string;
  /** After that long without any answer it is gone, in milliseconds. */
  readonly goneMs: number;
  /** What to do when it is gone. */
  readonly remedy: string;
  /** What it is a part of: where that cannot be reached either, that is what is gone. */
  readonly within?: Reachability;
  /** Sees that it has answered. */
  readonly onAnswer?: (() => void) | undefined;
}

/**
 * Whether a host is still there. It is gone when for some time every call to it, of at least three, could not reach it. Any answer
 * proves that it is there, a refusal too. A call counts when it ends, so that those on their way do not; nor do the times before a call.
 */
export class Reachability {
  readonly #host: Host;
  readonly #gone = new AbortController();
  #hasAnswered = false;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** Since when nothing was reached, and by how many calls. */
  #failingSince = Number.POSITIVE_INFINITY;
  #failures = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Aborted, with a fatal `TenantError`, when the host is gone: nothing else is worth asking. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether it was ever there. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  answered(): void {
    this.#hasAnswered = true;
    this.#answeredAt = performance.now();
    this.#failingSince = Number.POSITIVE_INFINITY;
    this.#failures = 0;
    this.#host.onAnswer?.();
  }

  /**
   * A call has failed. `startedAt` is when it began, and `pauseMs` how long it would wait before it is made again. An answer that is
   * an error proves the host to be there; what nobody answered and no time will mend, a certificate for instance, proves nothing.
   */
  failed(error: TenantError, startedAt: number, pauseMs: number): void {
    const { isUnreachable, status, code } = error.facts;
    if (!isUnreachable) {
      if (status !== undefined || code !== undefined) this.answered();
      return;
    }
    this.#failures += 1;
    this.#failingSince = Math.min(this.#failingSince, Math.max(startedAt, this.#answeredAt));
    const { goneMs, within } = this.#host;
    if (this.#failures < CALLS_THAT_PROVE || performance.now() + pauseMs - this.#failingSince <= goneMs) return;
    if (within && within.#failures > 0) within.#giveUp(error);
    else this.#giveUp(error);
  }

  #giveUp(error: TenantError): void {
    const { name, goneMs, remedy } = this.#host;
    const said = `${name} could not be reached for ${goneMs / 1_000} seconds, by any call. The last one: ${error.said}`;
    this.#gone.abort(new TenantError('transient_error', said, { isGone: true, code: 'GONE', remedy, cause: error }));
  }
}
