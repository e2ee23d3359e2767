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
  async *read(tenant, expect) {
    const list = tenant.pages<QlikUser>({
      path: '/api/v1/users',
      query: { sort: '+createdAt', totalResults: true },
      needs: 'All users take the role Tenant Admin; an OAuth client takes the scope admin.users:read or admin_classic.',
      expect,
    });
    for await (const page of list) yield page.map(withCurrentTimes);
  },
});

function withCurrentTimes(user: QlikUser): User {
  if (user.createdAt !== undefined && user.lastUpdatedAt !== undefined) return user;
  const { created = null, lastUpdated = null, ...current } = user;
  return { ...current, createdAt: user.createdAt ?? created, lastUpdatedAt: user.lastUpdatedAt ?? lastUpdated };
}
