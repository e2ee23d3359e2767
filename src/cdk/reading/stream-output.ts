import type { AnnouncingLedger, Moment, Saveable } from '../ledger/ledger.ts';
import { STATE_VERSION } from '../ledger/saved-state.ts';
import type { Output } from '../protocol/output.ts';
import { StatePace } from './state-pace.ts';

export interface StreamOutputOptions {
  readonly ledger: Saveable | AnnouncingLedger;
  /** The least time between two STATE messages, except the final one; 0 means one after every page and partition. */
  readonly stateIntervalMs: number;
  readonly output: Output;
  /** Aborted when the program is to stop: what fails then is no failure of the stream. */
  readonly stop: AbortSignal;
}

/** What is about to be printed. */
interface Lines {
  readonly text: string;
  readonly count: number;
  /** Of a stream that is read by partition. */
  readonly partition: string | undefined;
  /** Keys of rows among it; asked for only where a STATE has to announce them. */
  readonly unprinted: () => readonly string[];
  /** Called once all of it is announced, just before it is printed. */
  readonly onAnnounced?: () => void;
}

/** The RECORDs and STATEs of one stream: which STATE announces what follows it, and when the next one is due. */
export class StreamOutput {
  readonly #name: string;
  readonly #seenAt: string;
  readonly #options: StreamOutputOptions;
  readonly #pace: StatePace;
  #rows = 0;
  #rowsSinceState = 0;
  /** Whether the last STATE has been printed. */
  #isClosed = false;
  /** Whether rows are about to be printed that the ledger holds already. */
  #isPrinting = false;

  /** `seenAt` is the time that all rows of the stream bear in this sync. */
  constructor(name: string, seenAt: string, options: StreamOutputOptions) {
    this.#name = name;
    this.#seenAt = seenAt;
    this.#options = options;
    this.#pace = new StatePace(options.stateIntervalMs);
  }

  /** Rows printed in this sync, deletions among them. */
  get rows(): number {
    return this.#rows;
  }

  /** Prints rows, or deletions, behind a STATE that announces them. */
  async write({ text, count, partition, unprinted, onAnnounced }: Lines): Promise<void> {
    const { stop, output } = this.#options;
    stop.throwIfAborted();
    this.#isPrinting = true;
    if (count > 0) this.#announce(partition, unprinted);
    if (count > 0) onAnnounced?.();
    // Counted before the reader has taken them: a STATE printed meanwhile stands behind these lines and covers them.
    this.#rows += count;
    this.#rowsSinceState += count;
    this.#pace.noteRows(count, text.length);
    const written = count > 0 ? output.write(text) : undefined;
    this.#isPrinting = false;
    if (stop.aborted) this.close();
    await written;
    await this.#checkpointIfDue();
  }

  /** Prints a last STATE at once, behind all that was printed; nothing more is printed. For a program that is being stopped. */
  close(): void {
    if (this.#isClosed || this.#isPrinting) return;
    this.#print('ended').catch(() => undefined);
  }

  /** Notes that the ledger has moved, even if no row was sent. */
  async moved(): Promise<void> {
    this.#pace.noteMove();
    await this.#checkpointIfDue();
  }

  /** Runs a reading, with STATEs when they are due also while nothing is printed. */
  async whileAlive(reading: () => Promise<void>): Promise<void> {
    using _heartbeat = this.#pace.heartbeat(() => this.checkpoint('running'));
    await reading();
  }

  async checkpoint(moment: Moment): Promise<void> {
    // The last STATE has been printed then.
    this.#options.stop.throwIfAborted();
    await this.#print(moment);
  }

  async #checkpointIfDue(): Promise<void> {
    if (this.#pace.isDue(() => this.#options.ledger.weight)) await this.checkpoint('running');
  }

  /**
   * Makes sure that the last STATE announces what is about to be printed, rows with the `unprinted` keys among it. That is printed before
   * anything is awaited, so that no other STATE comes between.
   */
  #announce(partition: string | undefined, unprinted: Lines['unprinted']): void {
    const { ledger } = this.#options;
    if (!('announce' in ledger) || ledger.isAnnounced(partition)) return;
    ledger.announce(unprinted(), this.#pace.usualMs(ledger.weight));
    // What is printed next waits for the reader, and rejects if that has gone.
    this.#print('running').catch(() => undefined);
  }

  async #print(moment: Moment): Promise<void> {
    if (moment !== 'running') this.#isClosed = true;
    const recordCount = this.#rowsSinceState;
    this.#rowsSinceState = 0;
    this.#pace.noteState();
    const ledger = this.#options.ledger.save(moment);
    const stream_state = { version: STATE_VERSION, latest: this.#seenAt, sent: this.#rows, ...ledger };
    const stream = { stream_descriptor: { name: this.#name }, stream_state };
    const written = this.#options.output.send({
      type: 'STATE',
      state: { type: 'STREAM', stream, sourceStats: { recordCount } },
    });
    this.#pace.noteStateChars(() => this.#options.ledger.weight);
    await written;
  }
}
