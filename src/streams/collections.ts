import schema from '../../schemas/collections.json' with { type: 'json' };
import type { Collection } from '../generated/collections.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Tags and collections that all users see. Whoever asks is also shown private ones, which are nobody else's business. */
export const collections = tenantStream<Collection>({
  name: 'collections',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'those that the user may see',
  },
  path: '/api/v1/collections',
  async *read(tenant, list) {
    const query = { sort: '+createdAt' };
    for await (const page of tenant.pages<Collection>({ ...list, query }))
      yield page.filter(({ type }) => type !== 'private' && type !== 'favorite');
  },
});
