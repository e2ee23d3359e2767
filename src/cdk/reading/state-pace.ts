/** What STATE messages before the last one may have of all that is printed of a stream, or a second, whichever is more. */
const STATE_SHARE = 0.1;
const STATE_CHARS_PER_SECOND = 50_000;

/**
 * A STATE comes at least that often: a long walk over partitions that hardly changed is worth keeping too, and Airbyte considers a
 * source dead that prints neither RECORD nor STATE for three hours, however long the upstream makes it wait.
 */
const HEARTBEAT_MS = 30 * 60_000;
const HEARTBEAT_CHECK_MS = 60_000;

/** Decides when a stream prints a STATE before its last one. */
export class StatePace {
  readonly #intervalMs: number;
  /** Whether there is anything that the last STATE does not tell. */
  #hasNews = false;
  /** When the last STATE was printed, and when it was last checked whether one is due. */
  #stateAt = performance.now();
  #checkedAt = performance.now();
  /** Characters printed: rows, and STATEs. */
  #rowChars = 0;
  #stateChars = 0;
  readonly #startedAt = performance.now();

  /** `intervalMs` is the least time between two STATEs; 0 lets every news be followed by one. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Notes that the ledger has moved. */
  noteMove(): void {
    this.#hasNews = true;
  }

  noteRows(count: number, chars: number): void {
    this.#rowChars += chars;
    this.#hasNews ||= count > 0;
  }

  /** Notes that a STATE is printed now, which tells all news. */
  noteState(): void {
    this.#hasNews = false;
    this.#stateAt = performance.now();
    this.#checkedAt = this.#stateAt;
  }

  /** Notes roughly how long the STATE was; `chars` is costly and asked only where it matters. */
  noteStateChars(chars: () => number): void {
    if (this.#intervalMs > 0) this.#stateChars += chars();
  }

  /** Whether a STATE is to be printed that would be roughly as long as `chars` says. */
  isDue(chars: () => number): boolean {
    const now = performance.now();
    if (!this.#hasNews || now - this.#checkedAt < this.#intervalMs) return false;
    this.#checkedAt = now;
    return this.#intervalMs === 0 || this.#stateChars + chars() <= this.#affordableChars(now);
  }

  #affordableChars(now: number): number {
    const seconds = (now - this.#startedAt) / 1_000;
    return Math.max(STATE_SHARE * this.#rowChars, STATE_CHARS_PER_SECOND * seconds);
  }

  /** How long, in milliseconds, it usually is from one STATE to the next where STATEs have about so many characters. */
  usualMs(chars: number): number {
    return Math.max(this.#intervalMs, (chars / STATE_CHARS_PER_SECOND) * 1_000);
  }

  /** Calls `print` whenever there was no STATE for long, until disposed: a stream that waits prints nothing by itself. */
  heartbeat(print: () => Promise<void>): Disposable {
    let isPrinting = false;
    const beat = async () => {
      if (isPrinting || performance.now() - this.#stateAt < HEARTBEAT_MS - HEARTBEAT_CHECK_MS) return;
      isPrinting = true;
      // Rejects only when the program is being stopped, which others find out by themselves.
      await print().catch(() => undefined);
      isPrinting = false;
    };
    const timer = setInterval(() => void beat(), HEARTBEAT_CHECK_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}
