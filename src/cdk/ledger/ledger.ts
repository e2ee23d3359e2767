import type { Refusal } from '../errors.ts';
import type { JsonObject } from '../protocol/messages.ts';
import type { Section } from '../stream.ts';
import type { Verdict } from './mass-deletion.ts';
import type { PartitionReading } from './partition-reading.ts';

/** Rows that a state names one by one; more would make it too large to be handed around. */
export const MOST_KEYS = 250_000;

/** A row as it is printed, the change columns apart. */
export interface SerializedRow {
  /** Tells it apart from the other rows of its list or partition. */
  readonly key: string;
  /** JSON. */
  readonly data: string;
  /** The source's own modification time, as it came. */
  readonly updatedAt: unknown;
}

/** How one listed stream finds out which rows to send; either keeps what is to be remembered, or forgets all. */
export interface ListLedger {
  /** Notes a row, by its key and its printed form; whether it has to be sent. A row that was noted in this sync is not. */
  take(key: string, data: string, updatedAt: unknown): boolean;
  /** Judges what is missing, when everything was listed. */
  settle(): Verdict;
  /** Takes out a row whose deletion is being sent. */
  forget(key: string): void;
  /** What the next sync has to know. */
  save(complete: boolean): JsonObject;
  /** Roughly the length of that. */
  readonly weight: number;
  /** Whether there are too many rows to remember. */
  readonly isOverfull: boolean;
}

/** A partition, as it was listed. */
export interface Listed {
  readonly id: string;
  /** Something in JSON that moves when the partition does, as far as the list tells. */
  readonly version: unknown;
}

/** How a stream that is read by partition finds out where to look, and which rows to send. */
export interface WalkLedger {
  /** Whether the partition has to be looked at. */
  isBehind(partition: Listed): boolean;
  /** Whether it may be looked at, since another stream does. */
  mayJoin(partition: Listed): boolean;
  /** Unix time in milliseconds when the partition was last read in full, as far as is known. */
  readAtMs(id: string): number | undefined;
  /** Why the partition is out, if it was when last tried. */
  refusal(id: string): Refusal | undefined;
  /** Notes that the partition is out; that is certain if it was before. */
  refuse(partition: Listed, refusal: Refusal, wasOut: boolean): void;
  /** Notes that a look begins: unless it ends well, the partition has to be looked at again. */
  begin(partition: Listed): void;
  /** The refusals so far are a matter of single partitions: until that is certain, no state keeps them. */
  confirmRefusals(): void;
  /** Takes back all refusals of this sync: it turned out not to be a matter of single partitions. */
  forgetRefusals(): void;
  look(partition: Listed, sections: readonly Section[]): PartitionReading;
  /** Judges what is missing, when all partitions are listed. */
  settle(ids: ReadonlySet<string>): Verdict;
  /** Takes out a partition, whose deletion is being sent; the keys of its rows come back. */
  forget(id: string): readonly string[];
  save(complete: boolean): JsonObject;
  /** Roughly the length of that. */
  readonly weight: number;
  /** Whether there are, or were, too many rows to remember each. */
  readonly isOverfull: boolean;
}
