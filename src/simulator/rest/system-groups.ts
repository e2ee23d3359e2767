import { badParameter } from '../answer.ts';
import { type Group, systemGroupMaker } from '../data/access.ts';
import { groupEndpoint } from './groups.ts';
import type { RestList } from './rest-list.ts';

/**
 * GET /groups?systemGroups=true: the groups of every tenant. Qlik documents that it goes with no other parameter
 * (https://qlik.dev/apis/rest/groups/).
 */
export const systemGroups = {
  path: 'groups',
  when: 'systemGroups',
  rows: ({ plan }) => systemGroupMaker(plan),
  refuse: ({ call }) =>
    call.url.searchParams.size > 1
      ? badParameter('GROUPS', 'systemGroups', 'systemGroups goes with no other parameter')
      : undefined,
  endpoint: () => ({ ...groupEndpoint(), options: { systemGroups: ['true'] } }),
  one: (group) => group,
} satisfies RestList<Group>;
