import { type Assignment, assignmentMaker } from '../data/space-access.ts';
import { inSpace, refuseUnknownSpace } from './in-space.ts';
import { oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** GET /spaces/{spaceId}/assignments (https://qlik.dev/apis/rest/spaces/). */
export const assignments = {
  path: 'spaces/{id}/assignments',
  rows: assignmentMaker,
  refuse: refuseUnknownSpace,
  endpoint: ({ id }) => ({
    ...inSpace(id),
    filters: {
      assigneeId: (value) => (row) => row.assigneeId === value,
      type: (value) => oneOf(value, ['user', 'group', 'bot'], (row: Assignment) => row.type),
    },
  }),
} satisfies RestList<Assignment>;
