import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, noticeIn } from './messages.ts';
import type { Secrets } from './secrets.ts';
import { escapedControls } from './terminal.ts';

/** The reader of stdout has gone: there is nobody left to tell. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

const FREE_TEXT = new Set(['message', 'internal_message', 'stack_trace']);
const MASKED_TYPES = new Set<Message['type']>(['LOG', 'TRACE', 'CONNECTION_STATUS']);

/** The only writer to stdout: whole lines, at the reader's pace, and no secret in any text for people. */
export class Output {
  readonly #sink: Writable;
  readonly #secrets: Secrets;
  readonly #stop: AbortSignal;
  readonly #onNotice: (text: string) => void;
  readonly #isTerminal: boolean;
  #closed: OutputClosedError | undefined;
  #drained: Promise<void> | undefined;
  #drainedAt = 0;

  /**
   * `stop` is aborted by the output when the reader goes away; aborted by others, it frees whoever waits for the reader.
   * `onNotice` sees the text of each warning and error, for people who do not see stdout.
   */
  constructor(
    sink: Writable,
    secrets: Secrets,
    stop: AbortController,
    onNotice: (text: string) => void = () => undefined,
  ) {
    this.#sink = sink;
    this.#secrets = secrets;
    this.#stop = stop.signal;
    this.#onNotice = onNotice;
    this.#isTerminal = 'isTTY' in sink && sink.isTTY === true;
    const close = (cause?: Error) => {
      this.#closed ??= new OutputClosedError('stdout is closed', { cause });
      stop.abort(this.#closed);
    };
    sink.on('error', close).on('close', close);
  }

  /**
   * Prints whole lines, each ended by a newline, and resolves when the sink is ready for more.
   * Rejects with an `OutputClosedError` once the reader has gone, and with the stop signal's reason when stopped while waiting.
   */
  async write(lines: string): Promise<void> {
    if (this.#closed) throw this.#closed;
    if (this.#sink.write(this.#isTerminal ? escapedControls(lines) : lines)) return;
    this.#drained ??= new Promise((resolve) => {
      this.#sink.once('drain', () => {
        this.#drained = undefined;
        this.#drainedAt = performance.now();
        resolve();
      });
    });
    await unlessAborted(this.#drained, this.#stop);
  }

  /** Until when the reader was last waited for, in milliseconds since the program began. */
  get heldUpUntil(): number {
    return this.#drained !== undefined ? performance.now() : this.#drainedAt;
  }

  /** Prints one message; its texts for people are masked. */
  async send(message: Message): Promise<void> {
    const notice = noticeIn(message);
    if (notice !== undefined) this.#onNotice(this.masked(notice));
    const replacer = (field: string, value: unknown) =>
      typeof value === 'string' && FREE_TEXT.has(field) ? this.masked(value) : value;
    await this.write(`${JSON.stringify(message, MASKED_TYPES.has(message.type) ? replacer : undefined)}\n`);
  }

  /** A text without secrets. */
  masked(text: string): string {
    return this.#secrets.mask(text);
  }

  /** Prints one message without waiting for the reader. */
  post(message: Message): void {
    // Rejects only when the program is being stopped, which others find out by themselves.
    this.send(message).catch(() => undefined);
  }

  /** Resolves when all that was written has left the process, or after `patienceMs` if the reader has stalled. */
  async flush(patienceMs: number): Promise<void> {
    if (this.#closed) return;
    const done = new AbortController();
    const written = new Promise<void>((resolve) => this.#sink.write('', () => resolve()));
    await Promise.race([written, sleep(patienceMs, undefined, { signal: done.signal }).catch(() => undefined)]);
    done.abort();
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
