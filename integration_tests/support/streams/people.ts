import type { TenantRow } from './editable-rows.ts';
import type { ListTests } from './kinds.ts';
import { call, linkedToItself, listTests, more, withTimes } from './lists.ts';

const withRole = ({ assignedRoles }: TenantRow, text: string) => ({
  assignedRoles: more(assignedRoles, { id: text, name: text }),
});

const groups = listTests({
  ...{ list: 'groups', size: 'groups', call: { ...call('groups', 'next'), where: '(?!.*systemGroups=)' } },
  truth: withoutLinks,
  textFields: ['name', 'description'],
  personal: linkedToItself,
  nested: withRole,
  fuzzedFields: ['lastUpdatedAt', 'assignedRoles', 'name'],
});

/** Lists of people, of what they may do, and of where they work. */
export const people = {
  users: listTests({
    ...{ list: 'users', size: 'users', call: call('users', 'next') },
    truth: ({ links, lastUpdatedAt, ...user }) => ({ ...user, lastUpdatedAt: lastUpdatedAt || null }),
    textFields: ['name', 'email', 'picture', 'locale'],
    personal: linkedToItself,
    nested: withRole,
    fuzzedFields: ['lastUpdatedAt', 'createdAt', 'assignedRoles', 'assignedGroups', 'links'],
  }),
  groups: {
    ...groups,
    shortCalls: [{ ...call('groups', 'next'), name: '/groups of the system', where: '(?=.*systemGroups=)' }],
    truth: ({ data }) => [...data.groups.all(), ...data.systemGroups.all()].map(withoutLinks),
  } satisfies ListTests,
  roles: listTests({
    ...{ list: 'roles', size: 'roles', call: call('roles', 'next') },
    truth: withoutLinks,
    textFields: ['name', 'description'],
    personal: linkedToItself,
    nested: ({ permissions }, text) => ({ permissions: more(permissions, text) }),
    fuzzedFields: ['lastUpdatedAt', 'type'],
  }),
  spaces: listTests({
    // Without a sort, it is asked for the names that filters tell of.
    ...{ list: 'spaces', size: 'spaces', call: { ...call('spaces', 'next'), where: '(?=.*sort=)' } },
    truth: ({ meta, links, ...space }) => ({
      ...withTimes(space, ['updatedAt']),
      meta: { assignableRoles: meta.assignableRoles },
      links: { assignments: links.assignments },
    }),
    textFields: ['name', 'description'],
    personal: linkedToItself,
    nested: ({ meta }, text) => ({ meta: { ...(meta as object), assignableRoles: [text] } }),
    fuzzedFields: ['updatedAt', 'type', 'meta', 'links'],
  }),
};

function withoutLinks({ links, ...row }: { readonly links: unknown }): object {
  return withTimes(row, ['lastUpdatedAt']);
}
