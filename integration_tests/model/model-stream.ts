import { isPartitionStream, type Stream } from '../../src/cdk/stream.ts';
import { Arrivals, type DedupTable, type SyncMode } from '../support/destination.ts';
import { announcedIn } from './model-announced.ts';
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
  /** Whether a full refresh has not come to its end. */
  isUnfinished = false;
  readonly primaryKey: readonly string[];
  readonly #doubts: Doubts;
  #latestMs = Number.NEGATIVE_INFINITY;
  #isDone = false;
  /** What was there when the sync began: in the warehouse that keeps lines up to a STATE, and in the one that keeps all. */
  #known: Rows = new Map();
  #table: Rows = new Map();
  #announced = announcedIn(undefined);
  /** Whether the last sync has come to its end, and whether the one before it had. */
  #isWhole = true;
  #wasWhole = true;

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

  /** Whether it is handed what it has completed, so that it is not read at all. */
  get isDone(): boolean {
    return this.#isDone;
  }

  begin(isRetry: boolean): void {
    this.#isDone = isRetry && this.#isByPartition && this.mode === 'full_refresh' && !this.isUnfinished;
    this.arrivals.begin(this.mode, isRetry);
    this.#latestMs = this.arrivals.table.latestMs;
    this.#announced = announcedIn(this.arrivals.state);
    this.#wasWhole = this.#isWhole;
    this.#known = this.#rows(this.arrivals.acknowledged);
    this.#table = this.#rows(this.arrivals.table);
  }

  /** The other mode from the next sync on: what came before counts for nothing. */
  switchMode(): void {
    this.mode = this.mode === 'incremental' ? 'full_refresh' : 'incremental';
    this.isUnfinished = false;
  }

  /** Whether a killed sync has left a reason to visit an app, though it has not moved. */
  isUnsureOf(appId: string): boolean {
    return !this.#wasWhole && !this.#announced.isSureOf(appId);
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
    const isOut = (key: string) =>
      // Of an app that is closed, what was delivered stays, unless it is gone altogether; of a log, what is not shown any more.
      log ? !truth.has(key) : (partitions?.listed.has(appIn(key)) ?? false) && closed.has(appIn(key));
    const known = this.#known;
    const doubted =
      log || status !== 'COMPLETE'
        ? new Map<string, string>()
        : this.#doubted(goalFrom(known, truth, isOut), partitions);
    count(tally, 'doubted', doubted.size);
    const isLeft = (key: string) => isOut(key) || doubted.has(key);
    const goal = goalFrom(known, truth, isLeft);
    const evidence = { name: this.name, primaryKey: this.primaryKey, known, goal, ...outcome };
    const { acknowledged, table } = this.arrivals;
    const orphans = this.#orphans(truth);
    const kept = new Map(
      this.#rows(table)
        .entries()
        .filter(([key]) => !orphans.has(key)),
    );
    count(tally, 'orphans', orphans.size);
    return violations({
      ...evidence,
      warehouses: [
        { keeps: 'lines up to a STATE', table: this.#rows(acknowledged), goal },
        {
          keeps: 'all lines',
          table: kept,
          goal: goalFrom(this.#table, truth, (key) => isLeft(key) && !orphans.has(key)),
        },
      ],
      mayRepeat: (key) => this.#announced.hasRow(key) || (log?.repeatable.has(key) ?? false),
      latestMs: this.#latestMs,
    });
  }

  #doubted(goal: Rows, partitions: Finding['partitions']): Rows {
    return this.#doubts.kept({ stream: this.name, known: this.#known, goal, ...(partitions && { partitions }) });
  }

  /** Rows that were new, printed after the last STATE of a killed sync, and gone before the next one: nobody can know of them. */
  #orphans(truth: Rows): ReadonlySet<string> {
    return new Set(this.#table.keys().filter((key) => !this.#known.has(key) && !truth.has(key)));
  }

  #rows(table: DedupTable): Map<string, string> {
    return rowsByKey(table.rows.values(), this.primaryKey);
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
      faults.push(...discrepancies(this.#rows(this.arrivals.table), open));
      const { changed } = difference(delivered, open);
      if (!isRetry && changed.size > 0) faults.push(`not sent: ${[...changed].slice(0, 3)}`);
    }
    return faults.map((fault) => `${this.name}, in full: ${fault}`);
  }

  #end({ status }: Outcome): void {
    const isComplete = status === 'COMPLETE';
    this.#isWhole = isComplete;
    this.isUnfinished = !isComplete && this.mode === 'full_refresh';
  }
}

/** What a warehouse has to hold that held `before`: the truth, but for what stays as it was. */
function goalFrom(before: Rows, truth: Rows, isLeft: (key: string) => boolean): Rows {
  return new Map([
    ...truth.entries().filter(([key]) => !isLeft(key)),
    ...before.entries().filter(([key]) => isLeft(key)),
  ]);
}

export function count(tally: Tally, what: string, number = 1): void {
  tally[what] = (tally[what] ?? 0) + number;
}
