import schema from '../../schemas/spaces.json' with { type: 'json' };
import type { Space } from '../generated/spaces.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Shared, managed and data spaces that the credentials may see. Personal spaces are not listed by the API. */
export const spaces = tenantStream<Space>({
  name: 'spaces',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  suggested: true,
  access: {
    scopes: ['admin.spaces:read', 'admin_classic'],
    roles: ['Tenant Admin', 'Analytics Admin'],
    otherwise: 'those that the user is a member of',
  },
  path: '/api/v1/spaces',
  read: (tenant, list, expect) => tenant.pages({ ...list, query: { sort: '+createdAt' }, expect }),
});
