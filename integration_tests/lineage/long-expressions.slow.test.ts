import { expect, it } from 'vitest';
import { usesIn } from '../../src/lineage/uses.ts';
import { Variables } from '../../src/lineage/variables.ts';

// Looked at once for each of its beginnings, such a text would take hours.
it.each([
  '$(',
  '$(=',
  "$('",
  "'",
  '"',
  '[',
  '/*',
  '(',
  '{',
  '{<',
  'Sum(',
  'Aggr(a,(',
  ')',
  '}>',
  '$(a(',
  '[]]',
  "''",
  'a.b.',
  '::',
  '<',
])('that is %s and nothing else, half a million times, comes to an end', (unit) => {
  const variables = new Variables([{ id: '1', name: 'a', definition: 'b' }]);
  expect(usesIn(unit.repeat(500_000 / unit.length), variables).length).toBeLessThanOrEqual(500_000);
});
