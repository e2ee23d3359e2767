import { type Answer, badParameter, type Call, notFound, refusal } from '../answer.ts';
import { dataModelOf } from '../data/data-model.ts';
import type { Item } from '../data/items.ts';
import type { TenantData } from '../data/tenant-data.ts';
import { legacyUser } from '../data/users.ts';
import {
  automationList,
  collectionList,
  connectionList,
  dataFileList,
  itemList,
  reloadList,
  withActions,
} from './content-lists.ts';
import type { Dials } from './dials.ts';
import { answerList, type ListEndpoint } from './list-endpoint.ts';
import { apiKeyList, chosenFields, groupList, roleList, systemGroupList, userList } from './people-lists.ts';
import { assignmentList, shareList, spaceList } from './space-lists.ts';

type Endpoint = (call: Call, id: string) => Answer;

/** The tenant's REST API below `/api/v1/`, as it answers callers who may see everything. */
export class Endpoints {
  #data: TenantData;
  #dials: Dials;
  #endpoints: Record<string, Endpoint>;

  constructor(data: TenantData, dials: Dials) {
    this.#data = data;
    this.#dials = dials;
    this.#endpoints = {
      users: this.#lists(() => userList(data, dials)),
      'users/me': (call) => this.#redirect(`/api/v1/users/${call.callerId}`, call),
      'users/actions/count': () => ok({ total: data.users.count }),
      'users/{id}': (call, id) => this.#user(call, id),
      groups: (call) => this.#groups(call),
      'groups/{id}': (_, id) => found('GROUPS', data.groups.get(id) ?? data.systemGroups.get(id)),
      roles: this.#lists(() => roleList(data)),
      'roles/{id}': (_, id) => found('IDENTITIES', data.roles.get(id)),
      spaces: this.#lists(() => spaceList(data, dials)),
      'spaces/{id}/assignments': (call, id) =>
        this.#inSpace(id, () => answerList(assignmentList(data, id), call, dials)),
      'spaces/{id}/shares': (call, id) => this.#inSpace(id, () => answerList(shareList(data, id), call, dials)),
      'spaces/{id}': (_, id) => found('SPACES', data.spaces.get(id)),
      items: this.#lists(() => itemList(data)),
      'items/{id}': (_, id) => found('ITEMS', data.items.get(id), withActions),
      'apps/{id}': (_, id) => found('APPS', data.itemOfApp(id), appOfItem),
      'apps/{id}/data/metadata': (_, id) =>
        found('APPS', data.itemOfApp(id), (item) => metadataOf(item, data.plan.seed)),
      'data-connections': (call) => this.#connections(call),
      'data-files': this.#lists(() => dataFileList(data)),
      collections: this.#lists(() => collectionList(data)),
      automations: this.#lists(() => automationList(data)),
      reloads: (call) => this.#reloads(call),
      'reloads/{id}': (_, id) => found('RELOADS', data.reloads.get(id)),
      'api-keys': this.#lists(() => apiKeyList(data, dials)),
      'tenants/me': (call) =>
        dials.tenantsMe === 'direct'
          ? ok(data.tenant())
          : this.#redirect(`/api/v1/tenants/${data.plan.tenantId}`, call),
      'tenants/{id}': (_, id) => found('TENANTS', id === data.plan.tenantId ? data.tenant() : undefined),
    };
  }

  /** Which endpoint a path belongs to: `/api/v1/users/{id}` for any user. Undefined if there is none. */
  match(path: string): string | undefined {
    return this.#find(path) && `/api/v1/${this.#find(path)?.name}`;
  }

  /** Answers a call that may be made. */
  answer(call: Call): Answer {
    const endpoint = this.#find(call.url.pathname);
    if (!endpoint) return notFound();
    if (call.method !== 'GET') return refusal(405, 'HTTP-405', 'Method not allowed');
    return endpoint.run(call, endpoint.id);
  }

  #find(path: string): { name: string; id: string; run: Endpoint } | undefined {
    const name = path.replace(/^\/api\/v1\//, '');
    const [parent, id = '', ...below] = name.split('/');
    for (const known of [name, [parent, '{id}', ...below].join('/')]) {
      const run = Object.hasOwn(this.#endpoints, known) ? this.#endpoints[known] : undefined;
      if (run && name !== path) return { name: known, id, run };
    }
    return undefined;
  }

  #lists<Row extends { id: string }>(list: () => ListEndpoint<Row>): Endpoint {
    return (call) => answerList(list(), call, this.#dials);
  }

  #user(call: Call, id: string): Answer {
    const fields = call.url.searchParams.get('fields');
    return found('USERS', this.#data.users.get(id), (user) =>
      chosenFields(this.#dials.legacyUsers ? legacyUser(user) : user, fields),
    );
  }

  #groups(call: Call): Answer {
    const asked = call.url.searchParams;
    if (asked.get('systemGroups') !== 'true') return answerList(groupList(this.#data), call, this.#dials);
    if (asked.size > 1) return badParameter('GROUPS', 'systemGroups', 'systemGroups goes with no other parameter');
    return answerList(systemGroupList(this.#data), call, this.#dials);
  }

  #inSpace(id: string, answer: () => Answer): Answer {
    return this.#data.spaces.get(id) ? answer() : notFound('SPACES');
  }

  #connections(call: Call): Answer {
    if (call.url.searchParams.get('dataName') === '') return badParameter('DCERROR', 'dataName', 'dataName is empty');
    return answerList(connectionList(this.#data), call, this.#dials);
  }

  #reloads(call: Call): Answer {
    const ofOneApp = call.url.searchParams.has('appId');
    if (ofOneApp || this.#dials.reloadsOfAllApps) return answerList(reloadList(this.#data), call, this.#dials);
    return refusal(403, 'RELOADS-003', 'Forbidden', { detail: 'Only a tenant admin may leave out appId.' });
  }

  #redirect(path: string, call: Call): Answer {
    const where = path + call.url.search;
    const location = {
      absolute: call.url.origin + where,
      relative: where,
      otherHost: `https://alias.${this.#data.plan.hostname}${where}`,
      missing: undefined,
    }[this.#dials.meLocation];
    return { status: 301, ...(location && { headers: { location } }) };
  }
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function found<Row extends object>(prefix: string, row: Row | undefined, shape?: (row: Row) => object): Answer {
  return row ? ok(shape?.(row) ?? row) : notFound(prefix);
}

function metadataOf(item: Item, seed: number): object {
  const { hasSectionAccess, isDirectQueryMode } = item.resourceAttributes;
  const more = { has_section_access: hasSectionAccess, is_direct_query_mode: isDirectQueryMode };
  return { reload_meta: { cpu_time_spent_ms: 9 }, ...dataModelOf(seed, item), ...more, static_byte_size: 4096 };
}

function appOfItem(item: Item): object {
  const { _resourcetype, spaceId, ...attributes } = item.resourceAttributes;
  return {
    attributes: { ...attributes, custom: {}, encrypted: false },
    create: [{ resource: 'sheet', canCreate: true }],
    privileges: ['read', 'create', 'update', 'delete', 'reload', 'export', 'change_owner', 'change_space'],
  };
}
