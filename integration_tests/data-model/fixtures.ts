import { reference } from '../../src/simulator/data/access.ts';
import { dataModelOf } from '../../src/simulator/data/data-model.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { Assignment, Share } from '../../src/simulator/data/space-access.ts';
import type { User } from '../../src/simulator/data/users.ts';
import type { TenantData } from '../../src/simulator/tenant-data.ts';

/** What is to happen between the two days. */
export type Later = () => void;

/** The app of which is asked who can open it; several bear the name. */
export const ASKED_APP = 'Sales overview';

/** Changes an app. */
export function put({ items }: TenantData, { id }: Item, item: object, attributes: object = {}): void {
  const { resourceAttributes } = items.get(id) as Item;
  items.change(id, { ...item, resourceAttributes: { ...resourceAttributes, ...attributes } });
}

/** Lets an app have data; whether it is opened or not, its tables and fields are told. */
export function giveData(data: TenantData, app: Item): void {
  const at = '2025-10-01T06:00:00.000Z';
  put(data, app, { resourceReloadEndTime: at, resourceReloadStatus: 'ok' }, { lastReloadTime: at });
}

/** A managed app, a personal one, a shared one, one that goes, and one that is not asked about. */
type Asked = [managed: Item, personal: Item, shared: Item, passing: Item, other: Item];

/** Every way to open an app, and what looks like one. */
export function furnishAccess(data: TenantData, apps: Asked, { disabled, loner }: { [role: string]: User }): Later[] {
  const [managed, personal, shared, passing, other] = apps;
  for (const app of [managed, personal, shared, passing]) put(data, app, { name: ASKED_APP });
  put(data, other, { name: `${ASKED_APP} 2`, spaceId: shared.spaceId }, { spaceId: shared.spaceId });
  const [operator, publisher, viewer] = [...data.users.all()].filter(isAlone) as [User, User, User];
  const [everyone] = data.systemGroups.all();
  const [, , group] = data.groups.all();
  const [tenantAdmin] = data.roles.all();
  if (!everyone || !group || !tenantAdmin || !disabled || !loner) throw new Error('the tenant is too small');
  const assign = ({ spaceId = '' }: Item, type: Assignment['type'], { id }: { id: string }, ...roles: string[]) =>
    data.assignments.add({ spaceId, type, assigneeId: id, roles }).id;
  // The membership alone says that its group has the role.
  const membership = { id: group.id, name: group.name, assignedRoles: [reference(tenantAdmin)] };
  data.users.change(operator.id, { assignedGroups: [membership] });
  assign(managed, 'user', operator, 'operator');
  assign(managed, 'user', publisher, 'publisher', 'dataconsumer');
  assign(managed, 'user', disabled, 'consumer');
  assign(managed, 'group', everyone, 'basicconsumer');
  assign(shared, 'user', loner, 'dataconsumer', 'consumer');
  assign(shared, 'user', publisher, 'datapreview');
  assign(shared, 'group', group, 'producer', 'dataconsumer');
  const brief = assign(shared, 'user', viewer, 'consumer');

  const share = ({ spaceId = '', resourceId, name }: Item, given: Partial<Share>) => {
    const { id } = data.shares.add({ spaceId, resourceId, resourceName: name, roles: ['consumer'], ...given });
    if (given.type === 'link') data.shares.change(id, { assigneeId: undefined });
    return id;
  };
  share(managed, { type: 'user', assigneeId: viewer.id, roles: ['consumer', 'contributor'] });
  share(managed, { type: 'group', assigneeId: group.id });
  share(managed, { type: 'link', disabled: false });
  share(shared, { type: 'link', disabled: true });
  share(other, { type: 'user', assigneeId: viewer.id });
  const briefLink = share(shared, { type: 'link', disabled: false });
  return [
    () => data.assignments.delete(brief),
    () => data.shares.delete(briefLink),
    () => data.items.delete(passing.id),
  ];
}

function isAlone({ status, assignedGroups, email }: User): boolean {
  return status === 'active' && assignedGroups?.length === 0 && email !== undefined;
}

/** Reloads of which the last to end was, or was not, the one that failed. */
export function furnishFailures(data: TenantData, keptOut: Item, passing: Item, apps: readonly Item[]): Later[] {
  const [recovered, relapsed, limited, cancelled, mended, overtaken] = apps.map(
    ({ resourceId }) => data.document(resourceId).reloads,
  ) as Runs;
  recovered.run('FAILED');
  recovered.run();
  relapsed.run();
  relapsed.run('FAILED');
  limited.run('EXCEEDED_LIMIT');
  cancelled.run('FAILED');
  cancelled.run('CANCELED');
  for (const { resourceId } of [keptOut, passing]) data.document(resourceId).reloads.run('FAILED');
  mended.run('FAILED');
  const slow = overtaken.queue();
  overtaken.begin(slow);
  overtaken.run();
  overtaken.end(slow, 'FAILED');
  return [() => mended.run(), () => relapsed.queue()];
}

type Reloads = ReturnType<TenantData['document']>['reloads'];
type Runs = [Reloads, Reloads, Reloads, Reloads, Reloads, Reloads];

/** Files that apps load, by all signs that there are of it, and what looks like them. */
export function furnishFiles(data: TenantData, passing: Item): Later[] {
  const { dataFiles, items, plan } = data;
  const tablesOf = (app: Item) => dataModelOf(plan.seed, items.get(app.id) as Item).tables.map(({ name }) => name);
  const apps = [...items.all()].filter(({ resourceType }) => resourceType === 'app');
  const tables = new Set(apps.flatMap(tablesOf));
  const numbered = [...tables].find((name) => name.endsWith('-1') && !tables.has(name.slice(0, -2))) ?? '';
  const add = (baseName: string, more: object = {}) =>
    dataFiles.add({ name: baseName, baseName, folder: false, folderPath: null, qri: null, ...more });
  for (const name of [numbered.slice(0, -2), 'orders', ...tablesOf(passing)]) add(`${name}.csv`);
  add('of one space.qvd', { qri: 'qri:qdf:fake://used' });
  add('of one space.csv', { qri: 'qri:qdf:fake://not used' });
  const { spaceId } = add('by its name.xlsx');
  add('by its name.xlsx', { spaceId: [...data.spaces.all()].find(({ id }) => id !== spaceId)?.id ?? null });
  add('archive', { folder: true });
  const goes = add('goes.qvd');
  const [byQri, unused, byName] = [...items.all()].filter(({ resourceType }) => resourceType === 'dataset');
  const use = (item: Item | undefined, usedBy: number, attributes: object, more: object = {}) =>
    item && put(data, item, { itemViews: { total: 3, usedBy }, ...more }, attributes);
  use(byQri, 2, { qri: 'qri:qdf:fake://used' });
  use(unused, 0, { qri: 'qri:qdf:fake://not used', secureQri: 'qri:qdf:fake://not used' });
  use(byName, 1, { technicalName: 'by its name.xlsx' }, { spaceId: spaceId ?? undefined });
  return [() => dataFiles.delete(goes.id)];
}
