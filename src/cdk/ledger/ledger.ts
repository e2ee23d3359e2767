import type { Section } from '../stream.ts';
import type { PartitionReading } from './partition-reading.ts';
import type { VisitSchedule } from './visit-schedule.ts';

/** Rows that a state names one by one; more would make it too large to be handed around. */
export const MOST_KEYS = 250_000;

/** A row ready for output, except for the change columns. */
export interface SerializedRow {
  /** Identifies the row within its list or partition. */
  readonly key: string;
  /** JSON. */
  readonly data: string;
  /** The source's own modification time, as it came. */
  readonly updatedAt: unknown;
}

/** Decides which rows of a list are sent. */
export interface RowFilter {
  /** Notes a row, by its key and its JSON; whether it has to be sent. A row that was noted in this sync does not. */
  take(key: string, data: string, updatedAt: unknown): boolean;
}

/** A partition, as it was listed. */
export interface ListedPartition {
  readonly id: string;
  /** Something in JSON that moves when the partition does, as far as the list tells. */
  readonly version: unknown;
}

/** Decides which partitions of a stream are visited, and which of their rows are sent. */
export interface PartitionReader {
  readonly schedule: VisitSchedule;
  /** Begins to read a partition whose visit has begun. */
  read(partition: ListedPartition, sections: readonly Section[]): PartitionReading;
}
