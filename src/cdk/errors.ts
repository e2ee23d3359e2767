/** Who must act on a failure: the user (`config_error`), time (`transient_error`) or the connector's makers (`system_error`). */
export type FailureType = 'config_error' | 'transient_error' | 'system_error';

/** A failure that the shim itself explains: `message` says what was tried, what came back and what to do. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly failureType: FailureType;

  constructor(failureType: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failureType = failureType;
  }
}

interface ExplainedError extends Error {
  readonly failureType: FailureType;
}

/** Whether somebody wrote this error for the user: any error of any class that carries a `failureType`. */
export function isExplained(error: unknown): error is ExplainedError {
  return error instanceof Error && 'failureType' in error;
}

/** Whether whatever else is asked would fail for the same reason, so that there is no point in going on. */
export function isFatal(error: unknown): boolean {
  return isExplained(error) && 'fatal' in error && error.fatal === true;
}

/** What a failure comes to in a table. */
export interface Reason {
  /** Names its kind for programs. */
  readonly code: string;
  /** What was tried and what came back. */
  readonly message: string;
  /** What to do, where that is known. */
  readonly remedy: string | null;
}

/** Why one partition cannot be read while the others can, and nobody is at fault: it is named in a warning and no failure. */
export interface Refusal extends Reason {
  readonly kind: 'denied' | 'vanished';
}

/** The same failure, taken apart. Whoever explains an error may say these parts of it apart. */
export function reasonOf(error: unknown): Reason {
  if (!isExplained(error)) return { code: 'BUG', message: String(error), remedy: 'Please report this.' };
  const { said, reasonCode, remedy } = error as Partial<{ said: string; reasonCode: string; remedy: string }>;
  return { code: reasonCode ?? error.failureType, message: said ?? error.message, remedy: remedy ?? null };
}

/** The refusal, if the failure is one; an error says so by the kind in its `partitionOut`. */
export function refusalOf(error: unknown): Refusal | undefined {
  const kind = isExplained(error) && 'partitionOut' in error && error.partitionOut;
  return kind === 'denied' || kind === 'vanished' ? { kind, ...reasonOf(error) } : undefined;
}

/** In one text, for people. */
export function inWords({ message, remedy }: Reason): string {
  return remedy === null ? message : `${message} ${remedy}`;
}
