import { FINGERPRINTS } from './fingerprint.ts';
import type { KeyedFingerprints } from './keyed-fingerprints.ts';

/** What was delivered of a section. */
export interface DeliveredSection {
  /** Fingerprint of the version that was read; undefined if what was delivered is not all of one. */
  readonly version: number | undefined;
  /** Its rows, by the rest of their keys; undefined where there are too many to remember. */
  rows: KeyedFingerprints | undefined;
  readonly count: number;
  /** All fingerprints added up: whether any row differs can be told without naming them. */
  readonly sum: number;
  /** Whether the partition lacked it when last read, together with too many others. */
  isDoubted: boolean;
}

/** Holds rows that no longer stand in any section that was read, until all were: they may have moved. */
export const UNPLACED = '*';

/** A section's id as ledgers spell it: one of nothing but asterisks has one more, so that none is `UNPLACED`. */
export function spelled(id: string): string {
  return /^\*+$/.test(id) ? `*${id}` : id;
}

/** A section that holds these rows. */
export function deliveredSection(version: number | undefined, rows: ReadonlyMap<string, number>): DeliveredSection {
  const fingerprints = [...rows.values()];
  return {
    version,
    rows: { keys: [...rows.keys()], fingerprints },
    count: rows.size,
    sum: sumOf(fingerprints),
    isDoubted: false,
  };
}

export function sumOf(fingerprints: Iterable<number>): number {
  let sum = 0;
  for (const each of fingerprints) sum = (sum + each) % FINGERPRINTS;
  return sum;
}
