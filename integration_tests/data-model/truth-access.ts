import type { Item } from '../../src/simulator/data/items.ts';
import type { User } from '../../src/simulator/data/users.ts';
import type { TenantData } from '../../src/simulator/tenant-data.ts';
import type { Json } from '../support/messages.ts';
import { ASKED_APP } from './fixtures.ts';

/** By Qlik's tables of what space roles may do; the other roles see data, or publish. */
const OPENING = new Set([
  ...['facilitator', 'producer', 'codeveloper', 'consumer'],
  ...['contributor', 'basicconsumer', 'operator'],
]);
const ADMINS = ['TenantAdmin', 'AnalyticsAdmin'];

/** Something that opens an app, and who has it: a user, all in a group, or whoever has a link. */
interface Key {
  readonly via: string;
  readonly role: string;
  readonly type: string;
  readonly holderId: string | undefined;
}

/** Who can open the apps of the name that is asked for, and how: a row for each way. */
export function whoCanOpen(data: TenantData): Json[] {
  const people = [...data.users.all()].filter(({ status }) => status !== 'disabled' && status !== 'deleted');
  const rows = [...data.items.all()]
    .filter(({ name }) => name === ASKED_APP)
    .flatMap((app) => {
      const place = { appId: app.resourceId, app: app.name, space: data.spaces.get(app.spaceId ?? '')?.name ?? null };
      const links = keysTo(app, data).filter(({ type }) => type === 'link');
      return [
        ...people.flatMap((user) => waysOf(user, app, data).map((way) => ({ ...place, ...named(user), ...way }))),
        ...links.map(({ via, role }) => ({ ...place, ...named(), via, role, groupName: null, groupId: null })),
      ];
    });
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function named(user?: User) {
  return { userId: user?.id ?? null, userName: user?.name ?? '(whoever has the link)', email: user?.email ?? null };
}

function waysOf(user: User, app: Item, data: TenantData): Json[] {
  const groups = [
    ...(user.assignedGroups ?? []).map(({ id, assignedRoles = [] }) => {
      const group = data.groups.get(id);
      return { id, name: group?.name, roles: [...assignedRoles, ...(group?.assignedRoles ?? [])] };
    }),
    ...[...data.systemGroups.all()].map(({ id, name, assignedRoles = [] }) => ({ id, name, roles: assignedRoles })),
  ];
  const own = { groupName: null, groupId: null };
  const isShared = data.spaces.get(app.spaceId ?? '')?.type === 'shared';
  const keys = keysTo(app, data).map(({ via, role, type, holderId }) => ({ way: { via, role }, type, holderId }));
  return [
    ...keys.flatMap(({ way, type, holderId }) =>
      type !== 'group' && holderId === user.id ? [{ ...way, ...own }] : [],
    ),
    ...groups.flatMap(({ id, name, roles }) => {
      const group = { groupName: name ?? null, groupId: id };
      const given = keys.filter(({ type, holderId }) => type === 'group' && holderId === id);
      const admin = isShared ? roles.filter(({ name: role }) => ADMINS.includes(role)) : [];
      return [
        ...given.map(({ way }) => ({ ...way, ...group })),
        ...admin.map(({ name: role }) => ({ via: 'tenant role', role, ...group })),
      ];
    }),
    ...(isShared ? (user.assignedRoles ?? []) : [])
      .filter(({ name }) => ADMINS.includes(name))
      .map(({ name: role }) => ({ via: 'tenant role', role, ...own })),
  ];
}

function keysTo({ resourceId, spaceId, ownerId }: Item, { spaces, assignments, shares }: TenantData): Key[] {
  const space = spaces.get(spaceId ?? '');
  const owner = space
    ? { via: 'space role', holderId: space.ownerId }
    : { via: 'personal app', holderId: spaceId === undefined ? ownerId : undefined };
  return [
    { ...owner, role: 'owner', type: 'user' },
    ...[...assignments.all()]
      .filter((assignment) => assignment.spaceId === spaceId)
      .flatMap(({ type, assigneeId, roles }) =>
        roles
          .filter((role) => OPENING.has(role))
          .map((role) => ({ via: 'space role', role, type, holderId: assigneeId })),
      ),
    ...[...shares.all()]
      .filter((share) => share.resourceId === resourceId && !share.disabled)
      .map(({ type, assigneeId, roles }) => {
        const via = type === 'link' ? 'anonymous link' : 'share';
        return { via, role: roles.join(', '), type, holderId: assigneeId };
      }),
  ];
}
