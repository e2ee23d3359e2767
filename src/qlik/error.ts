/** What kept the tenant from being read. The message says what was asked, what came back and what to do. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  /** Who must act: the user, time, or the connector's makers. Only what time may mend is tried again. */
  readonly failureType: 'config_error' | 'transient_error' | 'system_error';
  /** The HTTP status of the answer, if there was one. */
  readonly status: number | undefined;
  /** How long the tenant asks to be left alone, in milliseconds, if it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failureType: TenantError['failureType'],
    message: string,
    { status, retryAfterMs, cause }: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.failureType = failureType;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether no answer came at all: the host, the network or the way between is at fault, not the tenant. */
  get unreachable(): boolean {
    return this.status === undefined;
  }
}
