import type { DeliveredSection } from './delivered-section.ts';

/** What was delivered of a partition. */
export interface DeliveredPartition {
  /** Fingerprint of what all sections depend on; undefined if they were not all read with the same. */
  shared: number | undefined;
  /** Whether the list of partitions lacked it, together with too many others. */
  isDoubted: boolean;
  /** Whether a STATE announced rows of it that may have been printed since: all of it has to be sent again. */
  isOpen: boolean;
  /** In their order, by their ids. */
  readonly sections: Map<string, DeliveredSection>;
}

export function nothingDelivered(): DeliveredPartition {
  return { shared: undefined, isDoubted: false, isOpen: false, sections: new Map() };
}

/** How many rows a state names beside the sections, or would if there were not too many. */
export function rowsToName({ sections }: DeliveredPartition): number {
  let total = 0;
  for (const [id, { rows, count }] of sections) if (!(count === 1 && rows?.keys[0] === id)) total += count;
  return total;
}

/** Whether rows were delivered whose names were given up. */
export function isUnnamed({ sections }: DeliveredPartition): boolean {
  return sections.values().some(({ rows, count }) => rows === undefined && count > 0);
}

/** Gives up the names of all rows: their sections remain. */
export function unname({ sections }: DeliveredPartition): void {
  for (const section of sections.values()) section.rows = undefined;
}

export function keysOf({ sections }: DeliveredPartition): readonly string[] {
  return [...sections.values()].flatMap(({ rows }) => rows?.keys ?? []);
}
