import type { Space } from '../data/spaces.ts';
import { bothWays, holds, oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** GET /spaces (https://qlik.dev/apis/rest/spaces/), which never lists personal ones. Qlik states no largest limit: a dial does. */
export const spaces = {
  path: 'spaces',
  rows: (first) => first.spaces,
  endpoint: ({ dials }) => ({
    prefix: 'SPACES',
    limit: { default: 10, max: dials.spacesLimit },
    sorts: ['+createdAt', ...bothWays(['type', 'name', 'createdAt'])],
    cursor: 'next',
    total: 'meta',
    filters: {
      name: (value) => (space) => holds(space.name, value),
      type: (value) => oneOf(value, ['shared', 'managed', 'data'], (space: Space) => space.type),
      ownerId: (value) => (space) => space.ownerId === value,
      action: (value) => (value === 'publish' ? (space) => space.meta.actions.includes(value) : undefined),
    },
    options: { roles: 'any', environmentId: 'any', 'environment.name': 'any' },
  }),
  one: (space) => space,
} satisfies RestList<Space>;
