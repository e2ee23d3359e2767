import { isPartitionStream, type Stream } from '../../src/cdk/stream.ts';
import { Arrivals, type SyncMode } from '../support/destination.ts';
import type { Doubts, Finding } from './model-doubts.ts';
import { type Evidence, isTombstone, violations } from './model-judge.ts';
import type { LogOutcome } from './model-log.ts';
import { appIn, difference, discrepancies, type Rows, rowsByKey } from './model-rows.ts';

/** What a sync has done to a stream. */
export interface Outcome extends Pick<Evidence, 'sent' | 'status' | 'missed' | 'closed'> {
  readonly isRetry: boolean;
  /** The rows that the tenant holds, as they are to be printed. */
  readonly truth: Rows;
  readonly partitions: Finding['partitions'] | undefined;
  /** Where it tells of what has happened. */
  readonly log?: LogOutcome | undefined;
}

/** Numbers of what has happened, by name. */
export interface Tally {
  [what: string]: number;
}

/** One stream of a connection: what has arrived of it, and what may be asked of the next sync. */
export class StreamModel {
  readonly name: string;
  readonly arrivals: Arrivals;
  mode: SyncMode = 'incremental';
  /** Whether rows have arrived that the source cannot know of, since no state came after them. */
  isTorn = false;
  /** Whether a full refresh has not come to its end. */
  isUnfinished = false;
  readonly primaryKey: readonly string[];
  readonly #doubts: Doubts;
  #latestMs = Number.NEGATIVE_INFINITY;
  /** Whether it is handed the state of a full refresh that it has completed: nothing is left to be sent. */
  #isDone = false;
  #known: Rows = new Map();
  #table: Rows = new Map();

  /** Whether it is read in sessions with apps: what is in an app that may not be opened, it does not see. */
  readonly isInSessions: boolean;
  /** The stream whose rows it is read by, if it is read by any. */
  readonly partitionedBy: string | undefined;

  constructor(stream: Stream<never>, doubts: Doubts) {
    const { name, primaryKey } = stream;
    this.partitionedBy = isPartitionStream(stream) ? stream.partitionedBy : undefined;
    this.isInSessions = isPartitionStream(stream) && stream.partitionedBy === 'apps' && !stream.hasOwnPermission;
    this.name = name;
    this.arrivals = new Arrivals(primaryKey);
    this.primaryKey = primaryKey;
    this.#doubts = doubts;
  }

  get isInApps(): boolean {
    return this.primaryKey[0] === 'appId';
  }

  get #isByPartition(): boolean {
    return this.primaryKey.length > 1;
  }

  begin(isRetry: boolean): void {
    this.#isDone = isRetry && this.#isByPartition && this.mode === 'full_refresh' && !this.isUnfinished;
    this.arrivals.begin(this.mode, isRetry);
    this.#latestMs = this.arrivals.acknowledged.latestMs;
    this.#known = rowsByKey(this.arrivals.acknowledged.rows.values(), this.primaryKey);
    this.#table = rowsByKey(this.arrivals.table.rows.values(), this.primaryKey);
  }

  /** The other mode from the next sync on: what came before counts for nothing. */
  switchMode(): void {
    this.mode = this.mode === 'incremental' ? 'full_refresh' : 'incremental';
    this.isUnfinished = false;
    this.isTorn = false;
  }

  /** All that is wrong, in words. */
  judge(outcome: Outcome, tally: Tally): string[] {
    const { sent, status } = outcome;
    count(tally, 'records', sent.filter((row) => !isTombstone(row)).length);
    count(tally, 'tombstones', sent.filter(isTombstone).length);
    if (status) count(tally, status);
    const faults = this.mode === 'incremental' ? this.#increment(outcome, tally) : this.#refresh(outcome);
    this.#end(outcome);
    return faults;
  }

  #increment({ truth, partitions, log, ...told }: Outcome, tally: Tally): string[] {
    const { status } = told;
    const closed = this.isInSessions ? told.closed : new Set<string>();
    const outcome = { ...told, closed };
    const goal = new Map(truth);
    if (partitions) {
      const isClosed = (key: string) => closed.has(appIn(key));
      for (const key of truth.keys()) if (isClosed(key)) goal.delete(key);
      // What was delivered of it stays, unless it is gone altogether.
      for (const [key, row] of this.#table) if (isClosed(key) && partitions.listed.has(appIn(key))) goal.set(key, row);
    }
    if (log) {
      // What is not shown any more stays.
      for (const [key, row] of this.#table) if (!truth.has(key)) goal.set(key, row);
    } else if (status === 'COMPLETE') {
      const kept = this.#doubts.kept({
        stream: this.name,
        known: this.#known,
        goal,
        ...(partitions && { partitions }),
      });
      for (const [key, row] of kept) goal.set(key, row);
      count(tally, 'doubted', kept.size);
    }
    const { repeatable } = log ?? {};
    const evidence = { name: this.name, primaryKey: this.primaryKey, known: this.#known, goal, ...outcome, repeatable };
    const table = rowsByKey(this.arrivals.table.rows.values(), this.primaryKey);
    return violations({ ...evidence, table, latestMs: this.#latestMs });
  }

  #refresh({ sent, status, missed, truth, closed, isRetry }: Outcome): string[] {
    const open = new Map(truth.entries().filter(([key]) => !this.isInSessions || !closed.has(appIn(key))));
    const delivered = rowsByKey(sent, this.primaryKey);
    const faults = [
      ...(this.#isDone && sent.length > 0 ? ['sent once more in a retry'] : []),
      ...(sent.some(isTombstone) ? ['a tombstone in a full refresh'] : []),
      ...(delivered.size < sent.length ? ['a row came twice'] : []),
      ...(status === 'INCOMPLETE' && missed === undefined ? ['INCOMPLETE without a cause'] : []),
      ...discrepancies(delivered, new Map([...open].filter(([key]) => delivered.has(key)))),
    ];
    if (status === 'COMPLETE') {
      const table = rowsByKey(this.arrivals.table.rows.values(), this.primaryKey);
      faults.push(...discrepancies(table, open));
      const { changed } = difference(delivered, open);
      if (!isRetry && changed.size > 0) faults.push(`not sent: ${[...changed].slice(0, 3)}`);
    }
    return faults.map((fault) => `${this.name}, in full: ${fault}`);
  }

  #end({ status }: Outcome): void {
    const isComplete = status === 'COMPLETE';
    this.isTorn = !isComplete && this.mode === 'incremental' && (this.isTorn || this.arrivals.isAhead);
    this.isUnfinished = !isComplete && this.mode === 'full_refresh';
  }
}

export function count(tally: Tally, what: string, number = 1): void {
  tally[what] = (tally[what] ?? 0) + number;
}
