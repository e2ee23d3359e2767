import { isFull } from './engine-refusals.ts';

/** The sessions that are open, or about to be. Where there is no room for another, its opener waits for one of them to end. */
export class OpenSessions {
  #count = 0;
  #waiting: ((hasRoom: boolean) => void)[] = [];

  get areAny(): boolean {
    return this.#count > 0;
  }

  /** Counts a session from the try to open it until its connection has gone. */
  add(opening: Promise<{ readonly closed: Promise<void> }>): void {
    this.#count += 1;
    opening
      .then(({ closed }) => closed)
      .then(
        () => this.#end(true),
        (error: unknown) => this.#end(!isFull(error)),
      );
  }

  /**
   * Resolves with true when one has ended, for one of those who wait, or for all where it was the last; with false where there is
   * none that could end, so that others must have taken the room. Rejects when stopped.
   */
  async oneEnds(stop: AbortSignal): Promise<boolean> {
    stop.throwIfAborted();
    if (this.#count === 0) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const leave = () => resolve(false);
    this.#waiting.push(resolve);
    stop.addEventListener('abort', leave, { once: true });
    const hasRoom = await promise;
    stop.removeEventListener('abort', leave);
    this.#waiting = this.#waiting.filter((other) => other !== resolve);
    stop.throwIfAborted();
    return hasRoom;
  }

  #end(hasRoom: boolean): void {
    this.#count -= 1;
    const isLast = this.#count === 0;
    const woken = this.#waiting.splice(0, isLast ? this.#waiting.length : Number(hasRoom));
    for (const wake of woken) wake(hasRoom);
  }
}
