import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each<[what: string, patterns: string[], texts: string[], nearest: string[]]>([
  ['fewer letters wrong come first', ['Finanse'], ['Sales', 'Finances', 'Finance'], ['Finance', 'Finances', 'Sales']],
  ['upper and lower case are the same', ['FINANSE '], ['HR', 'finance'], ['finance', 'HR']],
  ['what is as near stays in order', ['ab'], ['ax', 'xb', 'ay'], ['ax', 'xb', 'ay']],
  [
    'a part of a name is one letter away',
    ['Sales'],
    ['HR', 'Sales of the whole EMEA'],
    ['Sales of the whole EMEA', 'HR'],
  ],
  ['a star stands for anything', ['Salse*'], ['HR', 'Sales of the whole EMEA'], ['Sales of the whole EMEA', 'HR']],
  [
    'also in front',
    ['*(UK)'],
    ['Any', 'Sales (US)', 'Sales and more of it (U.K)'],
    ['Sales (US)', 'Sales and more of it (U.K)', 'Any'],
  ],
  ['any pattern counts', ['Finanse', 'Salse'], ['HR', 'Sale', 'Finance'], ['Sale', 'Finance', 'HR']],
  ['nothing is near nothing', ['Sales'], [], []],
])('%s', (_, patterns, texts, expected) => {
  expect(nearest(patterns, texts, 10)).toEqual(expected);
});

test('no more than asked for, whatever their order', () => {
  const texts = Array.from({ length: 50 }, (_, index) => 'x'.repeat(index + 1));
  const expected = ['x'.repeat(7), 'x'.repeat(6), 'x'.repeat(5)];
  expect(nearest(['y'.repeat(7)], texts, 3)).toHaveLength(3);
  expect(nearest(['xxxxxxx'], texts.toReversed(), 3)).toContain('xxxxxxx');
  expect(nearest(['*', 'z'], expected, 1)).toEqual(expected.slice(0, 1));
});

test('the first of many is the one that a look at each would find', () => {
  const words = Array.from(
    { length: 2_000 },
    (_, index) => `Space ${(index * 7_919) % 10_007} of ${'team'.repeat(index % 5)}`,
  );
  const alone = words.map((word) => ({ word, away: awayOf('Spaec 4711 of team', word) }));
  const least = Math.min(...alone.map(({ away }) => away));
  const [first = ''] = nearest(['Spaec 4711 of team'], words, 1);
  expect(awayOf('Spaec 4711 of team', first)).toBe(least);
});

/** By its definition. */
function awayOf(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (row: number, column: number) => table[row]?.[column] ?? 0;
  for (let row = 0; row <= a.length; row += 1)
    for (let column = 0; column <= b.length; column += 1) {
      const change = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const [line = []] = [table[row]];
      line[column] =
        row === 0 || column === 0 ? row + column : Math.min(change, at(row - 1, column) + 1, at(row, column - 1) + 1);
    }
  return at(a.length, b.length);
}
