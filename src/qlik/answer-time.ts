/** How long an answer over REST may take. */
export interface AnswerLimits {
  /**
   * From the question to the end of the headers, whatever drips before it: connecting, headers, informational answers (1xx). Then
   * also the time over which the pace of the body is judged. In milliseconds.
   */
  readonly responseMs: number;
  /** What must come of the body in a second, in bytes as they travel (compressed ones, if it is compressed). */
  readonly bytesPerSecond: number;
  /** From the question to the end of the body, in milliseconds. */
  readonly answerMs: number;
}

export const ANSWER_LIMITS: AnswerLimits = { responseMs: 60_000, bytesPerSecond: 1_024, answerMs: 600_000 };

/** The time that one answer takes: `signal` is aborted when it took too long, or when the program is to stop. The constructor throws if it is already. */
export class AnswerTime implements Disposable {
  readonly #limits: AnswerLimits;
  readonly #stop: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onStop = () => this.#controller.abort(this.#stop.reason);
  readonly #whole: NodeJS.Timeout;
  #step: NodeJS.Timeout;
  #bytes = 0;

  constructor(limits: AnswerLimits, stop: AbortSignal) {
    stop.throwIfAborted();
    this.#limits = limits;
    this.#stop = stop;
    const { responseMs, answerMs } = limits;
    this.#step = setTimeout(() => this.#end(`its headers did not come within ${seconds(responseMs)}`), responseMs);
    this.#whole = setTimeout(() => this.#end(`it did not end within ${seconds(answerMs)}`), answerMs);
    stop.addEventListener('abort', this.#onStop, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The headers have come: from here on the body is to keep its pace. */
  beginBody(): void {
    const { responseMs, bytesPerSecond } = this.#limits;
    const least = (bytesPerSecond * responseMs) / 1_000;
    clearTimeout(this.#step);
    this.#step = setInterval(() => {
      if (this.#bytes < least) this.#end(`${this.#bytes} bytes of it came in ${seconds(responseMs)}`);
      this.#bytes = 0;
    }, responseMs);
  }

  receive(bytes: number): void {
    this.#bytes += bytes;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#step);
    clearTimeout(this.#whole);
    this.#stop.removeEventListener('abort', this.#onStop);
  }

  #end(fault: string): void {
    this.#controller.abort(new Error(`timed out: ${fault}`));
  }
}

function seconds(ms: number): string {
  return `${ms / 1_000} seconds`;
}
