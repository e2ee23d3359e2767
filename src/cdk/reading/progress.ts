import type { SerializedRow } from '../ledger/ledger.ts';
import { errorMessage, estimate, type StreamStatus, streamStatus } from '../protocol/messages.ts';
import type { Page, StreamFacts } from '../stream.ts';
import { Records } from './records.ts';
import { StreamOutput, type StreamOutputOptions } from './stream-output.ts';

const WAITS_TAKEN_FOR_ONE_MS = 500;

/** Whether a wait until a time is told anew: waits that end close together are the same one, told by several callers. */
export function isNewWait(untilMs: number, knownUntilMs: number): boolean {
  return untilMs >= knownUntilMs + WAITS_TAKEN_FOR_ONE_MS;
}

export interface ProgressOptions extends StreamOutputOptions {
  /** The columns to send; undefined means all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** The parts of the primary key that identify a row within its list or partition. */
  readonly ownKey: readonly string[];
  /** The latest value of the cursor that earlier syncs sent; undefined if none did. */
  readonly latest?: string | undefined;
}

/** How far one stream has come in this sync: its rows and its status. Every message of the stream leaves through here. */
export class Progress {
  readonly name: string;
  readonly #options: ProgressOptions;
  readonly #records: Records;
  readonly #lines: StreamOutput;
  #status: StreamStatus | undefined;
  #rowsDeleted = 0;
  #rowsFound = 0;
  #expectedRows: number | undefined;
  #rateLimitedUntilMs = 0;

  constructor(stream: StreamFacts, options: ProgressOptions) {
    this.name = stream.name;
    this.#options = options;
    const { columns, ownKey, latest = '' } = options;
    const latestMs = Date.parse(latest);
    // When this sync saw its rows: later than anything the stream sent before, whatever the clock does.
    const seenAt = new Date(latestMs >= Date.now() ? latestMs + 1 : Date.now()).toISOString();
    this.#lines = new StreamOutput(stream.name, seenAt, options);
    this.#records = new Records(stream, { columns, ownKey, seenAt });
  }

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  /** Rows sent in this sync, deletions among them. */
  get rows(): number {
    return this.#lines.rows;
  }

  /** Deletions among them. */
  get rowsDeleted(): number {
    return this.#rowsDeleted;
  }

  /** Rows found in this sync, sent or not. */
  get rowsFound(): number {
    return this.#rowsFound;
  }

  /** Rows that the source promised, where it did. */
  get expectedRows(): number | undefined {
    return this.#expectedRows;
  }

  /** Rows that were skipped since they lack their key. */
  get keylessRows(): number {
    return this.#records.keyless;
  }

  /** Unix time in milliseconds until which the source keeps this stream waiting; in the past when it does not. */
  get rateLimitedUntilMs(): number {
    return this.#rateLimitedUntilMs;
  }

  /** Announces how many rows the source promises. */
  expect(rows: number): void {
    if (rows === this.#expectedRows) return;
    this.#expectedRows = rows;
    this.#options.output.post(estimate(this.name, rows));
  }

  /** Announces that the source makes this stream wait until a Unix time in milliseconds. */
  waitUntil(untilMs: number): void {
    if (this.#status !== 'RUNNING' || !isNewWait(untilMs, this.#rateLimitedUntilMs)) return;
    this.#rateLimitedUntilMs = Math.ceil(untilMs);
    this.#options.output.post(streamStatus(this.name, 'RUNNING', this.#rateLimitedUntilMs));
  }

  /** Announces that the stream is being read; comes before everything else. */
  async start(): Promise<void> {
    await this.#tell('STARTED');
    await this.#tell('RUNNING');
  }

  /**
   * Runs a reading to its end, which is COMPLETE; if it throws, INCOMPLETE with the reason.
   * Resolves with what went wrong, if anything did; rejects only when the program is to stop.
   */
  async attempt(reading: () => Promise<void>): Promise<{ reason: unknown } | undefined> {
    try {
      await this.#lines.whileAlive(reading);
      this.refuseKeylessRows();
      await this.#lines.checkpoint('complete');
      await this.#warnOfOddTimes();
      await this.#tell('COMPLETE');
      return undefined;
    } catch (error) {
      if (this.#options.stop.aborted) throw error;
      // The rows printed so far stay in the warehouse, so the last state has to count them.
      await this.#lines.checkpoint('ended');
      await this.#warnOfOddTimes();
      await this.#options.output.send(errorMessage(error, this.name));
      await this.#tell('INCOMPLETE');
      return { reason: error };
    }
  }

  /** The rows of a page ready for output. Those without a key are skipped, and noted as a failure of the stream. */
  serialize(page: Page): readonly SerializedRow[] {
    this.#rowsFound += page.length;
    return this.#records.serialize(page);
  }

  /** Throws if rows had to be skipped, since they came without their key. */
  refuseKeylessRows(): void {
    this.#records.refuseKeyless();
  }

  /**
   * Sends rows, of a partition where the stream is read by partition. The ledger has moved already: a STATE stands behind these lines,
   * whenever it is printed.
   */
  async send(rows: readonly SerializedRow[], partition?: string): Promise<void> {
    const unprinted = () => rows.map(({ key }) => key);
    await this.#lines.write({ text: this.#records.living(rows), count: rows.length, partition, unprinted });
  }

  /** Sends the deletion of rows, given by the values of their primary keys. `forget` removes them from the ledger. */
  async sendDeleted(
    keys: readonly (readonly unknown[])[],
    { partition, forget }: { partition?: string; forget: () => void },
  ): Promise<void> {
    // What has no rows is forgotten all the same.
    if (keys.length === 0) return forget();
    const onAnnounced = () => {
      this.#rowsDeleted += keys.length;
      forget();
    };
    const lines = { text: this.#records.deleted(keys), count: keys.length, partition, unprinted: () => [] };
    await this.#lines.write({ ...lines, onAnnounced });
  }

  /** Prints a last STATE at once, behind all that was printed; nothing more is printed. For a program that is being stopped. */
  close(): void {
    if (this.#status === 'RUNNING') this.#lines.close();
  }

  /** A text for the state without secrets. */
  masked(text: string): string {
    return this.#options.output.masked(text);
  }

  /** Notes that the ledger has moved, even if no row was sent. */
  async moved(): Promise<void> {
    await this.#lines.moved();
  }

  async #warnOfOddTimes(): Promise<void> {
    const { oddTimes: message } = this.#records;
    if (message !== undefined) await this.#options.output.send({ type: 'LOG', log: { level: 'WARN', message } });
  }

  async #tell(status: StreamStatus): Promise<void> {
    this.#status = status;
    await this.#options.output.send(streamStatus(this.name, status));
  }
}
