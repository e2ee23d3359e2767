import { describe, it } from 'vitest';
import { expectKnownCalls, SMALL } from './calls.ts';

const SEVERAL_PAGES = { users: 350, groups: 130, roles: 101, connections: 210, dataFiles: 230, automations: 140 };
const OF_EVERYTHING = {
  ...SEVERAL_PAGES,
  ...{ spaces: 101, apps: 101, sheets: 1, charts: 1, datasets: 130, collections: 110 },
};

describe('what a sync asks of a tenant is known beforehand where it has several pages', () => {
  it.each([
    ['of some lists', { ...SMALL, ...SEVERAL_PAGES }],
    ['of every list, of apps and of spaces', OF_EVERYTHING],
  ])('%s', async (_, size) => expectKnownCalls(size));
});
