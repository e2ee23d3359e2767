import { refusal } from '../answer.ts';
import { type Reload, reloadMaker, withLog } from '../data/reloads.ts';
import { bothWays, oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

/**
 * GET /reloads (https://qlik.dev/apis/rest/reloads/): those of one app, or of all, which admins may ask for. The size counts
 * those of one app.
 */
export const reloads = {
  path: 'reloads',
  size: 3,
  rows: reloadMaker,
  refuse: ({ call, dials }) =>
    call.url.searchParams.has('appId') || dials.reloadsOfAllApps
      ? undefined
      : refusal(403, 'RELOADS-003', 'Forbidden', { detail: 'Only a tenant admin may leave out appId.' }),
  endpoint: () => ({
    prefix: 'RELOADS',
    limit: { default: 10, max: 100 },
    sorts: ['-creationTime', ...bothWays(['creationTime', 'status', 'startTime', 'endTime'])],
    cursor: 'next',
    filters: {
      appId: (value) => (row) => row.appId === value,
      partial: (value) => oneOf(value, ['true', 'false'], (row: Reload) => String(row.partial ?? false)),
      filter: scimFilter(['status', 'partial', 'type'], ['eq']),
    },
    options: { log: ['true', 'false'] },
    shape: (row, options) => (options.get('log') === 'true' ? withLog(row) : row),
  }),
  one: (reload) => reload,
} satisfies RestList<Reload>;
