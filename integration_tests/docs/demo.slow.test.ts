import { expect, test } from 'vitest';
import { performed } from './demo-run.ts';

test('a tenant of no apps is enough for the demo', async () => {
  const { syncs, stderr } = await performed('--users', '0', '--apps', '0');
  expect(syncs.get('apps')?.map(({ rows }) => rows.length)).toEqual([0, 1, 0]);
  expect(stderr).toContain('Then the tenant lives');
});
