import schema from '../../schemas/groups.json' with { type: 'json' };
import type { Group } from '../generated/groups.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Groups of the identity provider and of the tenant, and the system's own, such as Everyone. */
export const groups = tenantStream<Group>({
  name: 'groups',
  schema,
  primaryKey: ['id'],
  updatedField: 'lastUpdatedAt',
  suggested: true,
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'refused (403)',
  },
  path: '/api/v1/groups',
  callsFor: '100 rows, and one for the groups of the system',
  async *read(tenant, list, expect) {
    yield* tenant.pages<Group>({ ...list, query: { totalResults: true }, expect });
    // Qlik lists system groups apart, and refuses any other parameter beside this one.
    yield* tenant.pages<Group>({ ...list, query: { systemGroups: true, limit: undefined } });
  },
});
