import { expect, it } from 'vitest';
import { AppReferences } from '../../src/lineage/index.ts';
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
  '[=a]',
  '$(= [=a])',
])('that is %s and nothing else, half a million times, comes to an end', (unit) => {
  const variables = new Variables([{ id: '1', name: 'a', definition: 'b' }]);
  expect(usesIn(unit.repeat(500_000 / unit.length), variables).length).toBeLessThanOrEqual(500_000);
});

// Each of these costs the product of two lengths where a definition is looked through at each of its uses.
it.each([
  ['whose arguments make too much of it', '$1'.repeat(250_000), '$(v(aaaaaaaaaa))'],
  ['which chooses between many texts', `=If(a${",'x'".repeat(125_000)})`, '$(v) '],
  ['which chooses between long texts', `=If(a, '${'x'.repeat(500_000)}', 'y')`, '[$(v)] '],
])('that uses a long variable again and again, %s, comes to an end', (_, definition, use) => {
  const variables = new Variables([{ id: '1', name: 'v', definition }]);
  expect(usesIn(use.repeat(500_000 / use.length), variables).length).toBeLessThanOrEqual(500_000);
});

// An array that is spread into arguments may hold no more than about a hundred thousand.
it.each([
  ['of expansions in one that nothing closes', 'a', `$(${'x $(v)'.repeat(80_000)}`],
  ['of computed parts in a variable', '$(=a) '.repeat(150_000), '$(v)'],
  ['of names that may be meant', "=If(a, 'x', 'y')", Array.from({ length: 80_000 }, (_, at) => `[$(v)${at}]`).join()],
  ['of computed parts in one name', '$1'.repeat(50_000), `[$(v($(=${'x'.repeat(10_000)})))]`],
])('with a hundred thousand %s comes to an end', (_, definition, expression) => {
  const variables = new Variables([{ id: '1', name: 'v', definition }]);
  const written = usesIn(expression, variables).reduce((sum, { name }) => sum + name.length, 0);
  expect(written).toBeLessThan(3_000_000);
});

it('that is one name with dots and nothing else comes to an end', () => {
  const app = new AppReferences({ fieldNames: ['a'], variables: [], dimensions: [], measures: [], states: [] });
  const { names } = app.of({ expressions: [{ place: '', role: 'measure', expression: 'a.b.'.repeat(125_000) }] });
  expect(names).toHaveLength(1);
});
