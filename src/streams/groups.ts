import schema from '../../schemas/groups.json' with { type: 'json' };
import type { Group } from '../generated/groups.ts';
import { tenantStream } from './parts/tenant-stream.ts';

const path = '/api/v1/groups';
const needs = 'Groups take the role Tenant Admin; an OAuth client takes the scope admin_classic.';

/** Groups of the identity provider and of the tenant, and the system's own, such as Everyone. */
export const groups = tenantStream<Group>({
  name: 'groups',
  schema,
  primaryKey: ['id'],
  updatedField: 'lastUpdatedAt',
  async *read(tenant, expect) {
    yield* tenant.pages<Group>({ path, query: { totalResults: true }, needs, expect });
    // Qlik lists system groups apart, and refuses any other parameter beside this one.
    yield* tenant.pages<Group>({ path, query: { systemGroups: true, limit: undefined }, needs });
  },
});
