/**
 * What kind of refusal it was, where that decides what to do: the caller may not open the app, or it is gone; the tenant
 * has too much to do just now; the answer is too large for one piece; the credentials are not accepted.
 */
export type Refusal = 'denied' | 'vanished' | 'busy' | 'tooLarge' | 'unauthorised';

/** What else is known of a failure, beside its message. */
export interface Facts {
  /** The HTTP status of the answer, if there was one. */
  readonly status?: number | undefined;
  readonly refusal?: Refusal | undefined;
  /** How long the tenant asks to be left alone, in milliseconds, if it said so. */
  readonly retryAfterMs?: number | undefined;
  /** The app that was to be read. */
  readonly app?: string | undefined;
  /** Whether it is the app as a whole that was refused, and not something in it. */
  readonly atOpening?: boolean | undefined;
  /** The engine's method that was called. */
  readonly method?: string | undefined;
  /** The engine's own code: of JSON-RPC, of a closed socket, or the state of a refused session. */
  readonly code?: number | string | undefined;
  /** Whether the session that the call was made in has ended, with all its handles. */
  readonly sessionLost?: boolean | undefined;
  readonly cause?: unknown;
}

/** What kept the tenant from being read. The message says what was asked, what came back and what to do. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  /** Who must act: the user, time, or the connector's makers. Only what time may mend is tried again. */
  readonly failureType: 'config_error' | 'transient_error' | 'system_error';
  readonly facts: Facts;

  constructor(failureType: TenantError['failureType'], message: string, facts: Facts = {}) {
    super(message, { cause: facts.cause });
    this.failureType = failureType;
    this.facts = facts;
  }

  /** Whether one app cannot be opened while others can, through no fault: the caller may not, or it is gone. */
  get partitionOut(): boolean {
    return this.facts.atOpening === true && (this.facts.refusal === 'denied' || this.facts.refusal === 'vanished');
  }

  /** Whether whatever else is asked will be refused for the same reason: the credentials are not accepted. */
  get fatal(): boolean {
    return this.facts.refusal === 'unauthorised';
  }
}
