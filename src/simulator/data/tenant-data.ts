import { type Group, groupMaker, type Role, roleMaker, systemGroupMaker } from './access.ts';
import { type ApiKey, apiKeyMaker } from './api-keys.ts';
import { type Automation, automationMaker } from './automations.ts';
import { type Collection, collectionMaker } from './collections.ts';
import { type Connection, connectionMaker } from './connections.ts';
import { type DataFile, dataFileMaker } from './data-files.ts';
import type { AppDocument } from './document.ts';
import { Documents } from './documents.ts';
import { appIndex, type Item, itemMaker } from './items.ts';
import { type Plan, planTenant, type TenantSize } from './plan.ts';
import { type Reload, reloadMaker } from './reloads.ts';
import { RowList, type RowMaker } from './row-list.ts';
import { type Assignment, assignmentMaker, type Share, shareMaker } from './space-access.ts';
import { type Space, spaceMaker } from './spaces.ts';
import { NOW } from './timeline.ts';
import { type User, userMaker } from './users.ts';

/** The truth about a simulated tenant: what a caller who may see everything is to read. */
export interface TenantData {
  plan: Plan;
  users: RowList<User>;
  groups: RowList<Group>;
  systemGroups: RowList<Group>;
  roles: RowList<Role>;
  spaces: RowList<Space>;
  /** Of all spaces. */
  assignments: RowList<Assignment>;
  shares: RowList<Share>;
  /** Apps, and items of other types. */
  items: RowList<Item>;
  /** With those whose data source is disabled, and with the DataFiles of each space. */
  connections: RowList<Connection>;
  dataFiles: RowList<DataFile>;
  /** Tags, and collections of all and of their makers. */
  collections: RowList<Collection>;
  automations: RowList<Automation>;
  /** Of all apps, deleted ones too, as far back as Qlik remembers. */
  reloads: RowList<Reload>;
  apiKeys: RowList<ApiKey>;
  /** The item that stands for an app. */
  itemOfApp(appId: string): Item | undefined;
  /** What is in the apps. */
  documents: Documents;
  /** What is in an app that there is: the truth, and the way to edit it. */
  document(appId: string): AppDocument;
  tenant(): Record<string, unknown>;
}

/** The same seed and size make the same rows, byte for byte. */
export function makeTenantData(size: Partial<TenantSize> = {}, seed = 1): TenantData {
  const plan = planTenant(size, seed);
  const roles = roleMaker(plan);
  const roleAt = remember(roles.rowAt);
  const groups = groupMaker(plan, roleAt);
  const users = userMaker(plan, roleAt, remember(groups.rowAt));
  const spaces = spaceMaker(plan, users.idAt);
  const spaceIdAt = remember(spaces.idAt);
  const itemsAtFirst = itemMaker(plan, users.rowAt, spaceIdAt);
  const items = new RowList<Item>(itemsAtFirst);
  const firstAppAt = (app: number) => itemsAtFirst.rowAt(appIndex(app));
  const access = {
    ...{ plan, spaceAt: remember(spaces.rowAt), userIdAt: users.idAt, groupIdAt: groups.idAt },
    appAt: firstAppAt,
  };
  const userList = new RowList<User>(users);
  const itemOfApp = itemFinder(items);
  const reloads = new RowList<Reload>(reloadMaker(plan, firstAppAt));
  const documents = new Documents({ plan, users: userList, items, reloads, itemOfApp });
  return {
    plan,
    users: userList,
    groups: new RowList<Group>(groups),
    systemGroups: new RowList<Group>(systemGroupMaker(plan)),
    roles: new RowList<Role>(roles),
    spaces: new RowList<Space>(spaces),
    assignments: new RowList<Assignment>(kept(assignmentMaker(access))),
    shares: new RowList<Share>(kept(shareMaker(access))),
    items,
    connections: new RowList<Connection>(connectionMaker(plan, users.idAt, spaceIdAt)),
    dataFiles: new RowList<DataFile>(dataFileMaker(plan, users.idAt, spaceIdAt)),
    collections: new RowList<Collection>(collectionMaker(plan, users.idAt)),
    automations: new RowList<Automation>(automationMaker(plan, users.idAt, spaceIdAt)),
    reloads,
    apiKeys: new RowList<ApiKey>(apiKeyMaker(plan)),
    itemOfApp,
    documents,
    document: (appId) => {
      const document = documents.get(appId);
      if (!document) throw new Error(`there is no app ${appId}`);
      return document;
    },
    tenant: () => ({
      id: plan.tenantId,
      name: 'simulated-tenant',
      hostnames: [plan.hostname, `alias.${plan.hostname}`],
      datacenter: 'eu-west-1',
      region: 'eu',
      status: 'active',
      created: '2023-01-09T08:00:00.000Z',
      lastUpdated: new Date(NOW).toISOString(),
      createdByUser: plan.adminId,
      links: { self: { href: `${plan.origin}/api/v1/tenants/${plan.tenantId}` } },
    }),
  };
}

/** Apps are asked for by another id than their item's; the index is made anew when an unknown one is asked for. */
function itemFinder(items: RowList<Item>) {
  let itemIds = new Map<string, string>();
  return (appId: string) => {
    const known = items.get(itemIds.get(appId) ?? '');
    if (known?.resourceId === appId) return known;
    itemIds = new Map();
    for (const { resourceType, resourceId, id } of items.all()) if (resourceType === 'app') itemIds.set(resourceId, id);
    return items.get(itemIds.get(appId) ?? '');
  };
}

/** Makes each row once: those of one space are looked for among the rows of all, space by space. */
function kept<Row>(maker: RowMaker<Row>): RowMaker<Row> {
  return { ...maker, rowAt: remember(maker.rowAt) };
}

function remember<T>(make: (index: number) => T): (index: number) => T {
  const made: T[] = [];
  return (index) => {
    made[index] ??= make(index);
    return made[index] as T;
  };
}
