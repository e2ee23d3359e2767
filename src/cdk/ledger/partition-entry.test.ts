import { describe, expect, test } from 'vitest';
import type { Refusal } from '../errors.ts';
import { dice } from '../testing/library.ts';
import {
  delivered,
  type Entry,
  emptyEntry,
  restoredEntry,
  rowsToName,
  type SavedEntry,
  savedEntry,
  sumOf,
  UNPLACED,
  unname,
} from './partition-entry.ts';

const LOCKED: Refusal = { kind: 'denied', code: 'E-5', message: 'p is locked.', remedy: 'Find the key.' };

const rows = (...keys: string[]) => new Map(keys.map((key, index) => [key, index + 1]));

function entryWith(sections: { readonly [id: string]: ReadonlyMap<string, number> }, more: Partial<Entry> = {}): Entry {
  const held = Object.entries(sections).map(([id, own], index) => [id, delivered(index + 10, own)] as const);
  return { ...emptyEntry(), sections: new Map(held), ...more };
}

/** As it comes back from a file. */
const roundTrip = (entry: Entry) => {
  const refusals: Refusal[] = [];
  const saved = JSON.parse(JSON.stringify(savedEntry('p', entry, refusals))) as SavedEntry;
  return restoredEntry(saved, refusals);
};

describe('an entry comes back from its state as it was', () => {
  test.each<[what: string, entry: Entry]>([
    ['of nothing', emptyEntry()],
    ['of sections without rows', entryWith({ a: rows(), b: rows() })],
    ['of sections with one row each, called like them', entryWith({ a: rows('a'), b: rows('b') })],
    ['of sections with one row each, called otherwise', entryWith({ a: rows('b'), b: rows('a') })],
    ['of sections with several rows', entryWith({ a: rows('x', 'y'), b: rows(), c: rows('z') })],
    ['of rows that wait for their place', entryWith({ a: rows('x'), [UNPLACED]: rows('y') })],
    ['that was read', entryWith({}, { version: 7, readAtMs: 1_767_000_000_123, shared: 2 ** 48 - 1 })],
    ['that was out', entryWith({ a: rows('x') }, { refusal: LOCKED, refusedAtMs: 1_767_000_000_000, version: 0 })],
    ['that is doubted', entryWith({ a: rows('x') }, { isDoubted: true })],
  ])('%s', (_, entry) => {
    expect(roundTrip(entry)).toEqual(entry);
  });

  test('with sections of no version, and doubted ones', () => {
    const entry = entryWith({ a: rows('x'), b: rows('y', 'z'), c: rows() });
    entry.sections.set('d', { ...delivered(undefined, rows('v')), isDoubted: true });
    expect(roundTrip(entry)).toEqual(entry);
    entry.sections.set('a', delivered(undefined, rows('x')));
    expect(roundTrip(entry)).toEqual(entry);
  });

  test('with the sums of its sections where rows are not named', () => {
    const entry = entryWith({ a: rows('x'), b: rows('y', 'z'), c: rows() });
    unname(entry);
    expect(roundTrip(entry)).toEqual(entry);
    expect([...roundTrip(entry).sections.values()].map(({ sum, count }) => [sum, count])).toEqual([
      [1, 1],
      [3, 2],
      [0, 0],
    ]);
  });

  test('with sums alone where some rows are named and some are not', () => {
    const entry = entryWith({ a: rows('x'), b: rows('y', 'z') });
    unname(entry);
    entry.sections.set('a', delivered(3, rows('v', 'w')));
    const back = roundTrip(entry);
    expect([...back.sections.values()].map(({ rows: named, sum }) => [named, sum])).toEqual([
      [undefined, 3],
      [undefined, 3],
    ]);
  });
});

test('what goes without saying is not saved', () => {
  expect(savedEntry('p', entryWith({ a: rows('a'), b: rows('b') }))).not.toHaveProperty('keys');
  expect(savedEntry('p', entryWith({ a: rows('a'), b: rows('b') }))).not.toHaveProperty('counts');
  expect(savedEntry('p', emptyEntry())).toEqual({ id: 'p', sections: [], prints: '' });
});

const SAVED = JSON.parse(JSON.stringify(savedEntry('p', entryWith({ a: rows('x', 'y'), b: rows('z') })))) as SavedEntry;

test.each<[what: string, damaged: Partial<SavedEntry>]>([
  ['fewer sections', { sections: ['a'] }],
  ['more sections', { sections: ['a', 'b', 'c'] }],
  ['other counts', { counts: [2, 2] }],
  ['fewer counts', { counts: [3] }],
  ['fewer keys', { keys: ['x', 'y'] }],
  ['fewer fingerprints', { prints: SAVED.prints.slice(8) }],
  ['a damaged fingerprint', { prints: SAVED.prints.replace(/.$/, '!') }],
  ['fewer versions', { versions: SAVED.versions?.slice(8) ?? '' }],
  ['rows that are said not to be named', { unnamed: true }],
])('a state with %s is refused, and the partition named', (_, damaged) => {
  expect(() => restoredEntry(SAVED)).not.toThrow();
  expect(() => restoredEntry({ ...SAVED, ...damaged })).toThrow(RangeError);
  expect(() => restoredEntry({ ...SAVED, ...damaged })).toThrow('of p do not go together');
});

test.each<[what: string, damaged: Partial<SavedEntry>]>([
  ['a section twice', { sections: ['a', 'a'] }],
  ['a row twice in a section', { keys: ['x', 'x', 'z'] }],
  ['a doubt about no section', { doubtedSections: ['c'] }],
  ['a refusal that is not there', { refusal: 1, refusedAt: '2026-11-01T00:00:00Z' }],
])('a state with %s is refused, and the partition named', (_, damaged) => {
  expect(() => restoredEntry({ ...SAVED, ...damaged }, [LOCKED])).toThrow(RangeError);
  expect(() => restoredEntry({ ...SAVED, ...damaged }, [LOCKED])).toThrow(/ p( |$)/);
});

test('a sum tells sets of fingerprints apart, whatever their order', () => {
  const roll = dice(1);
  const prints = Array.from({ length: 1_000 }, () => roll(2 ** 31) * 2 ** 17 + roll(2 ** 17));
  expect(sumOf(prints.toReversed())).toBe(sumOf(prints));
  expect(sumOf(prints)).toBeLessThan(2 ** 48);
  expect(sumOf(prints.with(500, (prints[500] ?? 0) + 1))).not.toBe(sumOf(prints));
});

test('a row that is called like its section costs no name of its own', () => {
  expect(rowsToName(entryWith({ a: rows('a'), b: rows('b') }))).toBe(0);
  expect(rowsToName(entryWith({ a: rows('x'), b: rows('y', 'z'), c: rows() }))).toBe(3);
});
