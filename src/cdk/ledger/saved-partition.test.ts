import { describe, expect, test } from 'vitest';
import type { Refusal } from '../errors.ts';
import { dice } from '../testing/library.ts';
import { type DeliveredPartition, nothingDelivered, rowsToName, unname } from './delivered-partition.ts';
import { deliveredSection, sumOf, UNPLACED } from './delivered-section.ts';
import { type KnownPartition, restoredPartition, type SavedPartition, savedPartition } from './saved-partition.ts';
import type { PastVisits } from './visit-schedule.ts';

const LOCKED: Refusal = { kind: 'denied', code: 'E-5', message: 'p is locked.', remedy: 'Find the key.' };

const rows = (...keys: string[]) => new Map(keys.map((key, index) => [key, index + 1]));

function holding(
  sections: { readonly [id: string]: ReadonlyMap<string, number> },
  more: Partial<DeliveredPartition> = {},
): DeliveredPartition {
  const held = Object.entries(sections).map(([id, own], index) => [id, deliveredSection(index + 10, own)] as const);
  return { ...nothingDelivered(), sections: new Map(held), ...more };
}

const known = (delivered: DeliveredPartition, visits: PastVisits = {}): KnownPartition => ({ visits, delivered });

/** As it comes back from a file. */
const roundTrip = (partition: KnownPartition) => {
  const refusals: Refusal[] = [];
  const saved = JSON.parse(JSON.stringify(savedPartition('p', partition, refusals))) as SavedPartition;
  return restoredPartition(saved, refusals);
};

describe('a partition comes back from its state as it was', () => {
  test.each<[what: string, partition: KnownPartition]>([
    ['of nothing', known(nothingDelivered())],
    ['of sections without rows', known(holding({ a: rows(), b: rows() }))],
    ['of sections with one row each, called like them', known(holding({ a: rows('a'), b: rows('b') }))],
    ['of sections with one row each, called otherwise', known(holding({ a: rows('b'), b: rows('a') }))],
    ['of sections with several rows', known(holding({ a: rows('x', 'y'), b: rows(), c: rows('z') }))],
    ['of rows that wait for their place', known(holding({ a: rows('x'), [UNPLACED]: rows('y') }))],
    ['that was read', known(holding({}, { shared: 2 ** 48 - 1 }), { version: 7, readAtMs: 1_767_000_000_123 })],
    [
      'that was refused',
      known(holding({ a: rows('x') }), { refusal: LOCKED, refusedAtMs: 1_767_000_000_000, version: 0 }),
    ],
    ['that is doubted', known(holding({ a: rows('x') }, { isDoubted: true }))],
  ])('%s', (_, partition) => {
    expect(roundTrip(partition)).toEqual(partition);
  });

  test('with sections of no version, and doubted ones', () => {
    const partition = known(holding({ a: rows('x'), b: rows('y', 'z'), c: rows() }));
    const { sections } = partition.delivered;
    sections.set('d', { ...deliveredSection(undefined, rows('v')), isDoubted: true });
    expect(roundTrip(partition)).toEqual(partition);
    sections.set('a', deliveredSection(undefined, rows('x')));
    expect(roundTrip(partition)).toEqual(partition);
  });

  test('with the sums of its sections where rows are not named', () => {
    const partition = known(holding({ a: rows('x'), b: rows('y', 'z'), c: rows() }));
    unname(partition.delivered);
    expect(roundTrip(partition)).toEqual(partition);
    expect([...roundTrip(partition).delivered.sections.values()].map(({ sum, count }) => [sum, count])).toEqual([
      [1, 1],
      [3, 2],
      [0, 0],
    ]);
  });

  test('with sums alone where some rows are named and some are not', () => {
    const delivered = holding({ a: rows('x'), b: rows('y', 'z') });
    unname(delivered);
    delivered.sections.set('a', deliveredSection(3, rows('v', 'w')));
    const back = roundTrip(known(delivered)).delivered;
    expect([...back.sections.values()].map(({ rows: named, sum }) => [named, sum])).toEqual([
      [undefined, 3],
      [undefined, 3],
    ]);
  });
});

test('what goes without saying is not saved', () => {
  const oneRowEach = known(holding({ a: rows('a'), b: rows('b') }));
  expect(savedPartition('p', oneRowEach)).not.toHaveProperty('keys');
  expect(savedPartition('p', oneRowEach)).not.toHaveProperty('counts');
  expect(savedPartition('p', known(nothingDelivered()))).toEqual({ id: 'p', sections: [], prints: '' });
});

const SAVED = JSON.parse(
  JSON.stringify(savedPartition('p', known(holding({ a: rows('x', 'y'), b: rows('z') })))),
) as SavedPartition;

test.each<[what: string, damaged: Partial<SavedPartition>]>([
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
  expect(() => restoredPartition(SAVED)).not.toThrow();
  expect(() => restoredPartition({ ...SAVED, ...damaged })).toThrow(RangeError);
  expect(() => restoredPartition({ ...SAVED, ...damaged })).toThrow('of p do not go together');
});

test.each<[what: string, damaged: Partial<SavedPartition>]>([
  ['a section twice', { sections: ['a', 'a'] }],
  ['a row twice in a section', { keys: ['x', 'x', 'z'] }],
  ['a doubt about no section', { doubtedSections: ['c'] }],
  ['a refusal that is not there', { refusal: 1, refusedAt: '2026-11-01T00:00:00Z' }],
])('a state with %s is refused, and the partition named', (_, damaged) => {
  expect(() => restoredPartition({ ...SAVED, ...damaged }, [LOCKED])).toThrow(RangeError);
  expect(() => restoredPartition({ ...SAVED, ...damaged }, [LOCKED])).toThrow(/ p( |$)/);
});

test('a sum tells sets of fingerprints apart, whatever their order', () => {
  const roll = dice(1);
  const fingerprints = Array.from({ length: 1_000 }, () => roll(2 ** 31) * 2 ** 17 + roll(2 ** 17));
  expect(sumOf(fingerprints.toReversed())).toBe(sumOf(fingerprints));
  expect(sumOf(fingerprints)).toBeLessThan(2 ** 48);
  expect(sumOf(fingerprints.with(500, (fingerprints[500] ?? 0) + 1))).not.toBe(sumOf(fingerprints));
});

test('a row that is called like its section costs no name of its own', () => {
  expect(rowsToName(holding({ a: rows('a'), b: rows('b') }))).toBe(0);
  expect(rowsToName(holding({ a: rows('x'), b: rows('y', 'z'), c: rows() }))).toBe(3);
});
