import type { AppSession } from './app-session.ts';
import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import { pause } from './pause.ts';
import type { Reachability } from './reachability.ts';
import { type Begin, backoffMs, type Patience, retrying } from './retry.ts';

export interface SessionOptions {
  /** Opens a session of its own, which ends when `leave` is aborted; called again only when one was lost. */
  readonly open: (leave: AbortSignal, begin: Begin) => Promise<AppSession>;
  /** Whether it is worth opening again after the engine has refused, in the middle of a session, the token it was opened with. */
  readonly renew: (token: string) => boolean;
  /** Everyone who uses the engine waits here when it is busy. */
  readonly gate: Limiter;
  readonly patience: Patience;
  /** Learns whether the engine answers. */
  readonly reach: Reachability;
  readonly stop: AbortSignal;
}

/** Whose tree it was is known after two sessions, so that it is asked for in pieces. */
const MOST_LARGE_MESSAGES = 2;

/**
 * A session with an app as long as it is asked: opened on first use, opened again if it breaks (what was answered stays, what was
 * not is asked again), and closed at the end.
 */
export class LastingSession implements AsyncDisposable {
  readonly #app: string;
  readonly #options: SessionOptions;
  #session: Promise<AppSession> | undefined;
  /** Sessions that broke since the last answer, and the time that was lost with them, in milliseconds. */
  #breaks = 0;
  /** Those among them that came of a message that was too large. */
  #largeMessages = 0;
  #troubleMs = 0;
  #answeredAt = 0;
  /** Whether the token was renewed since the last answer: one refused as soon as it was fetched will not be better next time. */
  #renewed = false;
  /** Resolves when the session before has ended: a visit never has two. */
  #closing: Promise<unknown> = Promise.resolve();
  /** Aborted when the visit ends, or its app is given up: later streams need not try again. */
  readonly #over = new AbortController();
  readonly #stop: AbortSignal;

  constructor(app: string, options: SessionOptions) {
    this.#app = app;
    this.#options = options;
    this.#stop = AbortSignal.any([options.stop, this.#over.signal]);
  }

  /** The answer to a question, asked again while time may mend what fails; in a new session if the one it was asked in ends. */
  async ask<T>(question: (session: AppSession) => Promise<T>): Promise<T> {
    const { gate, patience } = this.#options;
    for (;;) {
      this.#stop.throwIfAborted();
      this.#session ??= this.#open();
      const opening = this.#session;
      const session = await opening;
      const askedAt = performance.now();
      const asking = () => question(session).then((answer) => ({ answer }), endOfSession);
      const outcome = await retrying(asking, gate, patience, this.#stop);
      if ('answer' in outcome) {
        this.#options.reach.answered();
        this.#breaks = 0;
        this.#largeMessages = 0;
        this.#troubleMs = 0;
        this.#renewed = false;
        this.#answeredAt = performance.now();
        return outcome.answer;
      }
      // Of many questions that fail with one session, the first lets go of it, or gives the app up.
      if (this.#session === opening && !this.#over.signal.aborted) this.#lose(session, outcome.reason, askedAt);
    }
  }

  /** One way to a session, for all who wait for it. */
  async #open(): Promise<AppSession> {
    const { open, gate, patience, reach } = this.#options;
    try {
      await this.#closing;
      if (this.#breaks > 0) await pause(backoffMs(this.#breaks - 1, patience), this.#stop);
      const session = await retrying((begin) => open(this.#over.signal, begin), gate, patience, this.#stop, reach);
      this.#answeredAt = performance.now();
      return session;
    } catch (error) {
      this.#over.abort(error);
      throw error;
    }
  }

  /** Lets go of a session that broke. Throws, and gives the app up, if it is not worth opening another. */
  #lose(session: AppSession, error: TenantError, askedAt: number): void {
    const { refusal, retryAfterMs } = error.facts;
    const { gate, patience, reach, renew } = this.#options;
    const pauseMs = backoffMs(this.#breaks, patience);
    this.#breaks += 1;
    if (refusal === 'tooLarge') this.#largeMessages += 1;
    // A session may have lain idle for long before it was asked.
    const troubleSince = Math.max(this.#answeredAt, askedAt);
    this.#troubleMs += performance.now() - troubleSince + pauseMs;
    reach.failed(error, troubleSince, pauseMs);
    this.#stop.throwIfAborted();
    if (refusal === 'busy') gate.pause(Math.max(retryAfterMs ?? 0, pauseMs));
    const renewable = refusal === 'unauthorised' && !this.#renewed && renew(session.token);
    this.#renewed ||= renewable;
    const isHopeless =
      (error.failureType !== 'transient_error' && !renewable) || this.#largeMessages > MOST_LARGE_MESSAGES;
    if (isHopeless || this.#troubleMs > patience.retryMs) {
      this.#over.abort(error);
      throw error;
    }
    this.#close();
  }

  #close(): void {
    const session = this.#session;
    this.#session = undefined;
    // A session that could not be opened needs no closing.
    const closed = session?.then((opened) => opened[Symbol.asyncDispose]()).catch(() => undefined);
    this.#closing = Promise.all([this.#closing, closed]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new TenantError('transient_error', `App ${this.#app} was left.`, { app: this.#app }));
    this.#close();
    await this.#closing;
  }
}

/** The reason, if a failure is the end of a session and not of the question; throws it otherwise. */
function endOfSession(error: unknown): { reason: TenantError } {
  const ended = error instanceof TenantError && (error.facts.sessionLost || error.facts.refusal === 'unauthorised');
  if (!ended) throw error;
  return { reason: error };
}
