import type { Group, Role } from '../data/access.ts';
import type { ApiKey } from '../data/api-keys.ts';
import type { TenantData } from '../data/tenant-data.ts';
import { legacyUser, type User } from '../data/users.ts';
import type { Dials } from './dials.ts';
import type { ListEndpoint } from './list-endpoint.ts';
import { scimFilter } from './scim.ts';

const TWENTY_TO_HUNDRED = { default: 20, max: 100 };
const USER_SORTS = 'name _id id tenantId clientId status subject email inviteExpiry createdAt'.split(' ');

/** GET /users. */
export function userList(data: TenantData, dials: Dials): ListEndpoint<User> {
  return {
    prefix: 'USERS',
    rows: data.users,
    limit: TWENTY_TO_HUNDRED,
    sorts: ['+name', ...bothWays(USER_SORTS)],
    cursor: 'next',
    end: 'absent',
    total: 'totalResults',
    filters: { filter: scimFilter(['id', 'subject', 'name', 'email', 'status'], ['eq', 'co']) },
    options: { fields: 'any' },
    where: dials.deletedUsers === 'leftOut' ? (user) => user.status !== 'deleted' : undefined,
    shape: (user, options) => chosenFields(dials.legacyUsers ? legacyUser(user) : user, options.get('fields')),
  };
}

/** GET /groups, without the system's own. */
export function groupList(data: TenantData): ListEndpoint<Group> {
  return {
    prefix: 'GROUPS',
    rows: data.groups,
    limit: TWENTY_TO_HUNDRED,
    sorts: ['+id', ...bothWays(['id', '_id', 'name', 'status', 'providerType', 'createdAt', 'lastUpdatedAt'])],
    cursor: 'next',
    end: 'absent',
    total: 'totalResults',
    filters: {
      filter: scimFilter(['id', 'name', 'status', 'providerType', 'createdAt', 'lastUpdatedAt'], ['eq', 'co']),
    },
    options: { systemGroups: ['false'] },
  };
}

/** GET /groups?systemGroups=true, which goes with no other parameter. */
export function systemGroupList(data: TenantData): ListEndpoint<Group> {
  return { ...groupList(data), rows: data.systemGroups, options: { systemGroups: ['true'] } };
}

/** GET /roles. */
export function roleList(data: TenantData): ListEndpoint<Role> {
  return {
    prefix: 'IDENTITIES',
    rows: data.roles,
    limit: TWENTY_TO_HUNDRED,
    sorts: ['+id', ...bothWays(['id', '_id', 'name', 'type', 'level', 'createdAt', 'lastUpdatedAt'])],
    cursor: 'next',
    end: 'absent',
    total: 'totalResults',
    filters: { filter: scimFilter(['id', 'name', 'type', 'level'], ['eq', 'co']) },
  };
}

/** GET /api-keys. */
export function apiKeyList(data: TenantData, dials: Dials): ListEndpoint<ApiKey> {
  const equals = (field: keyof ApiKey) => (value: string) => (key: ApiKey) => key[field] === value;
  return {
    prefix: 'API-KEYS',
    rows: data.apiKeys,
    limit: TWENTY_TO_HUNDRED,
    sorts: ['+created', ...bothWays(['createdByUser', 'sub', 'status', 'description', 'created'])],
    cursor: 'startingAfter',
    end: 'absent',
    total: 'none',
    filters: { status: equals('status'), sub: equals('sub'), createdByUser: equals('createdByUser') },
    shape: (key) =>
      dials.apiKeyExpiry && key.id === data.plan.apiKeyId ? { ...key, expiry: dials.apiKeyExpiry } : key,
  };
}

/** A row cut to a comma-separated list of fields, if there is one. */
export function chosenFields(row: object, fields: string | null): object {
  if (fields === null) return row;
  const chosen = new Set(fields.split(','));
  return Object.fromEntries(Object.entries(row).filter(([field]) => chosen.has(field)));
}

/** Each field to sort by: bare, ascending, descending. */
export function bothWays(fields: string[]): string[] {
  return fields.flatMap((field) => [field, `+${field}`, `-${field}`]);
}
