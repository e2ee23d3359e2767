import type { Refusal } from '../errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { ListedPartition } from './ledger.ts';
import { isDue } from './reread.ts';

/** What is known of the visits of a partition. */
export interface PastVisits {
  /** Fingerprint of the version that was read to its end, or refused; undefined if it has to be visited whatever its version. */
  readonly version?: number | undefined;
  /** Unix time in milliseconds when all of it was last read. */
  readonly readAtMs?: number | undefined;
  /** Unix time in milliseconds when it was refused, if it was when last visited. */
  readonly refusedAtMs?: number | undefined;
  /** Why it was refused, where that is remembered. */
  readonly refusal?: Refusal | undefined;
}

const NEVER: PastVisits = {};

/** Of a partition whose refusal is taken back. */
const NOT_REFUSED: PastVisits = { version: undefined, refusedAtMs: undefined, refusal: undefined };

/** Decides which partitions are visited. */
export interface VisitRule {
  isBehind(partition: ListedPartition, past: PastVisits, nowMs: number): boolean;
  /** Whether all of a partition is to be read, changed or not. */
  isFullReadDue(id: string, past: PastVisits, nowMs: number): boolean;
  /** Whether a partition that is visited for another stream is read too where this one is not behind. */
  readonly readsAlong: boolean;
}

export interface RereadOptions {
  /** How long a partition that did not move is not visited. */
  readonly rereadAfterMs: number;
  /** Whether a partition that does not move is visited again only where it was refused. */
  readonly onlyWhenMoved?: boolean;
}

/** Partitions are visited when their version moves, and again after a period; those that were refused, too. */
export function whenMovedOrDue({ rereadAfterMs: periodMs, onlyWhenMoved = false }: RereadOptions): VisitRule {
  const isDueSince = (sinceMs: number | undefined, id: string, nowMs: number) =>
    sinceMs === undefined || isDue(sinceMs, id, { nowMs, periodMs });
  return {
    isBehind({ id, version }, past, nowMs) {
      if (past.version !== fingerprintOf(version)) return true;
      const isSettled = onlyWhenMoved && past.refusedAtMs === undefined && past.readAtMs !== undefined;
      return !isSettled && isDueSince(triedAtMs(past), id, nowMs);
    },
    isFullReadDue: (id, { readAtMs, refusal }, nowMs) => refusal !== undefined || isDueSince(readAtMs, id, nowMs),
    readsAlong: !onlyWhenMoved,
  };
}

function triedAtMs({ refusedAtMs, readAtMs }: PastVisits): number | undefined {
  return refusedAtMs ?? readAtMs;
}

/**
 * When a stream has to visit partitions, and which of them refuse it. A partition whose visit begins has to be visited again
 * unless it ends well, or the refusal of this partition is noted.
 */
export class VisitSchedule {
  /** When the sync began, as Unix time in milliseconds. */
  readonly startedAtMs = Date.now();
  readonly #rule: VisitRule;
  readonly #visits: Map<string, PastVisits>;
  /** Partitions refused in this sync, perhaps not for a reason of their own. */
  readonly #unconfirmed = new Set<string>();

  constructor(rule: VisitRule, visits: ReadonlyMap<string, PastVisits> = new Map()) {
    this.#rule = rule;
    this.#visits = new Map(visits);
  }

  isBehind(partition: ListedPartition): boolean {
    return this.#rule.isBehind(partition, this.#past(partition.id), this.startedAtMs);
  }

  /** Whether a partition is read when it is visited, be it for another stream. */
  takesPart(partition: ListedPartition): boolean {
    return this.#rule.readsAlong || this.isBehind(partition);
  }

  /** Whether all of a partition is to be read, changed or not. */
  isFullReadDue(id: string): boolean {
    return this.#rule.isFullReadDue(id, this.#past(id), this.startedAtMs);
  }

  begin({ id }: ListedPartition): void {
    this.#note(id, { version: undefined });
  }

  /** Notes that a visit has come to its end: `readAtMs` if all was read. If doubts remain, the next sync visits it again. */
  end(partition: ListedPartition, { readAtMs, hasDoubts = false }: { readAtMs?: number; hasDoubts?: boolean }): void {
    const version = hasDoubts ? undefined : fingerprintOf(partition.version);
    this.#note(partition.id, { ...NOT_REFUSED, version, ...(readAtMs !== undefined && { readAtMs }) });
  }

  /** Notes that a partition refuses the stream: it is visited again when it moves or is due. */
  refuse(
    { id, version }: ListedPartition,
    { refusal, isConfirmed }: { refusal?: Refusal; isConfirmed: boolean },
  ): void {
    this.#note(id, { version: fingerprintOf(version), refusedAtMs: this.startedAtMs, refusal });
    if (!isConfirmed) this.#unconfirmed.add(id);
  }

  /** The partitions refused so far were refused for reasons of their own; until that is certain, no state tells of it. */
  confirmRefusals(): void {
    this.#unconfirmed.clear();
  }

  /** What was refused and not confirmed was not refused for reasons of its own: it counts as not visited. */
  takeBackRefusals(): void {
    for (const id of this.#unconfirmed) this.#note(id, NOT_REFUSED);
  }

  /** Has all refused partitions visited again, whenever they were refused. */
  retryRefused(): void {
    for (const id of this.#visits.keys()) this.retry(id);
  }

  /** Has a partition visited again if it is refused, whenever that was. */
  retry(id: string): void {
    if (this.isRefused(id)) this.#note(id, { version: undefined });
  }

  isRefused(id: string): boolean {
    return this.#past(id).refusedAtMs !== undefined;
  }

  /** Why a partition was refused, if it was when last visited. */
  refusal(id: string): Refusal | undefined {
    return this.#past(id).refusal;
  }

  /** Unix time in milliseconds when all of a partition was last read, as far as is known. */
  readAtMs(id: string): number | undefined {
    return this.#past(id).readAtMs;
  }

  /** Unix time in milliseconds when a partition was last read in full or refused. */
  triedAtMs(id: string): number | undefined {
    return triedAtMs(this.#past(id));
  }

  forget(id: string): void {
    this.#visits.delete(id);
  }

  /** The partitions that are known, in the order in which they came to be. */
  get ids(): Iterable<string> {
    return this.#visits.keys();
  }

  /** What a state may tell of a partition. */
  saved(id: string): PastVisits {
    const past = this.#past(id);
    return this.#unconfirmed.has(id) ? { ...past, ...NOT_REFUSED } : past;
  }

  #past(id: string): PastVisits {
    return this.#visits.get(id) ?? NEVER;
  }

  #note(id: string, news: PastVisits): void {
    this.#visits.set(id, { ...this.#past(id), ...news });
  }
}
