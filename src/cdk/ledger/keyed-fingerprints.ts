import type { Schema } from '../protocol/messages.ts';
import { packed, unpacked } from './fingerprint.ts';

/** Keys, and a fingerprint for each in the same order. */
export interface KeyedFingerprints {
  readonly keys: readonly string[];
  readonly fingerprints: readonly number[];
}

/** Keys and fingerprints as a state holds them. */
export interface SavedFingerprints {
  readonly keys?: readonly string[];
  /** Packed, in the order of the keys. */
  readonly prints?: string;
}

export const TEXTS: Schema = { type: 'array', items: { type: 'string' } };
export const SAVED_FINGERPRINTS = { keys: TEXTS, prints: { type: 'string' } } as const satisfies {
  [name: string]: Schema;
};

export function savedFingerprints(keys: readonly string[], fingerprintFor: (key: string) => number) {
  return { keys, prints: packed(keys.map(fingerprintFor)) };
}

/** Throws a `RangeError` for what `savedFingerprints` has not made. */
export function restoredFingerprints({ keys = [], prints = '' }: SavedFingerprints): Map<string, number> {
  const fingerprints = unpackedFor(keys.length, prints);
  return uniqueMap(
    keys.map((key, index) => [key, fingerprints[index] as number]),
    'a row',
  );
}

/** Unpacks a state's fingerprints. Throws a `RangeError` if the text does not hold exactly `count`; `partition` says whose they are. */
export function unpackedFor(count: number, text: string, partition?: string): readonly number[] {
  const fingerprints = unpacked(text, count);
  if (!fingerprints) throw mismatch(partition);
  return fingerprints;
}

/** The error for a state, or a partition in it, whose parts are of different lengths. */
export function mismatch(partition?: string): RangeError {
  const what = partition === undefined ? 'its keys and fingerprints' : `the keys and fingerprints of ${partition}`;
  return new RangeError(`${what} do not go together`);
}

/** A map of what a state lists. Throws a `RangeError` if it lists `what` twice. */
export function uniqueMap<Value>(entries: readonly (readonly [string, Value])[], what: string): Map<string, Value> {
  const map = new Map(entries);
  if (map.size < entries.length) throw new RangeError(`it names ${what} twice`);
  return map;
}
