import { legacyUser, type User } from '../data/users.ts';
import type { Dials } from './dials.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

const SORTS = 'name _id id tenantId clientId status subject email inviteExpiry createdAt'.split(' ');

/** GET /users (https://qlik.dev/apis/rest/users/). The total comes only to those who ask for it, by `totalResults`. */
export const users = {
  path: 'users',
  rows: (first) => first.users,
  endpoint: ({ dials }) => ({
    prefix: 'USERS',
    limit: { default: 20, max: 100 },
    sorts: ['+name', ...bothWays(SORTS)],
    cursor: 'next',
    total: 'totalResults',
    filters: { filter: scimFilter(['id', 'subject', 'name', 'email', 'status'], ['eq', 'co']) },
    options: { fields: 'any' },
    where: dials.deletedUsers === 'leftOut' ? (user) => user.status !== 'deleted' : undefined,
    shape: (user, options) => sent(user, dials, options),
  }),
  one: (user, { dials, call }) => sent(user, dials, call.url.searchParams),
} satisfies RestList<User>;

/** With the attributes that the tenant has, or those of them that are asked for. */
function sent(user: User, { legacyUsers }: Dials, asked: URLSearchParams): object {
  const row = legacyUsers ? legacyUser(user) : user;
  const fields = asked.get('fields')?.split(',');
  return fields ? Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field))) : row;
}
