import type { Assignment, Share } from '../data/space-access.ts';
import type { Space } from '../data/spaces.ts';
import type { TenantData } from '../data/tenant-data.ts';
import type { Dials } from './dials.ts';
import type { ListEndpoint } from './list-endpoint.ts';
import { holds, oneOf } from './list-filters.ts';
import { bothWays } from './people-lists.ts';

/** GET /spaces. */
export function spaceList(data: TenantData, dials: Dials): ListEndpoint<Space> {
  return {
    prefix: 'SPACES',
    rows: data.spaces,
    limit: { default: 10, max: dials.spacesLimit },
    sorts: ['+createdAt', ...bothWays(['type', 'name', 'createdAt'])],
    cursor: 'next',
    end: 'absent',
    total: 'meta',
    filters: {
      name: (value) => (space) => holds(space.name, value),
      type: (value) => oneOf(value, ['shared', 'managed', 'data'], (space: Space) => space.type),
      ownerId: (value) => (space) => space.ownerId === value,
      action: (value) => (value === 'publish' ? (space) => space.meta.actions.includes(value) : undefined),
    },
    options: { roles: 'any', environmentId: 'any', 'environment.name': 'any' },
  };
}

/** GET /spaces/{spaceId}/assignments. */
export function assignmentList(data: TenantData, spaceId: string): ListEndpoint<Assignment> {
  return {
    ...inSpace(spaceId),
    rows: data.assignments,
    filters: {
      assigneeId: (value) => (row) => row.assigneeId === value,
      type: (value) => oneOf(value, ['user', 'group', 'bot'], (row: Assignment) => row.type),
    },
  };
}

/** GET /spaces/{spaceId}/shares. */
export function shareList(data: TenantData, spaceId: string): ListEndpoint<Share> {
  return {
    ...inSpace(spaceId),
    rows: data.shares,
    filters: {
      type: (value) => oneOf(value, ['user', 'group', 'link'], (row: Share) => row.type),
      userId: (value) => (row) => row.type === 'user' && row.assigneeId === value,
      groupId: (value) => (row) => row.type === 'group' && row.assigneeId === value,
      resourceId: (value) => (row) => row.resourceId === value,
      resourceType: (value) => (row) => row.resourceType === value,
      name: (value) => (row) => holds(row.resourceName ?? '', value),
    },
  };
}

function inSpace(spaceId: string) {
  return {
    ...{ prefix: 'SPACES', limit: { default: 10, max: 100 }, sorts: ['+id'], cursor: 'next' },
    ...{ end: 'absent' as const, total: 'meta' as const },
    where: (row: { spaceId: string }) => row.spaceId === spaceId,
  };
}
