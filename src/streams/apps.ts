import schema from '../../schemas/apps.json' with { type: 'json' };
import type { App } from '../generated/apps.ts';
import { tenantStream } from './stream.ts';

/** An app as the tenant lists it: an item of its catalogue, with an id of its own, that stands for the app. */
type AppItem = Omit<App, 'id' | 'itemId' | 'tags' | 'collections' | 'url'> & {
  readonly id?: string;
  readonly resourceId?: string;
  readonly meta?: Pick<App, 'tags' | 'collections'> | null;
};

/** Apps that the credentials may see, in spaces and personal. */
export const apps = tenantStream<App>({
  name: 'apps',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  async *read(tenant, expect) {
    const list = tenant.pages<AppItem>({
      path: '/api/v1/items',
      query: { resourceType: 'app', sort: '+createdAt', noActions: true },
      needs: 'All apps take the role Tenant Admin; an OAuth client takes the scope admin.apps:read or admin_classic.',
      expect,
    });
    for await (const items of list) yield items.map((item) => appOf(item, tenant.origin));
  },
});

function appOf({ id: itemId, resourceId, meta, ...item }: AppItem, origin: string): App {
  return {
    ...item,
    id: resourceId ?? null,
    itemId: itemId ?? null,
    tags: meta?.tags ?? null,
    collections: meta?.collections ?? null,
    url: resourceId ? `${origin}/sense/app/${resourceId}` : null,
  };
}
