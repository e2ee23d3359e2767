import { it } from 'vitest';
import { expectKnownCalls } from './calls.ts';

const LARGE = {
  ...{ users: 350, groups: 130, roles: 101, spaces: 101, connections: 210, apps: 101, sheets: 1, charts: 1 },
  ...{ datasets: 130, dataFiles: 230, collections: 110, automations: 140 },
};

it('what a sync asks of a tenant is known beforehand where it has several pages of apps and of spaces', async () =>
  expectKnownCalls(LARGE));
