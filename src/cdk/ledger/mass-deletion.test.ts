import { expect, test } from 'vitest';
import { judged } from './mass-deletion.ts';

const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `n${from + index}`);
const verdict = (gone: readonly string[], doubted: readonly string[] = []) => ({ gone, doubted });

interface Case {
  readonly missing: readonly string[];
  readonly known: number;
  readonly before?: readonly string[];
  readonly isGuarded?: boolean;
}

const judge = ({ missing, known, before = [], isGuarded = true }: Case) =>
  judged({ names: missing, known, doubted: new Set(before) }, isGuarded);

test('what is missing is gone', () => {
  expect(judge({ missing: names(3), known: 100 })).toEqual(verdict(names(3)));
  expect(judge({ missing: [], known: 100 })).toEqual(verdict([]));
  expect(judge({ missing: [], known: 0 })).toEqual(verdict([]));
});

test('all of 19 may be gone at once, of 20 they are doubted', () => {
  expect(judge({ missing: names(19), known: 19 })).toEqual(verdict(names(19)));
  expect(judge({ missing: names(20), known: 20 })).toEqual(verdict([], names(20)));
});

test('a half may be gone, more than that is doubted', () => {
  expect(judge({ missing: names(10), known: 20 })).toEqual(verdict(names(10)));
  expect(judge({ missing: names(11), known: 20 })).toEqual(verdict([], names(11)));
  expect(judge({ missing: names(10), known: 21 })).toEqual(verdict(names(10)));
  expect(judge({ missing: names(11), known: 21 })).toEqual(verdict([], names(11)));
});

test('what was doubted and is missing again is gone', () => {
  expect(judge({ missing: names(30), known: 40, before: names(30) })).toEqual(verdict(names(30)));
});

test('if some of what was doubted come back, the others are gone', () => {
  expect(judge({ missing: names(12), known: 40, before: names(30) })).toEqual(verdict(names(12)));
});

test('few more may be gone together with what was doubted', () => {
  expect(judge({ missing: names(35), known: 40, before: names(30) })).toEqual(verdict(names(35)));
});

test('many more are doubted in their turn, while those before them are gone', () => {
  const before = names(21);
  const more = names(22, 21);
  expect(judge({ missing: [...more, ...before], known: 43, before })).toEqual(verdict(before, more));
});

test('where other settings may explain it, all that is missing is gone', () => {
  expect(judge({ missing: names(100), known: 100, isGuarded: false })).toEqual(verdict(names(100)));
});
