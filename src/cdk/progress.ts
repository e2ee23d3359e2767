import { ConnectorError } from './errors.ts';
import { KeySet } from './key-set.ts';
import { errorMessage, estimate, type JsonObject, type StreamStatus, streamStatus } from './messages.ts';
import type { Output } from './output.ts';
import { rowShape } from './shape.ts';
import { DELETED_COLUMN, keyOf, type Page, type Row, type StreamFacts, UPDATED_COLUMN } from './stream.ts';

/** Waits that end so close together are the same wait, told by several callers. */
const WAITS_TAKEN_FOR_ONE_MS = 500;

/** Characters of a row without a key that are shown, enough to find it. */
const KEYLESS_SHOWN = 300;

export interface ProgressOptions {
  /** The columns to send; undefined means all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** What an earlier sync left for this stream. */
  readonly saved?: JsonObject | undefined;
  /** The least time between two STATE messages, the final one apart; 0 means one after every page. */
  readonly stateIntervalMs: number;
  readonly output: Output;
  /** Aborted when the program is to stop: what fails then is no failure of the stream. */
  readonly stop: AbortSignal;
}

/** How far one stream has come in this sync: its rows, its status, its state. Every message of the stream leaves through here. */
export class Progress {
  readonly name: string;
  readonly #options: ProgressOptions;
  readonly #primaryKey: readonly string[];
  readonly #shape: (row: Row) => Row;
  readonly #delivered = new KeySet();
  /** When this sync saw its rows: later than anything the stream sent before, whatever the clock does. */
  readonly #seenAt: string;
  #status: StreamStatus | undefined;
  #rows = 0;
  #expectedRows: number | undefined;
  #rowsSinceState = 0;
  #stateAt = performance.now();
  #keylessRows = 0;
  #firstKeyless: string | undefined;
  #rateLimitedUntilMs = 0;

  constructor(stream: StreamFacts, options: ProgressOptions) {
    this.name = stream.name;
    this.#options = options;
    this.#primaryKey = stream.primaryKey;
    this.#shape = rowShape(stream.schema, options.columns?.union(new Set(stream.primaryKey)));
    const latest = Date.parse(String(options.saved?.latest));
    this.#seenAt = new Date(latest >= Date.now() ? latest + 1 : Date.now()).toISOString();
  }

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  /** Rows sent in this sync. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows that the listing promised, where it did. */
  get expectedRows(): number | undefined {
    return this.#expectedRows;
  }

  /** Unix time in milliseconds until which the source keeps this stream waiting; in the past when it does not. */
  get rateLimitedUntilMs(): number {
    return this.#rateLimitedUntilMs;
  }

  /** Announces how many rows the listing will have. */
  expect(rows: number): void {
    if (rows === this.#expectedRows) return;
    this.#expectedRows = rows;
    this.#options.output.post(estimate(this.name, rows));
  }

  /** Announces that the source makes this stream wait until a Unix time in milliseconds. */
  waitUntil(untilMs: number): void {
    const known = untilMs < this.#rateLimitedUntilMs + WAITS_TAKEN_FOR_ONE_MS;
    if (this.#status !== 'RUNNING' || known) return;
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
      await reading();
      this.#refuseKeylessRows();
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

  /** Sends the rows of a page that this sync has not sent yet, and now and then a STATE that covers them. */
  async emit(page: Page): Promise<void> {
    this.#options.stop.throwIfAborted();
    const emittedAt = Date.now();
    let lines = '';
    let rows = 0;
    for (const row of page) {
      const key = keyOf(row, this.#primaryKey);
      if (key === undefined) this.#noteKeyless(row);
      else if (this.#delivered.add(key)) {
        lines += this.#recordLine(row, emittedAt);
        rows += 1;
      }
    }
    // Counted before the reader has taken them: a STATE printed meanwhile stands behind these lines and covers them.
    this.#rows += rows;
    this.#rowsSinceState += rows;
    if (rows > 0) await this.#options.output.write(lines);
    if (performance.now() - this.#stateAt >= this.#options.stateIntervalMs) await this.#checkpoint(false);
  }

  /** One serialisation a row: the change columns are spliced into the printed row. */
  #recordLine(row: Row, emittedAt: number): string {
    const data = JSON.stringify(this.#shape(row)).slice(0, -1);
    const change = `"${UPDATED_COLUMN}":"${this.#seenAt}","${DELETED_COLUMN}":null`;
    return `{"type":"RECORD","record":{"stream":${JSON.stringify(this.name)},"data":${data},${change}},"emitted_at":${emittedAt}}}\n`;
  }

  #noteKeyless(row: Row): void {
    this.#keylessRows += 1;
    this.#firstKeyless ??= JSON.stringify(this.#shape(row)).slice(0, KEYLESS_SHOWN);
  }

  #refuseKeylessRows(): void {
    if (this.#keylessRows === 0) return;
    throw new ConnectorError(
      'system_error',
      `${this.name}: ${this.#keylessRows} rows came without their key (${this.#primaryKey.join(', ')}) and were left out; ` +
        `all others were delivered. Please report this. The first begins ${this.#firstKeyless}`,
    );
  }

  async #checkpoint(complete: boolean): Promise<void> {
    const recordCount = this.#rowsSinceState;
    this.#rowsSinceState = 0;
    this.#stateAt = performance.now();
    await this.#options.output.send({
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: {
          stream_descriptor: { name: this.name },
          stream_state: { version: 1, sync: 'full_refresh', latest: this.#seenAt, delivered: this.#rows, complete },
        },
        sourceStats: { recordCount },
      },
    });
  }

  async #announce(status: StreamStatus): Promise<void> {
    this.#status = status;
    await this.#options.output.send(streamStatus(this.name, status));
  }
}
