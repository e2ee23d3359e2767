import type { Role } from '../data/access.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

/** GET /roles (https://qlik.dev/apis/rest/roles/). */
export const roles = {
  path: 'roles',
  rows: (first) => first.roles,
  endpoint: () => ({
    prefix: 'IDENTITIES',
    limit: { default: 20, max: 100 },
    sorts: ['+id', ...bothWays(['id', '_id', 'name', 'type', 'level', 'createdAt', 'lastUpdatedAt'])],
    cursor: 'next',
    total: 'totalResults',
    filters: { filter: scimFilter(['id', 'name', 'type', 'level'], ['eq', 'co']) },
  }),
  one: (role) => role,
} satisfies RestList<Role>;
