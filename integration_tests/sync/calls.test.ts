import { describe, it } from 'vitest';
import { sizeOfLists } from '../support/sizes.ts';
import { expectKnownCalls } from './calls.ts';

const SMALL = { ...sizeOfLists(3), users: 5, apps: 4, sheets: 2, charts: 2 };
const SEVERAL_PAGES = { users: 350, groups: 130, roles: 101, connections: 210, dataFiles: 230, automations: 140 };

describe.concurrent('what a sync asks of a tenant is known beforehand', () => {
  it.each([
    ['is small', SMALL],
    ['has lists of several pages', { ...SMALL, ...SEVERAL_PAGES }],
  ])('where the tenant %s', async (_, size) => expectKnownCalls(size));
});
