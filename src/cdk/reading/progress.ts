import type { AnnouncingLedger, Moment, Saveable, SerializedRow } from '../ledger/ledger.ts';
import { STATE_VERSION } from '../ledger/saved-state.ts';
import { errorMessage, estimate, type StreamStatus, streamStatus } from '../protocol/messages.ts';
import type { Output } from '../protocol/output.ts';
import type { Page, StreamFacts } from '../stream.ts';
import { Records } from './records.ts';
import { StatePace } from './state-pace.ts';

const WAITS_TAKEN_FOR_ONE_MS = 500;

/** Whether a wait until a time is told anew: waits that end close together are the same one, told by several callers. */
export function isNewWait(untilMs: number, knownUntilMs: number): boolean {
  return untilMs >= knownUntilMs + WAITS_TAKEN_FOR_ONE_MS;
}

export interface ProgressOptions {
  /** The columns to send; undefined means all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** The parts of the primary key that identify a row within its list or partition. */
  readonly ownKey: readonly string[];
  /** The latest value of the cursor that earlier syncs sent; undefined if none did. */
  readonly latest?: string | undefined;
  readonly ledger: Saveable | AnnouncingLedger;
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
  readonly #pace: StatePace;
  /** When this sync saw its rows: later than anything the stream sent before, whatever the clock does. */
  readonly #seenAt: string;
  #status: StreamStatus | undefined;
  #rows = 0;
  #rowsDeleted = 0;
  #rowsFound = 0;
  #expectedRows: number | undefined;
  #rowsSinceState = 0;
  /** Whether the last STATE has been printed. */
  #isClosed = false;
  /** Whether rows are about to be printed that the ledger holds already. */
  #isPrinting = false;
  #rateLimitedUntilMs = 0;

  constructor(stream: StreamFacts, options: ProgressOptions) {
    this.name = stream.name;
    this.#options = options;
    const { columns, ownKey, latest = '' } = options;
    const latestMs = Date.parse(latest);
    this.#seenAt = new Date(latestMs >= Date.now() ? latestMs + 1 : Date.now()).toISOString();
    this.#pace = new StatePace(options.stateIntervalMs);
    this.#records = new Records(stream, { columns, ownKey, seenAt: this.#seenAt });
  }

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  /** Rows sent in this sync, deletions among them. */
  get rows(): number {
    return this.#rows;
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
      await this.#readAlive(reading);
      this.refuseKeylessRows();
      await this.#checkpoint('complete');
      await this.#warnOfOddTimes();
      await this.#tell('COMPLETE');
      return undefined;
    } catch (error) {
      if (this.#options.stop.aborted) throw error;
      // The rows printed so far stay in the warehouse, so the last state has to count them.
      await this.#checkpoint('ended');
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
    const announce = () =>
      this.#announce(
        partition,
        rows.map(({ key }) => key),
      );
    await this.#write(this.#records.living(rows), rows.length, announce);
  }

  /** Sends the deletion of rows, given by the values of their primary keys. `forget` removes them from the ledger. */
  async sendDeleted(
    keys: readonly (readonly unknown[])[],
    { partition, forget }: { partition?: string; forget: () => void },
  ): Promise<void> {
    // What has no rows is forgotten all the same.
    if (keys.length === 0) return forget();
    const announce = () => {
      this.#announce(partition, []);
      this.#rowsDeleted += keys.length;
      forget();
    };
    await this.#write(this.#records.deleted(keys), keys.length, announce);
  }

  /**
   * Makes sure that the last STATE announces what is about to be printed, rows with the `unprinted` keys among it. That is printed before
   * anything is awaited, so that no other STATE comes between.
   */
  #announce(partition: string | undefined, unprinted: readonly string[]): void {
    const { ledger } = this.#options;
    if (!('announce' in ledger) || ledger.isAnnounced(partition)) return;
    ledger.announce(unprinted, this.#pace.usualMs(ledger.weight));
    // What is printed next waits for the reader, and rejects if that has gone.
    this.#print('running').catch(() => undefined);
  }

  /** Prints a last STATE at once, behind all that was printed; nothing more is printed. For a program that is being stopped. */
  close(): void {
    if (this.#isClosed || this.#isPrinting || this.#status !== 'RUNNING') return;
    this.#print('ended').catch(() => undefined);
  }

  /** A text for the state without secrets. */
  masked(text: string): string {
    return this.#options.output.masked(text);
  }

  /** Notes that the ledger has moved, even if no row was sent. */
  async moved(): Promise<void> {
    this.#pace.noteMove();
    await this.#checkpointIfDue();
  }

  async #write(lines: string, count: number, announce: () => void): Promise<void> {
    const { stop, output } = this.#options;
    stop.throwIfAborted();
    this.#isPrinting = true;
    if (count > 0) announce();
    // Counted before the reader has taken them: a STATE printed meanwhile stands behind these lines and covers them.
    this.#rows += count;
    this.#rowsSinceState += count;
    this.#pace.noteRows(count, lines.length);
    const written = count > 0 ? output.write(lines) : undefined;
    this.#isPrinting = false;
    if (stop.aborted) this.close();
    await written;
    await this.#checkpointIfDue();
  }

  async #checkpointIfDue(): Promise<void> {
    if (this.#pace.isDue(() => this.#options.ledger.weight)) await this.#checkpoint('running');
  }

  async #readAlive(reading: () => Promise<void>): Promise<void> {
    using _heartbeat = this.#pace.heartbeat(() => this.#checkpoint('running'));
    await reading();
  }

  async #checkpoint(moment: Moment): Promise<void> {
    // The last STATE has been printed then.
    this.#options.stop.throwIfAborted();
    await this.#print(moment);
  }

  async #print(moment: Moment): Promise<void> {
    if (moment !== 'running') this.#isClosed = true;
    const recordCount = this.#rowsSinceState;
    this.#rowsSinceState = 0;
    this.#pace.noteState();
    const ledger = this.#options.ledger.save(moment);
    const stream_state = { version: STATE_VERSION, latest: this.#seenAt, sent: this.#rows, ...ledger };
    const stream = { stream_descriptor: { name: this.name }, stream_state };
    const written = this.#options.output.send({
      type: 'STATE',
      state: { type: 'STREAM', stream, sourceStats: { recordCount } },
    });
    this.#pace.noteStateChars(() => this.#options.ledger.weight);
    await written;
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
