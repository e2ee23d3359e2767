import { type Answer, found, ok } from '../answer.ts';
import { dataModelOf, measuredOf } from '../data/data-model.ts';
import type { Item } from '../data/items.ts';
import type { Plan } from '../data/plan.ts';
import { iso, openedMs } from '../data/timeline.ts';
import type { Asked } from './rest-list.ts';

/** Answers one call. */
export type Endpoint = (asked: Asked) => Answer;

/** What is neither a list nor a row of one, by its path below `/api/v1/` (https://qlik.dev/apis/rest/apps/ and the like). */
export const singles: Record<string, Endpoint> = {
  'users/me': (asked) => redirect(asked, `/api/v1/users/${asked.call.callerId}`),
  'users/actions/count': ({ users }) => ok({ total: users.count }),
  'apps/{id}': ({ id, itemOfApp }) => found('APPS', itemOfApp(id), appOfItem),
  'apps/{id}/data/metadata': ({ id, itemOfApp, plan }) =>
    found('APPS', itemOfApp(id), (item) => metadataOf(item, plan.seed)),
  'tenants/me': (asked) =>
    asked.dials.tenantsMe === 'direct'
      ? ok(tenantOf(asked.plan))
      : redirect(asked, `/api/v1/tenants/${asked.plan.tenantId}`),
  'tenants/{id}': ({ id, plan }) => found('TENANTS', id === plan.tenantId ? tenantOf(plan) : undefined),
};

function redirect({ call, dials, plan }: Asked, path: string): Answer {
  const where = path + call.url.search;
  const location = {
    absolute: call.url.origin + where,
    relative: where,
    otherHost: `https://alias.${plan.hostname}${where}`,
    missing: undefined,
  }[dials.meLocation];
  return { status: 301, ...(location && { headers: { location } }) };
}

function tenantOf({ tenantId, hostname, origin, adminId, nowMs }: Plan): object {
  return {
    id: tenantId,
    name: 'simulated-tenant',
    hostnames: [hostname, `alias.${hostname}`],
    datacenter: 'eu-west-1',
    region: 'eu',
    status: 'active',
    created: iso(openedMs(nowMs)),
    lastUpdated: iso(nowMs),
    createdByUser: adminId,
    links: { self: { href: `${origin}/api/v1/tenants/${tenantId}` } },
  };
}

/** GET /apps/{appId}/data/metadata: tables and fields, as the last reload has made them, and what that took. */
function metadataOf(item: Item, seed: number): object {
  return { ...dataModelOf(seed, item), ...measuredOf(seed, item) };
}

function appOfItem(item: Item): object {
  const { _resourcetype, spaceId, ...attributes } = item.resourceAttributes;
  return {
    attributes: { ...attributes, custom: {}, encrypted: false },
    create: [{ resource: 'sheet', canCreate: true }],
    privileges: ['read', 'create', 'update', 'delete', 'reload', 'export', 'change_owner', 'change_space'],
  };
}
