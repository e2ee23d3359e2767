import { vi } from 'vitest';
import type { Line } from '../../src/cdk/testing/lines.ts';
import { reference } from '../../src/simulator/data/access.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { User } from '../../src/simulator/data/users.ts';
import { live } from '../../src/simulator/life.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantData } from '../../src/simulator/tenant-data.ts';
import { streams } from '../../src/streams/index.ts';
import { keyOf } from '../support/destination.ts';
import { readHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { apiKeySettings } from '../support/program.ts';
import { truthOf } from '../support/truth.ts';
import { furnishAccess, furnishFailures, furnishFiles, giveData, type Later, put } from './fixtures.ts';
import { cubeOf, furnishFieldUses, furnishMeasures } from './fixtures-use.ts';

const DAY_MS = 86_400_000;
const SPACE_KEPT_OUT = 'Archive';

/** Definitions of charts that are added to an app; of each, whether it names the field Region. */
export const PROBES: readonly [usedAs: 'dimension' | 'measure', definition: string, isUse: boolean][] = [
  ['measure', 'Count(distinct [Region])', true],
  ['measure', 'Count("Region")', true],
  ['measure', "Sum({<Region={'North'}, [Region Code]={1}>} Amount)", true],
  ['measure', "'It''s '&Region", true],
  ['measure', 'Sum(RegionTotal)', false],
  ['measure', 'Sum([Region Code])', false],
  ['measure', "Count({<Kind={'Region'}>} Amount)", false],
  ['measure', 'Sum(region)', false],
  ['measure', 'Sum("Region of birth")', false],
  ['measure', 'Sum(Amount) // by Region', false],
  ['measure', 'Sum(Amount) /* by\n[Region] */', false],
  ['measure', 'Max(Region(Today()))', false],
  ['measure', 'Sum({<Kind={1}>} $(Region))', false],
  ['measure', 'Max($(=Min(Region)))', true],
  ['measure', 'Sum(%Region)', false],
  ['measure', 'Sum(%Key)', false],
  ['dimension', '=$Sales', false],
  ['dimension', '=Upper(Region)', true],
  ['dimension', "=[Region]&' '&Country", true],
  ['dimension', 'Region Code', false],
  ['dimension', 'Große Region', false],
  ['dimension', '=[Große Region]', false],
  ['dimension', '=Regionär', false],
];

/** Apps that have something about them. */
interface Apps {
  /** Not to be opened. */
  readonly closed: Item;
  /** Not to be read to its end on the second day. */
  readonly failing: Item;
  /** In a space that the settings do not admit. */
  readonly keptOut: Item;
}

/** The rows of a stream by their keys, each as one text. */
type Rows = ReadonlyMap<string, string>;

/** A tenant that was read and, after what happened in two days, read again. */
export interface Scene extends Apps {
  readonly tenant: SimulatedTenant;
  /** What both reads printed. */
  readonly lines: readonly Line[];
  /** What the tenant held when it was read first, as far as the connector could see it; all streams but app_coverage. */
  readonly before: { readonly [stream: string]: Rows };
  /** The same of the second time. */
  readonly after: { readonly [stream: string]: Rows };
}

/** Plays the two days. The clock stands two days back while the tenant is read first; all other times are as they come. */
export async function twoDays(): Promise<Scene> {
  const tenant = await startSimulatedTenant({ users: 40, groups: 5, spaces: 6, apps: 26, sheets: 2, charts: 3 });
  const { data, engine } = tenant;
  data.documents.propertyPadding = 0;
  Object.assign(engine.dials, { privateSheets: 'all', listedExpressions: 'stored' });
  const { leaver, later, ...apps } = furnish(data);
  const config = apiKeySettings(tenant, { exclude_spaces: [SPACE_KEPT_OUT] });
  const read = (more: object) =>
    readHere(tenant, { config, mode: 'incremental', ...more }, { patience: { retryMs: 200, pauseMs: 0 } });

  engine.faults.add({ app: apps.closed.resourceId, close: 4203 });
  const before = visibleRows(tenant, apps);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * DAY_MS });
  const first = await read({}).finally(() => vi.useRealTimers());

  live(data);
  data.users.delete(leaver.id);
  for (const happen of later) happen();
  engine.faults.add({ app: apps.failing.resourceId, close: 1011 });
  const second = await read({ after: [first] });
  const after = visibleRows(tenant, apps);
  return { tenant, lines: [...first.lines, ...second.lines], before, after, ...apps };
}

/** Makes what the questions ask for, and what looks like it. */
function furnish(data: TenantData) {
  // By what is said of them: a document that is made now may be made otherwise when the app has changed.
  const apps = data.items.all().filter(({ resourceAttributes: { usage } }) => usage === 'ANALYTICS');
  const [closed, failing, keptOut, probed, ownerless, deserted, bereft, ...others] = apps.toArray().reverse() as Seven;
  const [leaver, erased, disabled, loner] = [...data.users.all()].reverse() as [User, User, User, User];
  furnishPeople(data, { erased, disabled, loner });
  furnishReloads(data, others);
  const archive = data.spaces.add({ name: SPACE_KEPT_OUT, type: 'shared' });
  put(data, keptOut, { spaceId: archive.id }, { spaceId: archive.id });
  put(data, ownerless, { ownerId: undefined });
  put(data, deserted, { ownerId: leaver.id });
  put(data, bereft, { ownerId: erased.id });
  furnishSheets(data, probed, loner);
  const [managed, personal, shared, passing, other] = others.slice(5) as [Item, Item, Item, Item, Item];
  for (const app of [closed, probed, passing]) giveData(data, app);
  furnishFieldUses(data, [probed, ownerless, deserted, bereft, ...others]);
  const goes = (['roles', 'groups', 'spaces'] as const).map((list): [typeof list, string] => [
    list,
    data[list].add().id,
  ]);
  const later: Later[] = [
    ...furnishAccess(data, [managed, personal, shared, passing, other], { disabled, loner }),
    ...furnishFiles(data, passing),
    ...furnishFailures(data, keptOut, passing, [ownerless, deserted, bereft, managed, personal, shared]),
    ...furnishMeasures(data, probed, shared),
    ...goes.map(
      ([list, id]) =>
        () =>
          data[list].delete(id),
    ),
  ];
  return { closed, failing, keptOut, leaver, later };
}

type Seven = [Item, Item, Item, Item, Item, Item, Item, ...Item[]];

function furnishPeople(data: TenantData, { erased, disabled, loner }: { [role: string]: User }): void {
  const [, everybodys, own, ofGroup] = [...data.roles.all()].map(reference);
  const [everyone] = data.systemGroups.all();
  const [group, twin] = data.groups.all();
  if (!erased || !disabled || !loner || !everybodys || !own || !ofGroup || !everyone || !group || !twin)
    throw new Error('the tenant is too small');
  data.systemGroups.change(everyone.id, { assignedRoles: [everybodys] });
  const membership = { id: group.id, name: group.name, assignedRoles: [ofGroup] };
  data.users.change(erased.id, { status: 'deleted', assignedRoles: [own], assignedGroups: [] });
  data.users.change(disabled.id, { status: 'disabled', assignedRoles: [own], assignedGroups: [membership] });
  data.users.change(loner.id, { status: 'active', assignedRoles: [own], assignedGroups: [], assignedScopes: ['lone'] });
  const [admin, , another] = data.users.all();
  // Groups may share a name, and be one way to a permission.
  data.users.change(admin?.id ?? '', { assignedGroups: [membership, { ...membership, id: twin.id }] });
  // Not every membership names the roles of its group.
  data.groups.change(group.id, { assignedRoles: [ofGroup] });
  data.users.change(another?.id ?? '', { assignedGroups: [{ id: group.id, name: group.name }] });
}

/** Apps by the age of their data, of which some look older or younger than they are. */
function furnishReloads(data: TenantData, apps: Item[]): void {
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const never = { resourceReloadEndTime: '', resourceReloadStatus: '' };
  const cases: [item: object, attributes: object][] = [
    [{}, { lastReloadTime: ago(89) }],
    [{ resourceReloadEndTime: ago(1), resourceReloadStatus: 'failed' }, { lastReloadTime: ago(91) }],
    [{}, { lastReloadTime: ago(91), isDirectQueryMode: true }],
    [
      { ...never, resourceCreatedAt: ago(91) },
      { lastReloadTime: '', isDirectQueryMode: false },
    ],
    [
      { ...never, resourceCreatedAt: ago(2) },
      { lastReloadTime: '', isDirectQueryMode: false },
    ],
  ];
  for (const [index, [item, attributes]] of cases.entries()) put(data, apps[index] as Item, item, attributes);
}

/** A sheet that its owner alone sees, one that was published, and charts with the probes. */
function furnishSheets(data: TenantData, { resourceId }: Item, owner: User): void {
  const { edit } = data.document(resourceId);
  edit.addSheet({ title: 'Draft', visibility: 'private', ownerId: owner.id });
  const sheetId = edit.addSheet({ title: 'Probes', charts: 0 });
  for (const [usedAs, definition] of PROBES) {
    edit.addChart(sheetId, { kind: 'barchart', properties: { title: definition, ...cubeOf(usedAs, definition) } });
  }
}

function visibleRows(tenant: SimulatedTenant, { closed, keptOut }: Apps): Scene['before'] {
  const held = streams.filter(({ name }) => name !== 'app_coverage');
  const truth = truthOf(
    tenant,
    held.map(({ name }) => name),
  ) as { [stream: string]: Json[] };
  const isVisible = ({ id, appId }: Json, stream: string) =>
    ![closed.resourceId, keptOut.resourceId].includes(String(appId)) &&
    !(stream === 'apps' && id === keptOut.resourceId);
  return Object.fromEntries(
    held.map(({ name, primaryKey }) => {
      const rows = (truth[name] ?? []).filter((row) => isVisible(row, name));
      return [name, new Map(rows.map((row) => [keyOf(row, primaryKey), JSON.stringify(row)]))];
    }),
  );
}
