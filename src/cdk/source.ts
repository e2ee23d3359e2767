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
  /** Which upstream this is, for the state: it is of no use to another one. Undefined where the upstream does not tell. */
  identity?(client: Client): Promise<string | undefined>;
  /** Where the upstream is found, which tells two apart as long as one of them does not tell its identity. */
  address?(client: Client): string;
  /** Opens the door. `config` satisfies the schema; throws a `config_error` if that is not enough. */
  connect(config: Config, context: Context): Promise<Client>;
}

/** A way to divide a source, for streams that are read by partition. `Visit` is one look at one partition, for all of them. */
export interface Partitions<Client, Config extends object = object, Visit extends AsyncDisposable = AsyncDisposable> {
  /** What users call them, and the parts that they are read by. */
  readonly labels: { readonly partitions: string; readonly sections: string };
  /** The stream whose rows are the partitions: it is read once, for its own rows and for the visits. */
  readonly list: ListStream<Client>;
  /** Tells what came of each partition. */
  readonly coverage?: CoverageStream;
  /** Who visits the partition of a row. It is kept until its turn comes: it should hold little of the row. */
  visitor(client: Client, row: Row): Visitor<Visit>;
  /** Called when all partitions were visited and some were out. Throws what is wrong with all, though each alone looked harmless. */
  onEnd?(client: Client): void;
  /** How many visits may go on at a time. */
  concurrency(config: Config): number;
  /** The settings that decide which partitions are listed, as something in JSON. */
  scope(config: Config): unknown;
  /** How long a partition that did not seem to change is left alone, in days. */
  rereadAfterDays(config: Config): number;
}

export interface Visitor<Visit> {
  /** The partition, for messages to people. */
  readonly name: string;
  /** Something in JSON that moves when the partition does, as far as its row tells. */
  readonly version: unknown;
  /** The same, for what has happened to the partition without changing it; its version, unless given. */
  readonly activity?: unknown;
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
   * Takes the Unix time in milliseconds until which the upstream makes everyone wait, or only those who visit partitions: what
   * these are called.
   */
  onWait(untilMs: number, visited?: string): void;
  /** Counts one call to the upstream, told in words for the debug log. */
  onCall(call: string): void;
}
