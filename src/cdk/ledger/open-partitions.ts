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

  /** What the STATE that is printed now announces. */
  announce(forMs: number): ReadonlySet<string> {
    const elapsedMs = performance.now() - this.#startedMs;
    const pace = this.#done > 0 ? (this.#done / elapsedMs) * 1_000 : FIRST_PACE;
    const next = this.#coming.values().take(Math.ceil((pace * forMs) / 1_000));
    this.#announced = new Set([...this.#visited, ...next]);
    return this.#announced;
  }
}
