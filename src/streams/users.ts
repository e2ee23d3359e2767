import schema from '../../schemas/users.json' with { type: 'json' };
import type { User } from '../generated/users.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** A user as a tenant sends it; older tenants still use two names that Qlik has given up. */
interface QlikUser extends User {
  readonly created?: string;
  readonly lastUpdated?: string;
}

/** People and bots with an account in the tenant. */
export const users = tenantStream<User>({
  name: 'users',
  schema,
  primaryKey: ['id'],
  updatedField: 'lastUpdatedAt',
  suggested: true,
  access: {
    scopes: ['admin.users:read', 'admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'roles and groups of others may be missing in the rows',
  },
  path: '/api/v1/users',
  async *read(tenant, list, expect) {
    const query = { sort: '+createdAt', totalResults: true };
    for await (const page of tenant.pages<QlikUser>({ ...list, query, expect })) yield page.map(withCurrentTimes);
  },
});

function withCurrentTimes(user: QlikUser): User {
  if (user.createdAt !== undefined && user.lastUpdatedAt !== undefined) return user;
  const { created = null, lastUpdated = null, ...current } = user;
  return { ...current, createdAt: user.createdAt ?? created, lastUpdatedAt: user.lastUpdatedAt ?? lastUpdated };
}
