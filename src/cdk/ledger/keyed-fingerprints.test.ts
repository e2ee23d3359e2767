import { expect, test } from 'vitest';
import {
  restoredFingerprints,
  type SavedFingerprints,
  savedFingerprints,
  uniqueMap,
  unpackedFor,
} from './keyed-fingerprints.ts';

const MOST = 2 ** 48 - 1;
const ROWS = new Map([
  ['a', 0],
  ['["b",1]', 7],
  ['ü', MOST],
]);
const SAVED = savedFingerprints([...ROWS.keys()], (key) => ROWS.get(key) ?? 0);

test('keys come back with their fingerprints, in their order', () => {
  expect([...restoredFingerprints(SAVED)]).toEqual([...ROWS]);
  expect(restoredFingerprints({})).toEqual(new Map());
});

test.each<[what: string, saved: SavedFingerprints, message: string]>([
  ['fewer keys', { ...SAVED, keys: ['a', 'b'] }, 'its keys and fingerprints do not go together'],
  ['fewer fingerprints', { ...SAVED, prints: SAVED.prints.slice(8) }, 'its keys and fingerprints do not go together'],
  ['a key twice', { ...SAVED, keys: ['a', 'b', 'a'] }, 'it names a row twice'],
])('what has %s is refused', (_, saved, message) => {
  expect(() => restoredFingerprints(saved)).toThrow(new RangeError(message));
});

test('a refusal names the partition, and what is named twice', () => {
  expect(() => unpackedFor(1, SAVED.prints, 'p')).toThrow('the keys and fingerprints of p do not go together');
  const twice = [
    ['s', 1],
    ['s', 2],
  ] as const;
  expect(() => uniqueMap(twice, 'a section of p')).toThrow('it names a section of p twice');
});
