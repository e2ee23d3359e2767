/** Partitions a second that a walk is taken to visit before it has shown its pace. */
const FIRST_PACE = 10;

/**
 * The partitions that the STATE before announces: their rows may follow it. It names those that are being visited, and as many of the
 * next ones as will be within a time, at the pace so far; more of them than that would have all those sent again after a kill.
 */
export class OpenPartitions {
  readonly #coming = new Set<string>();
  readonly #visited = new Set<string>();
  #announced: ReadonlySet<string> = new Set();
  #done = 0;
  #startedMs = performance.now();
  /** When it was announced last, and how many had been visited by then. */
  #announcedMs = Number.NEGATIVE_INFINITY;
  #doneByThen = 0;
  /** What the pace is multiplied by, since what was announced did not last. */
  #ahead = 1;

  /** Takes the partitions that will be visited, or whose deletion will be sent, in this order. */
  plan(ids: Iterable<string>): void {
    this.#coming.clear();
    for (const id of ids) this.#coming.add(id);
    this.#done = 0;
    this.#startedMs = performance.now();
  }

  enter(id: string): void {
    this.#coming.delete(id);
    this.#visited.add(id);
  }

  leave(id: string): void {
    this.#visited.delete(id);
    this.#done += 1;
  }

  isAnnounced(id: string): boolean {
    return this.#announced.has(id);
  }

  /** Partitions a second: of the whole walk, or since the last announcement, whichever is more. */
  #pace(now: number): number {
    if (this.#done === 0) return FIRST_PACE;
    const lately = (this.#done - this.#doneByThen) / (now - this.#announcedMs);
    return Math.max(this.#done / (now - this.#startedMs), lately) * 1_000;
  }

  /** What the STATE that is printed now announces. */
  announce(forMs: number): ReadonlySet<string> {
    const now = performance.now();
    const isEarly = now - this.#announcedMs < forMs / 2;
    this.#ahead = isEarly ? this.#ahead * 2 : Math.max(1, this.#ahead / 2);
    const next = this.#coming.values().take(Math.ceil((this.#ahead * this.#pace(now) * forMs) / 1_000));
    this.#announcedMs = now;
    this.#doneByThen = this.#done;
    this.#announced = new Set([...this.#visited, ...next]);
    return this.#announced;
  }
}
