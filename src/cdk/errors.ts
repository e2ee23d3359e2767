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

/** Whether one partition cannot be read while the others can, and nobody is at fault: it is named in a warning and no failure. */
export function isPartitionOut(error: unknown): error is ExplainedError {
  return isExplained(error) && 'partitionOut' in error && error.partitionOut === true;
}
