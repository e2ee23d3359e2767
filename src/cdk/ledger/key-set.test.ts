import { expect, test } from 'vitest';
import { dice } from '../testing/library.ts';
import { KeySet } from './key-set.ts';

test.each([1, 2, 3])('agrees with a Set about random keys: seed %i', (seed) => {
  const roll = dice(seed);
  const keys = new KeySet();
  const expected = new Set<string>();
  for (let turn = 0; turn < 20_000; turn += 1) {
    const key =
      roll(10) === 0
        ? `schlüssel-${roll(500)}`
        : roll(12_000)
            .toString(36)
            .padStart(1 + roll(3), '0');
    if (keys.add(key) === expected.has(key)) expect.fail(`wrong about ${key} among ${expected.size} keys`);
    expected.add(key);
  }
});

test('keeps what it knows while it grows', () => {
  const keys = new KeySet();
  const all = Array.from({ length: 20_000 }, (_, index) => `5fe2b1b46d3d4a419c0c${index}`);
  expect(all.every((key) => keys.add(key))).toBe(true);
  expect(all.some((key) => keys.add(key))).toBe(false);
});

test('tells apart odd keys', () => {
  const keys = new KeySet();
  const odd = [
    '',
    ' ',
    '0',
    '\0',
    '\0\0',
    '__proto__',
    'constructor',
    'é',
    'e\u0301',
    'x'.repeat(10_000),
    'x'.repeat(10_001),
    // Halves of a pair of surrogates, which no UTF-8 can hold, and what else could stand for one.
    'a\ud800',
    'a\ud801',
    'a\udc00',
    'a\ufffd',
    '"a\\ud800"',
    'a\\ud800',
  ];
  for (const key of odd) expect(keys.add(key)).toBe(true);
  for (const key of odd) expect(keys.add(key)).toBe(false);
});
