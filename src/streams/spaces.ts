import schema from '../../schemas/spaces.json' with { type: 'json' };
import type { Space } from '../generated/spaces.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Shared, managed and data spaces that the credentials may see. Personal spaces are not listed by the API. */
export const spaces = tenantStream<Space>({
  name: 'spaces',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  read: (tenant, expect) =>
    tenant.pages({
      path: '/api/v1/spaces',
      query: { sort: '+createdAt' },
      needs:
        'All spaces take the role Tenant Admin; an OAuth client takes the scope admin.spaces:read or admin_classic.',
      expect,
    }),
});
