import type { Log } from './log.ts';
import type { ConnectorSpecification, JsonObject } from './messages.ts';
import type { Stream } from './stream.ts';

/** What the shim runs. `Client` is the source's door to its upstream: opened once a command, closed at its end. */
export interface Source<Client extends AsyncDisposable> {
  readonly specification: ConnectorSpecification;
  readonly streams: readonly Stream<Client>[];
  /**
   * Whether the config lets the source be read, in words for the user. Throws for what is nobody's setting:
   * `transient_error` if time may help; a `config_error` counts as FAILED.
   */
  check(config: JsonObject, context: Context): Promise<CheckResult>;
  /** Opens the door. `config` satisfies the specification; throws a `config_error` if that is not enough. */
  connect(config: JsonObject, context: Context): Promise<Client>;
}

export interface CheckResult {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly message: string;
}

/** What the shim lends to a source while a command runs. */
export interface Context {
  /** Aborted when the program is to stop. */
  readonly stop: AbortSignal;
  readonly log: Log;
  /** Takes a value that no output may show, such as a token just fetched. */
  addSecret(value: string): void;
  /** Takes the Unix time in milliseconds until which the upstream makes everyone wait. */
  onWait(untilMs: number): void;
  /** Counts one call to the upstream. */
  onCall(): void;
}
