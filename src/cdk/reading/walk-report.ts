import { ConnectorError, isExplained, type Reason, type Refusal, reasonOf } from '../errors.ts';
import type { VisitSchedule } from '../ledger/visit-schedule.ts';

/**
 * What came of a partition: it was visited, or not since it neither moved nor was due; may not be read, or was gone; could not be
 * read; is not admitted by the settings; or no stream is selected that reads it.
 */
type Status = 'read' | 'unchanged' | 'denied' | 'vanished' | 'failed' | 'not_admitted' | 'not_read';

export interface Coverage {
  readonly status: Status;
  /** Why, unless all is well. */
  readonly reason?: Reason | undefined;
  /** Unix time in milliseconds when it was last read in full, as far as is known. */
  readonly readAtMs?: number | undefined;
}

/** What a stream has missed in a walk. */
interface Gaps {
  partitions: number;
  readonly first: unknown;
}

/** What a walk has come to: what became of each partition, and what each stream has missed. */
export class WalkReport {
  readonly #total: number;
  /** Why no other partition could be read, or none at all. */
  broken: { readonly reason: unknown } | undefined;
  /** Why there are partitions that could not be identified. */
  unlisted: ConnectorError | undefined;
  /** Partitions that were not visited, since no stream was behind. */
  readonly notVisited = new Set<string>();
  /** Partitions that were visited and did not refuse. */
  readonly visited = new Set<string>();
  /** Those that refused, and had not before. */
  readonly newlyRefused = new Set<string>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #failures = new Map<string, Reason>();
  readonly #gaps = new Map<string, Gaps>();
  readonly #ownRefusals = new Map<string, Map<string, unknown>>();

  /** `total` is the number of partitions that were listed. */
  constructor(total: number) {
    this.#total = total;
  }

  /** Notes that a partition refused all streams that share a permission. */
  refuse(id: string, refusal: Refusal, wasRefused: boolean): void {
    this.#refusals.set(id, refusal);
    if (!wasRefused) this.newlyRefused.add(id);
  }

  /** Notes that a partition refused what one stream asks by itself. */
  refuseOwn(stream: string, id: string, error: unknown): void {
    const refused = this.#ownRefusals.get(stream) ?? new Map<string, unknown>();
    this.#ownRefusals.set(stream, refused.set(id, error));
  }

  /** Notes that a stream has missed what partitions refused to it by itself. */
  missRefused(stream: string): void {
    for (const error of this.ownRefusals(stream).values()) this.miss(stream, error);
  }

  /** What partitions refused to one stream by itself, by partition. */
  ownRefusals(stream: string): ReadonlyMap<string, unknown> {
    return this.#ownRefusals.get(stream) ?? new Map();
  }

  /** Notes that a stream could not be read in a partition; the first reason is told. */
  miss(stream: string, error: unknown): void {
    const gaps = this.#gaps.get(stream) ?? { partitions: 0, first: error };
    gaps.partitions += 1;
    this.#gaps.set(stream, gaps);
  }

  /** Notes that a partition could not be read in full; the first reason is told. */
  fail(id: string, error: unknown): void {
    if (!this.#failures.has(id)) this.#failures.set(id, reasonOf(error));
  }

  /** Throws what kept a stream from being read in all partitions. */
  throwMissed(stream: string): void {
    if (this.broken) throw this.broken.reason;
    const { partitions, first } = this.#gaps.get(stream) ?? {};
    if (isExplained(first)) {
      const message = `${partitions} of ${this.#total} could not be read; the warnings above name each. The first: ${first.message}`;
      throw new ConnectorError(first.failureType, message, { cause: first });
    }
    if (first !== undefined) throw first;
    if (this.unlisted) throw this.unlisted;
  }

  /** What came of a partition, by this report and what the schedules of the streams know of it. */
  coverageOf(id: string, schedules: readonly VisitSchedule[]): Coverage {
    const times = schedules.map((schedule) => schedule.readAtMs(id) ?? Number.NaN);
    const oldestMs = Math.min(...times);
    const readAtMs = Number.isNaN(oldestMs) ? undefined : oldestMs;
    const wasVisited = this.visited.has(id);
    const broken = wasVisited || this.notVisited.has(id) ? undefined : this.broken;
    const reason = this.#failures.get(id);
    if (reason) return { status: 'failed', reason, readAtMs };
    if (broken) return { status: 'failed', reason: reasonOf(broken.reason), readAtMs };
    const [refusal = this.#refusals.get(id)] = schedules.flatMap((schedule) => schedule.refusal(id) ?? []);
    if (refusal) return { status: refusal.kind, reason: refusal, readAtMs };
    return { status: wasVisited ? 'read' : 'unchanged', readAtMs };
  }
}
