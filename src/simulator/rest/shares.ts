import { type Share, shareMaker } from '../data/space-access.ts';
import { inSpace, refuseUnknownSpace } from './in-space.ts';
import { holds, oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** GET /spaces/{spaceId}/shares (https://qlik.dev/apis/rest/spaces/). */
export const shares = {
  path: 'spaces/{id}/shares',
  rows: shareMaker,
  refuse: refuseUnknownSpace,
  endpoint: ({ id }) => ({
    ...inSpace(id),
    filters: {
      type: (value) => oneOf(value, ['user', 'group', 'link'], (row: Share) => row.type),
      userId: (value) => (row) => row.type === 'user' && row.assigneeId === value,
      groupId: (value) => (row) => row.type === 'group' && row.assigneeId === value,
      resourceId: (value) => (row) => row.resourceId === value,
      resourceType: (value) => (row) => row.resourceType === value,
      name: (value) => (row) => holds(row.resourceName ?? '', value),
    },
  }),
} satisfies RestList<Share>;
