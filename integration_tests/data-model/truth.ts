import type { RoleReference } from '../../src/simulator/data/access.ts';
import { isDataFiles } from '../../src/simulator/data/connections.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { User } from '../../src/simulator/data/users.ts';
import type { Json } from '../support/messages.ts';
import { truthInApps } from '../support/truth-in-apps.ts';
import { PROBES, type Scene } from './scene.ts';
import { whoCanOpen } from './truth-access.ts';
import { chartsWithSales, failedReloads, filesNotLoaded, unusedFields } from './truth-use.ts';

const DAY_MS = 86_400_000;
/** Whoever chooses no others has no tables of theirs to be asked. */
const SUGGESTED = ['users', 'groups', 'roles', 'spaces', 'apps', 'sheets', 'charts', 'connections'];

/** What each question is to be answered, from what the tenant holds: rows of the columns that can be foreseen, in any order. */
export const truthAbout: { readonly [question: string]: (scene: Scene) => Json[] } = {
  'apps-not-reloaded': (scene) =>
    admittedApps(scene)
      .filter(({ resourceAttributes: { isDirectQueryMode, lastReloadTime }, resourceCreatedAt }) => {
        const sinceMs = Date.parse(String(lastReloadTime || resourceCreatedAt));
        return !isDirectQueryMode && sinceMs < Date.now() - 90 * DAY_MS;
      })
      .map((app) => ({ ...placed(app, scene), owner: ownerOf(app, scene)?.name ?? null })),

  'changed-since-yesterday': (scene) => [
    ...differences(scene).map(({ stream, change, appId, id }) => ({ stream, change, appId, id })),
    ...appsReadAgain(scene).map(({ resourceId }) => {
      return { stream: 'app_coverage', change: 'new or changed', appId: resourceId, id: resourceId };
    }),
  ],

  'charts-using-a-field': chartsUsingRegion,

  'charts-using-a-measure': chartsWithSales,

  'connections-by-space': ({ tenant: { data } }) =>
    [...data.connections.all()]
      .filter((connection) => !isDataFiles(connection))
      .map(({ id, qName, space, user, datasourceID }) => ({
        space: space === undefined ? '(personal)' : data.spaces.get(space)?.name,
        spaceType: data.spaces.get(space ?? '')?.type ?? null,
        connection: qName,
        source: datasourceID,
        creator: data.users.get(user ?? '')?.name ?? null,
        connectionId: id,
      })),

  'failed-reloads': failedReloads,

  'files-not-loaded': filesNotLoaded,

  'orphaned-apps': (scene) =>
    admittedApps(scene).flatMap((app) => {
      const owner = ownerOf(app, scene);
      if (owner && owner.status !== 'deleted') return [];
      const left = owner ? 'the owner is a deleted user' : 'the owner is no user';
      const reason = app.ownerId === undefined ? 'no owner' : left;
      return [{ ...placed(app, scene), ownerId: app.ownerId ?? null, reason }];
    }),

  'unpublished-sheets': ({ tenant: { data }, after }) =>
    [...data.items.all()].flatMap(({ resourceType, resourceId, name }) => {
      if (resourceType !== 'app') return [];
      const document = data.document(resourceId);
      const hidden = document.sheetIds().filter((id) => document.meta(id).published === false);
      return hidden
        .filter((id) => after.sheets?.has(JSON.stringify([resourceId, id])))
        .map((sheetId) => {
          const { title, ownerId = '' } = document.meta(sheetId);
          return { app: name, appId: resourceId, sheetId, sheet: title, owner: data.users.get(ownerId)?.name ?? null };
        });
    }),

  'unused-fields': unusedFields,

  'users-without-a-group': ({ tenant: { data } }) =>
    [...data.users.all()]
      .filter(({ status, assignedGroups }) => status !== 'deleted' && assignedGroups?.length === 0)
      .map(({ id, name, email = null, status, subject }) => ({ userId: id, userName: name, email, status, subject })),

  'what-could-not-be-seen': (scene) =>
    (
      [
        ['closed', 'denied', 'CLOSE-4203'],
        ['failing', 'failed', 'CLOSE-1011'],
        ['keptOut', 'not_admitted', 'exclude_spaces'],
      ] as const
    ).map(([role, status, reasonCode]) => ({ ...placed(scene[role], scene), status, reasonCode })),

  'what-was-deleted': (scene) =>
    differences(scene).flatMap(({ stream, change, appId, id }) =>
      change === 'deleted' ? [{ stream, appId, id }] : [],
    ),

  'who-can-do-what': ({ tenant: { data } }) => {
    const everyones = [...data.systemGroups.all()].flatMap(({ assignedRoles = [] }) => assignedRoles);
    const rows = [...data.users.all()]
      .filter(({ status }) => status !== 'deleted' && status !== 'disabled')
      .flatMap((user) => {
        const ways: (readonly [via: string, roles: readonly RoleReference[]])[] = [
          ['own role', user.assignedRoles ?? []],
          ['everyone', everyones],
          ...(user.assignedGroups ?? []).flatMap(({ id, name, assignedRoles = [] }) => {
            const group = data.groups.get(id);
            return [
              [`group ${name}`, assignedRoles] as const,
              [`group ${group?.name}`, group?.assignedRoles ?? []] as const,
            ];
          }),
        ];
        return [...byRoles(user, ways, data), ...byScopes(user)];
      });
    return distinct(rows);
  },

  'who-can-open-an-app': ({ tenant: { data } }) => whoCanOpen(data),
};

function byRoles(
  { id, name, email }: User,
  ways: readonly (readonly [via: string, roles: readonly RoleReference[]])[],
  { roles }: Scene['tenant']['data'],
): Json[] {
  return ways.flatMap(([via, held]) =>
    held.flatMap((role) => {
      const { permissions = [], assignedScopes = [] } = roles.get(role.id) ?? {};
      const all = [...permissions, ...assignedScopes];
      return all.map((permission) => ({
        userId: id,
        userName: name,
        email: email ?? null,
        permission,
        via,
        role: role.name,
      }));
    }),
  );
}

function byScopes({ id, name, email, assignedScopes = [] }: User): Json[] {
  return assignedScopes.map((permission) => {
    return { userId: id, userName: name, email: email ?? null, permission, via: 'own scope', role: null };
  });
}

/** Of the simulated tenant's own definitions these two name the field; what was added says so itself. */
function chartsUsingRegion({ tenant, after }: Scene): Json[] {
  const uses = new Set(['Region', '[Region]', ...PROBES.flatMap(([, text, isUse]) => (isUse ? [text] : []))]);
  const visible = (truthInApps(tenant).charts ?? []).filter(({ appId, id }) =>
    after.charts?.has(JSON.stringify([appId, id])),
  );
  const rows = visible.flatMap(({ appId, id: chartId, title, type, dimensions, measures }) => {
    const app = tenant.data.itemOfApp(String(appId))?.name;
    const fields = (dimensions as { fieldDefs: string[] }[]).flatMap(({ fieldDefs }) => fieldDefs);
    const formulas = (measures as { expression: string }[]).map(({ expression }) => expression);
    const used = [...fields.map((text) => ['dimension', text]), ...formulas.map((text) => ['measure', text])];
    return used
      .filter(([, definition = '']) => uses.has(definition))
      .map(([usedAs, definition]) => ({ app, appId, chartId, chart: title, type, usedAs, definition }));
  });
  return distinct(rows);
}

interface Difference {
  readonly stream: string;
  readonly change: 'deleted' | 'new or changed';
  readonly appId: unknown;
  readonly id: unknown;
}

/** What the tenant holds otherwise than two days ago; of app_coverage, which it does not hold, what was deleted. */
function differences({ before, after }: Scene): Difference[] {
  return SUGGESTED.flatMap((stream) => {
    const [old, now] = [before[stream], after[stream]] as [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
    const gone = [...old.keys()].filter((key) => !now.has(key)).map((key) => ['deleted', key] as const);
    const fresh = [...now]
      .filter(([key, row]) => old.get(key) !== row)
      .map(([key]) => ['new or changed', key] as const);
    return [...gone, ...fresh].flatMap(([change, key]) => {
      const [first, second] = JSON.parse(key) as [string, string?];
      const isApp = stream === 'apps';
      const row = { change, appId: second || isApp ? first : null, id: second ?? first };
      return [{ stream, ...row }, ...(isApp && change === 'deleted' ? [{ stream: 'app_coverage', ...row }] : [])];
    });
  });
}

/** All apps that can be opened: each is due after two days, and when it was read is told. */
function appsReadAgain({ tenant: { data }, closed, keptOut }: Scene): Item[] {
  const steady = [closed.resourceId, keptOut.resourceId];
  return [...data.items.all()].filter(
    ({ resourceType, resourceId }) => resourceType === 'app' && !steady.includes(resourceId),
  );
}

function admittedApps({ tenant: { data }, keptOut }: Scene): Item[] {
  return [...data.items.all()].filter(({ resourceType, id }) => resourceType === 'app' && id !== keptOut.id);
}

/** Whoever makes apps lets them have an owner; one was taken away. */
function ownerOf({ ownerId = '' }: Partial<Item>, { tenant: { data } }: Scene): User | undefined {
  return data.users.get(ownerId);
}

/** An app and where it is. */
function placed({ id }: Item, { tenant: { data } }: Scene) {
  const { resourceId, name, spaceId = '' } = data.items.get(id) as Item;
  return { appId: resourceId, app: name, space: data.spaces.get(spaceId)?.name ?? null };
}

function distinct(rows: readonly Json[]): Json[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
