import type { Group } from '../data/access.ts';
import type { ListEndpoint } from './list-endpoint.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

/** GET /groups (https://qlik.dev/apis/rest/groups/), without the system's own. */
export const groups = {
  path: 'groups',
  rows: (first) => first.groups,
  endpoint: () => ({ ...groupEndpoint(), options: { systemGroups: ['false'] } }),
  one: (group) => group,
} satisfies RestList<Group>;

/** What lists of groups have in common. */
export function groupEndpoint(): ListEndpoint<Group> {
  return {
    prefix: 'GROUPS',
    limit: { default: 20, max: 100 },
    sorts: ['+id', ...bothWays(['id', '_id', 'name', 'status', 'providerType', 'createdAt', 'lastUpdatedAt'])],
    cursor: 'next',
    total: 'totalResults',
    filters: {
      filter: scimFilter(['id', 'name', 'status', 'providerType', 'createdAt', 'lastUpdatedAt'], ['eq', 'co']),
    },
  };
}
