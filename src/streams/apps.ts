import schema from '../../schemas/apps.json' with { type: 'json' };
import type { App } from '../generated/apps.ts';
import type { AppItem } from '../qlik/tenant.ts';
import { tenantStream } from './stream.ts';

/** An app as the tenant lists it: an item of its catalogue, with an id of its own, that stands for the app. */
type QlikApp = Omit<App, 'id' | 'itemId' | 'tags' | 'collections' | 'url'> &
  AppItem & {
    readonly meta?: Pick<App, 'tags' | 'collections'> | null;
  };

/** Apps that the credentials may see, in spaces and personal. */
export const apps = tenantStream<App>({
  name: 'apps',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  async *read(tenant, expect) {
    const list = tenant.appItems<QlikApp>({ expect });
    for await (const items of list) yield items.map((item) => appOf(item, tenant.origin));
  },
});

function appOf({ id: itemId, resourceId, meta, ...item }: QlikApp, origin: string): App {
  return {
    ...item,
    id: resourceId ?? null,
    itemId: itemId ?? null,
    tags: meta?.tags ?? null,
    collections: meta?.collections ?? null,
    url: resourceId ? `${origin}/sense/app/${resourceId}` : null,
  };
}
