import type { Logger } from './protocol/logger.ts';
import type { Schema } from './protocol/messages.ts';
import type { CoverageStream, ListStream, Row, Stream } from './stream.ts';

/**
 * What the shim runs. `Client` is the source's door to its upstream: opened once a command, closed at its end. `Config` is the
 * type of the settings: the shim hands over only what satisfies the schema.
 */
export interface Source<Client extends AsyncDisposable, Config extends object = object> {
  /** JSON Schema of the settings, as users fill them in. `airbyte_secret` marks what no output may show. */
  readonly connectionSpecification: Schema;
  readonly streams: readonly Stream<Client>[];
  /** The ways in which it is divided, for the streams that are read by partition. */
  readonly partitions?: readonly Partitions<Client, Config>[];
  /**
   * Whether the config lets the source be read, in words for the user. Throws for what is nobody's setting:
   * `transient_error` if time may help; a `config_error` counts as FAILED. If it is missing, the first page of each list is read.
   */
  check?(config: Config, context: Context): Promise<CheckResult>;
  /** The name of the upstream, for the state, which is of no use to another one. Undefined if the upstream does not say. */
  identity?(client: Client): Promise<string | undefined>;
  /** The address of the upstream, which tells two of them apart as long as one does not say its identity. */
  address?(client: Client): string;
  /** Opens the door. `config` satisfies the schema; throws a `config_error` if that is not enough. */
  connect(config: Config, context: Context): Promise<Client>;
}

/** A way to divide a source, for streams that are read by partition. `Visit` is one visit to one partition, for all of them. */
export interface Partitions<Client, Config extends object = object, Visit extends AsyncDisposable = AsyncDisposable> {
  /** What users call them, and the parts that they are read by. */
  readonly labels: { readonly partitions: string; readonly sections: string };
  /** The stream whose rows are the partitions: it is read once, for its own rows and for the visits. */
  readonly list: ListStream<Client>;
  /** The stream that says of each partition whether it was read. */
  readonly coverage?: CoverageStream;
  /** How the partition of a row is visited. It is kept until its turn comes, so it should hold little of the row. */
  visitor(client: Client, row: Row): Visitor<Visit>;
  /**
   * Called when all partitions were visited and some could not be read, each for a reason of its own as it seemed. Throws what is
   * wrong with all of them, if something is.
   */
  onEnd?(client: Client): void;
  /** How many visits are open at a time, at most. */
  concurrency(config: Config): number;
  /** The settings that decide which partitions are listed, as something in JSON. */
  scope(config: Config): unknown;
  /** After how many days a partition is read again although it did not seem to change. */
  rereadAfterDays(config: Config): number;
}

export interface Visitor<Visit> {
  /** The partition, for messages to people. */
  readonly name: string;
  /** Something in JSON that moves when the partition does, as far as its row tells. */
  readonly version: unknown;
  /** The same, for what has happened to the partition without changing it; its version, unless given. */
  readonly activity?: unknown;
  /** What it shares with partitions that will refuse, as a rule, as long as it does; those without one are a group, too. */
  readonly group?: string | null | undefined;
  /** Begins the visit; called at most once. */
  open(): Visit;
}

export interface CheckResult {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly message: string;
}

/** What the shim lends to a source while a command runs. */
export interface Context {
  /** Aborted when the program is to stop, or cannot go on. */
  readonly stop: AbortSignal;
  readonly logger: Logger;
  /** Takes a value that no output may show, such as a token just fetched. */
  addSecret(value: string): void;
  /**
   * Takes the Unix time in milliseconds until which the upstream accepts no calls; with `visited`, a source's word for its
   * partitions, only no calls of visits to them.
   */
  onWait(untilMs: number, visited?: string): void;
  /** Counts one call to the upstream, and logs it in these words at the debug level. */
  onCall(call: string): void;
  /** Notes that the upstream has answered one, whatever it said. */
  onAnswer(): void;
}
