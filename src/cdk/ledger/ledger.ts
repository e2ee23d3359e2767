import type { JsonObject } from '../protocol/messages.ts';

/** Rows that a state names one by one; more would make it too large to be handed around. */
export const MOST_KEYS = 250_000;

/** A row ready for output, except for the change columns. */
export interface SerializedRow {
  /** Identifies the row within its list or partition. */
  readonly key: string;
  /** JSON. */
  readonly data: string;
  /** The source's own modification time, as the row has it. */
  readonly updatedAt: unknown;
}

/** When a STATE is printed: while rows may follow it, after the last row of a sync that broke off, or when the stream is complete. */
export type Moment = 'running' | 'ended' | 'complete';

/** What a STATE is made of. */
export interface Saveable {
  /** What the next sync has to know. */
  save(moment: Moment): JsonObject;
  /** Roughly the length of that. */
  readonly weight: number;
}

/**
 * A ledger whose STATEs announce the rows that may follow them. Rows that are printed after a STATE may reach the warehouse although
 * the next sync starts from that STATE, so it sends again what it finds where rows were announced.
 */
export interface AnnouncingLedger extends Saveable {
  /** Whether the last STATE announces rows: those of a partition, where the stream is read by partition. */
  isAnnounced(partition: string | undefined): boolean;
  /**
   * Has the STATE that is printed now, and all later ones while the sync runs, announce rows. The ledger holds the rows with the
   * `unprinted` keys already. What a STATE announces should last for a time.
   */
  announce(unprinted: readonly string[], forMs: number): void;
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
