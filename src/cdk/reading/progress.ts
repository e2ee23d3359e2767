import type { SerializedRow } from '../ledger/ledger.ts';
import { STATE_VERSION } from '../ledger/saved-state.ts';
import { errorMessage, estimate, type JsonObject, type StreamStatus, streamStatus } from '../protocol/messages.ts';
import type { Output } from '../protocol/output.ts';
import type { Page, StreamFacts } from '../stream.ts';
import { Records } from './records.ts';

const WAITS_TAKEN_FOR_ONE_MS = 500;

/** Whether a wait until a time is told anew: waits that end close together are the same one, told by several callers. */
export function isNewWait(untilMs: number, knownUntilMs: number): boolean {
  return untilMs >= knownUntilMs + WAITS_TAKEN_FOR_ONE_MS;
}

/** The largest share that STATE messages before the last one may have of all that is printed of a stream. */
const STATE_SHARE = 0.05;

/**
 * A STATE comes at least that often: a long walk over partitions that hardly changed is worth keeping too, and Airbyte considers a
 * source dead that prints neither RECORD nor STATE for three hours, however long the upstream makes it wait.
 */
const HEARTBEAT_MS = 30 * 60_000;
const HEARTBEAT_CHECK_MS = 60_000;

/** What a STATE is made of. */
export interface Saveable {
  /** What the next sync has to know; `complete` when the stream has been read to its end. */
  save(complete: boolean): JsonObject;
  /** Roughly the length of that. */
  readonly weight: number;
}

export interface ProgressOptions {
  /** The columns to send; undefined means all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** The parts of the primary key that identify a row within its list or partition. */
  readonly ownKey: readonly string[];
  /** The latest value of the cursor that earlier syncs sent; undefined if none did. */
  readonly latest?: string | undefined;
  readonly ledger: Saveable;
  /** The least time between two STATE messages, except the final one; 0 means one after every page and partition. */
  readonly stateIntervalMs: number;
  readonly output: Output;
  /** Aborted when the program is to stop: what fails then is no failure of the stream. */
  readonly stop: AbortSignal;
}

/** How far one stream has come in this sync: its rows, its status, its state. Every message of the stream leaves through here. */
export class Progress {
  readonly name: string;
  readonly #options: ProgressOptions;
  readonly #records: Records;
  /** When this sync saw its rows: later than anything the stream sent before, whatever the clock does. */
  readonly #seenAt: string;
  #status: StreamStatus | undefined;
  #rows = 0;
  #rowsFound = 0;
  #expectedRows: number | undefined;
  #rowsSinceState = 0;
  /** Whether there is anything that the last STATE does not tell. */
  #hasNews = false;
  /** When the last STATE was printed, and when it was last checked whether one is due. */
  #stateAt = performance.now();
  #checkedAt = performance.now();
  /** Characters written: rows, and STATEs. */
  #writtenChars = 0;
  #stateChars = 0;
  #rateLimitedUntilMs = 0;

  constructor(stream: StreamFacts, options: ProgressOptions) {
    this.name = stream.name;
    this.#options = options;
    const { columns, ownKey, latest = '' } = options;
    const latestMs = Date.parse(latest);
    this.#seenAt = new Date(latestMs >= Date.now() ? latestMs + 1 : Date.now()).toISOString();
    this.#records = new Records(stream, { columns, ownKey, seenAt: this.#seenAt });
  }

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  /** Rows sent in this sync, deletions among them. */
  get rows(): number {
    return this.#rows;
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
    await this.#announce('STARTED');
    await this.#announce('RUNNING');
  }

  /**
   * Runs a reading to its end, which is COMPLETE; if it throws, INCOMPLETE with the reason.
   * Resolves with what went wrong, if anything did; rejects only when the program is to stop.
   */
  async attempt(reading: () => Promise<void>): Promise<{ reason: unknown } | undefined> {
    try {
      await this.#alive(reading);
      this.refuseKeylessRows();
      await this.#checkpoint(true);
      await this.#announce('COMPLETE');
      return undefined;
    } catch (error) {
      if (this.#options.stop.aborted) throw error;
      // The rows printed so far stay in the warehouse, so the last state has to count them.
      await this.#checkpoint(false);
      await this.#options.output.send(errorMessage(error, this.name));
      await this.#announce('INCOMPLETE');
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

  /** Sends rows. The ledger has moved already: a STATE stands behind these lines, whenever it is printed. */
  async send(rows: readonly SerializedRow[]): Promise<void> {
    await this.#write(this.#records.living(rows), rows.length);
  }

  /** Sends the deletion of rows, given by the values of their primary keys. The ledger has forgotten them already. */
  async sendDeleted(keys: readonly (readonly unknown[])[]): Promise<void> {
    await this.#write(this.#records.deleted(keys), keys.length);
  }

  /** A text for the state without secrets. */
  masked(text: string): string {
    return this.#options.output.masked(text);
  }

  /** Notes that the ledger has moved, even if no row was sent. */
  async moved(): Promise<void> {
    this.#hasNews = true;
    await this.#checkpointIfDue();
  }

  async #write(lines: string, count: number): Promise<void> {
    this.#options.stop.throwIfAborted();
    // Counted before the reader has taken them: a STATE printed meanwhile stands behind these lines and covers them.
    this.#rows += count;
    this.#rowsSinceState += count;
    this.#writtenChars += lines.length;
    this.#hasNews ||= count > 0;
    if (count > 0) await this.#options.output.write(lines);
    await this.#checkpointIfDue();
  }

  async #checkpointIfDue(): Promise<void> {
    const { stateIntervalMs, ledger } = this.#options;
    const now = performance.now();
    if (!this.#hasNews || now - this.#checkedAt < stateIntervalMs) return;
    this.#checkedAt = now;
    const isSmall = () => this.#stateChars + ledger.weight <= STATE_SHARE * this.#writtenChars;
    if (stateIntervalMs === 0 || isSmall()) await this.#checkpoint(false);
  }

  /** Runs a reading. While it waits it prints nothing, so that a timer prints STATEs. */
  async #alive(reading: () => Promise<void>): Promise<void> {
    let isWriting = false;
    const beat = async () => {
      if (isWriting || performance.now() - this.#stateAt < HEARTBEAT_MS - HEARTBEAT_CHECK_MS) return;
      isWriting = true;
      // Rejects only when the program is being stopped, which others find out by themselves.
      await this.#checkpoint(false).catch(() => undefined);
      isWriting = false;
    };
    const timer = setInterval(() => void beat(), HEARTBEAT_CHECK_MS);
    try {
      await reading();
    } finally {
      clearInterval(timer);
    }
  }

  async #checkpoint(complete: boolean): Promise<void> {
    // A reading that is stopped may have moved the ledger for rows that are no longer written.
    this.#options.stop.throwIfAborted();
    const recordCount = this.#rowsSinceState;
    this.#rowsSinceState = 0;
    this.#hasNews = false;
    this.#stateAt = performance.now();
    this.#checkedAt = this.#stateAt;
    const ledger = this.#options.ledger.save(complete);
    const stream_state = { version: STATE_VERSION, latest: this.#seenAt, sent: this.#rows, ...ledger };
    const stream = { stream_descriptor: { name: this.name }, stream_state };
    const written = this.#options.output.send({
      type: 'STATE',
      state: { type: 'STREAM', stream, sourceStats: { recordCount } },
    });
    if (this.#options.stateIntervalMs > 0) this.#stateChars += this.#options.ledger.weight;
    await written;
  }

  async #announce(status: StreamStatus): Promise<void> {
    this.#status = status;
    await this.#options.output.send(streamStatus(this.name, status));
  }
}
