import { ConnectorError, isExplained, type Reason, type Refusal, reasonOf } from '../errors.ts';
import type { Listed, WalkLedger } from '../ledger/ledger.ts';

/**
 * What came of a partition: it was looked into, or left alone since it neither moved nor was due; may not be read, or was gone;
 * could not be read; is kept out by the settings; or nothing that it holds is wanted.
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
  /** Why there are partitions that nobody could look for. */
  unlisted: ConnectorError | undefined;
  /** Partitions that were left alone, since no stream was behind. */
  readonly left = new Set<string>();
  /** Those that were looked into, in full or not; those that were out are not among them. */
  readonly seen = new Set<string>();
  /** Those that were out, and had not been before. */
  readonly newlyOut = new Set<string>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #failures = new Map<string, Reason>();
  readonly #gaps = new Map<string, Gaps>();
  readonly #refusedSeparately = new Map<string, Map<string, unknown>>();

  /** `total` is the number of partitions that were listed. */
  constructor(total: number) {
    this.#total = total;
  }

  refuse(id: string, refusal: Refusal, wasOut: boolean): void {
    this.#refusals.set(id, refusal);
    if (!wasOut) this.newlyOut.add(id);
  }

  /** The partitions that refused what a stream asked by itself, and how. */
  refusedSeparately(stream: string): Map<string, unknown> {
    const refused = this.#refusedSeparately.get(stream) ?? new Map<string, unknown>();
    this.#refusedSeparately.set(stream, refused);
    return refused;
  }

  /** Whether all partitions refuse what a stream asks by itself, as far as they were asked now: it has missed them then. */
  areAllRefused(stream: string, partitions: readonly Listed[], wasRefused: (partition: Listed) => boolean): boolean {
    const refused = this.refusedSeparately(stream);
    const areAll = partitions.every((partition) => refused.has(partition.id) || wasRefused(partition));
    if (refused.size === 0 || !areAll) return false;
    for (const error of refused.values()) this.miss(stream, error);
    return true;
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

  /** What came of a partition, by what was found and what the ledgers of the streams know of it. */
  coverageOf(id: string, ledgers: readonly WalkLedger[]): Coverage {
    const times = ledgers.map((ledger) => ledger.readAtMs(id) ?? Number.NaN);
    const oldestMs = Math.min(...times);
    const readAtMs = Number.isNaN(oldestMs) ? undefined : oldestMs;
    const isSeen = this.seen.has(id);
    const failure = isSeen || this.left.has(id) ? undefined : this.broken;
    const reason = this.#failures.get(id);
    if (reason) return { status: 'failed', reason, readAtMs };
    if (failure) return { status: 'failed', reason: reasonOf(failure.reason), readAtMs };
    const [refusal = this.#refusals.get(id)] = ledgers.flatMap((ledger) => ledger.refusal(id) ?? []);
    if (refusal) return { status: refusal.kind, reason: refusal, readAtMs };
    return { status: isSeen ? 'read' : 'unchanged', readAtMs };
  }
}
