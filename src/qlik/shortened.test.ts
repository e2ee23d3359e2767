import { expect, test } from 'vitest';
import { shortened } from './shortened.ts';

test('a text of a few words stays as it is', () => {
  expect(shortened('App not found')).toBe('App not found');
  expect(shortened('x'.repeat(500))).toBe('x'.repeat(500));
});

test('of a long one whole words are left, and nothing of one that does not fit', () => {
  const words = 'no '.repeat(160);
  expect(shortened(`${words}${'secret'.repeat(200)} more`)).toBe(`${words}…`);
  expect(shortened('secret'.repeat(100))).toBe('…');
  expect(shortened(`${'x'.repeat(500)} more`)).toBe(`${'x'.repeat(500)} …`);
});
