/**
 * What kind of refusal it was, where that decides what to do: the caller may not open the app, or read what is asked of an app or a
 * space, or it is gone; the tenant has too much to do just now; the answer is too large for one piece; the credentials are not accepted.
 */
export type Refusal = 'denied' | 'vanished' | 'busy' | 'tooLarge' | 'unauthorised';

/** What else is known of a failure, beside its message. */
export interface Facts {
  /** The HTTP status of the answer, if there was one. */
  readonly status?: number | undefined;
  readonly refusal?: Refusal | undefined;
  /** Whether it has been tried again for as long as is worth it. */
  readonly borne?: boolean | undefined;
  /** How long the tenant asks to wait, in milliseconds, if it does. */
  readonly retryAfterMs?: number | undefined;
  /** Whether a later try may fare better, though it is not the kind of failure that time mends: what was asked for has worked before. */
  readonly mayPass?: boolean | undefined;
  /** Whether the host was not reached: unknown, refused, reset or timed out. */
  readonly isUnreachable?: boolean | undefined;
  /** Whether the host has not been reached for so long that nothing more is asked of it. */
  readonly isGone?: boolean | undefined;
  /** The app that was to be read. */
  readonly app?: string | undefined;
  /** Whether it is the app or the space as a whole that was refused, and not something in it. */
  readonly ofWhole?: boolean | undefined;
  /** The engine's method that was called. */
  readonly method?: string | undefined;
  /** The engine's own code: of JSON-RPC, of a closed socket, or the state of a refused session. */
  readonly code?: number | string | undefined;
  /** Whether the session that the call was made in has ended, with all its handles. */
  readonly sessionLost?: boolean | undefined;
  /** What to do about it: the end of the message. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** What kept the tenant from being read. The message says what was asked, what came back and what to do. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  /** Who must act: the user, time, or the connector's makers. Only what time may mend is tried again. */
  readonly failureType: 'config_error' | 'transient_error' | 'system_error';
  readonly facts: Facts;
  /** The message without the remedy. */
  readonly said: string;

  /** The remedy among the facts is added to what is `said`. */
  constructor(failureType: TenantError['failureType'], said: string, facts: Facts = {}) {
    super(facts.remedy === undefined ? said : `${said} ${facts.remedy}`, { cause: facts.cause });
    this.failureType = failureType;
    this.facts = facts;
    this.said = said;
  }

  get remedy(): string | undefined {
    return this.facts.remedy;
  }

  /** Names the kind of failure for programs: an HTTP status, a close code, an error code of the engine, or a word for it. */
  get reasonCode(): string {
    const { status, code, sessionLost } = this.facts;
    if (typeof code === 'string') return code;
    if (code !== undefined) return `${sessionLost ? 'CLOSE' : 'ENGINE'}-${code}`;
    return status === undefined ? 'NO-ANSWER' : `HTTP-${status}`;
  }

  /** Why one app or one space cannot be read while others can, through no fault: the caller may not, or it is gone. */
  get partitionOut(): 'denied' | 'vanished' | undefined {
    const { ofWhole, refusal } = this.facts;
    return ofWhole && (refusal === 'denied' || refusal === 'vanished') ? refusal : undefined;
  }

  /** Whether whatever else is asked will fail for the same reason: the credentials are not accepted, or nobody is there. */
  get fatal(): boolean {
    return this.facts.refusal === 'unauthorised' || this.facts.isGone === true;
  }
}
