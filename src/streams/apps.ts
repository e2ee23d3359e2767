import schema from '../../schemas/apps.json' with { type: 'json' };
import type { Reason } from '../cdk/index.ts';
import type { App } from '../generated/apps.ts';
import type { Setting } from '../qlik/app-scope.ts';
import type { AppItem } from '../qlik/tenant.ts';
import { listingApps } from './parts/app-access.ts';
import { type CatalogItem, resourceOf } from './parts/item.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** An app as the tenant lists it: an item of its catalogue. */
type QlikApp = Omit<App, 'id' | 'itemId' | 'tags' | 'collections' | 'url'> & AppItem & CatalogItem;

/** Apps that the credentials may see, in spaces and personal. */
export const apps = tenantStream<App>({
  name: 'apps',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  suggested: true,
  access: listingApps,
  path: '/api/v1/items',
  async *read(tenant, { needs }, expect, skip) {
    const list = tenant.appItems<QlikApp>({
      needs,
      expect,
      skip: skip && ((item, setting) => skip(appOf(item, tenant.origin), KEPT_OUT[setting])),
    });
    for await (const items of list) yield items.map((item) => appOf(item, tenant.origin));
  },
});

/** Why the settings do not admit an app. */
const KEPT_OUT: { readonly [setting in Setting]: Reason } = {
  include_spaces: {
    code: 'include_spaces',
    message: 'The app is in a space that include_spaces does not name.',
    remedy: 'Add the space to include_spaces to have its apps read.',
  },
  exclude_spaces: {
    code: 'exclude_spaces',
    message: 'The app is in a space that exclude_spaces names.',
    remedy: 'Take the space out of exclude_spaces to have its apps read.',
  },
  include_personal_apps: {
    code: 'include_personal_apps',
    message: 'The app is personal, and include_personal_apps is off.',
    remedy: 'Turn include_personal_apps on to have personal apps read.',
  },
};

function appOf(item: QlikApp, origin: string): App {
  const app = resourceOf(item);
  return { ...app, url: openingAddress(item.links, origin) ?? addressOf(app.id, origin) };
}

/** Where Qlik says that it opens: a data flow, which is an app too, has a page of another kind. */
function openingAddress(links: QlikApp['links'], origin: string): string | null {
  const href = links?.open?.href;
  const url = typeof href === 'string' && href !== '' ? URL.parse(href, origin) : null;
  return url?.protocol === 'https:' || url?.origin === origin ? (url?.href ?? null) : null;
}

function addressOf(id: unknown, origin: string): string | null {
  return typeof id === 'string' && id !== '' ? `${origin}/sense/app/${id}` : null;
}
