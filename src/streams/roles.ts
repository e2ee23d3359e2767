import schema from '../../schemas/roles.json' with { type: 'json' };
import type { Role } from '../generated/roles.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Roles of the tenant, the given ones and its own, with the permissions that they bring. */
export const roles = tenantStream<Role>({
  name: 'roles',
  schema,
  primaryKey: ['id'],
  updatedField: 'lastUpdatedAt',
  suggested: true,
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'refused (403)',
  },
  path: '/api/v1/roles',
  read: (tenant, list, expect) => tenant.pages({ ...list, query: { totalResults: true }, expect }),
});
