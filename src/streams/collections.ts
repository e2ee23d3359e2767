import schema from '../../schemas/collections.json' with { type: 'json' };
import type { Collection } from '../generated/collections.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Tags and collections that all users see. Whoever asks is also shown private ones, which are nobody else's business. */
export const collections = tenantStream<Collection>({
  name: 'collections',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  async *read(tenant) {
    const list = tenant.pages<Collection>({
      path: '/api/v1/collections',
      query: { sort: '+createdAt' },
      needs: 'Collections take a role that lets see the catalogue; an OAuth client takes the scope admin_classic.',
    });
    for await (const page of list) yield page.filter(({ type }) => type !== 'private' && type !== 'favorite');
  },
});
