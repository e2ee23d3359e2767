import schema from '../../schemas/roles.json' with { type: 'json' };
import type { Role } from '../generated/roles.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Roles of the tenant, the given ones and its own, with the permissions that they bring. */
export const roles = tenantStream<Role>({
  name: 'roles',
  schema,
  primaryKey: ['id'],
  updatedField: 'lastUpdatedAt',
  read: (tenant, expect) =>
    tenant.pages({
      path: '/api/v1/roles',
      query: { totalResults: true },
      needs: 'Roles take the role Tenant Admin; an OAuth client takes the scope admin_classic.',
      expect,
    }),
});
