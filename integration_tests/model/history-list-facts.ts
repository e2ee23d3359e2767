import type { RowList } from '../../src/simulator/data/row-list.ts';
import type { TenantData } from '../../src/simulator/data/tenant-data.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { AnyRow } from './history-memory.ts';

/** What of a list's rows may be edited. */
interface ListFacts {
  readonly rows: (data: TenantData) => unknown;
  /** Qlik's own time. */
  readonly time: string;
  readonly texts: readonly string[];
  /** What only the caller sees in a row: no row that is sent has it. */
  readonly personal: (row: AnyRow, text: string) => object;
  readonly nested: (row: AnyRow, text: string) => object;
}

export const LISTS = {
  users: {
    rows: (data) => data.users,
    time: 'lastUpdatedAt',
    texts: ['name', 'email', 'picture', 'locale'],
    personal: linkedToItself,
    nested: ({ assignedRoles }, text) => ({ assignedRoles: more(assignedRoles, { id: text, name: text }) }),
  },
  groups: {
    rows: (data) => data.groups,
    time: 'lastUpdatedAt',
    texts: ['name', 'description'],
    personal: linkedToItself,
    nested: ({ assignedRoles }, text) => ({ assignedRoles: more(assignedRoles, { id: text, name: text }) }),
  },
  roles: {
    rows: (data) => data.roles,
    time: 'lastUpdatedAt',
    texts: ['name', 'description'],
    personal: linkedToItself,
    nested: ({ permissions }, text) => ({ permissions: more(permissions, text) }),
  },
  spaces: {
    rows: (data) => data.spaces,
    time: 'updatedAt',
    texts: ['name', 'description'],
    personal: linkedToItself,
    nested: ({ meta }, text) => ({ meta: { ...(meta as object), assignableRoles: [text] } }),
  },
  apps: {
    rows: (data) => data.items,
    time: 'updatedAt',
    texts: ['name', 'description', 'resourceReloadStatus'],
    personal: (row, text) => ({ isFavorited: text, ...linkedToItself(row, text) }),
    nested: ({ meta }, text) => ({ meta: { ...(meta as object), tags: [{ id: text, name: text }] } }),
  },
  connections: {
    rows: (data) => data.connections,
    time: 'updated',
    texts: ['qName', 'user'],
    personal: (_, text) => ({ privileges: [text] }),
    nested: ({ tags }, text) => ({ tags: more(tags, text) }),
  },
  space_assignments: {
    rows: (data) => data.assignments,
    time: 'updatedAt',
    texts: ['assigneeId', 'createdBy', 'updatedBy'],
    personal: linkedToItself,
    nested: ({ roles }, text) => ({ roles: more(roles, text) }),
  },
  space_shares: {
    rows: (data) => data.shares,
    time: 'updatedAt',
    texts: ['resourceName', 'createdBy', 'updatedBy'],
    personal: linkedToItself,
    nested: ({ roles }, text) => ({ roles: more(roles, text) }),
  },
  data_files: {
    rows: (data) => data.dataFiles,
    time: 'modifiedDate',
    texts: ['name', 'ownerId', 'folderPath'],
    personal: (_, text) => ({ actions: [text] }),
    nested: (_, text) => ({ qri: text }),
  },
  collections: {
    rows: (data) => data.collections,
    time: 'updatedAt',
    texts: ['name', 'description'],
    personal: ({ itemCount, links }, text) => ({
      itemCount: Number(itemCount) + 1,
      ...linkedToItself({ links } as never, text),
    }),
    nested: ({ links }, text) => ({ links: { ...(links as object), items: { href: text } } }),
  },
  automations: {
    rows: (data) => data.automations,
    time: 'updatedAt',
    texts: ['name', 'description', 'lastRunStatus'],
    personal: ({ workspace }, text) => ({ executionToken: text, workspace }),
    nested: ({ connectorIds }, text) => ({ connectorIds: more(connectorIds, text) }),
  },
} satisfies { readonly [list: string]: ListFacts };

export type ListName = keyof typeof LISTS;
export const EDITED_LISTS = Object.keys(LISTS) as ListName[];

function linkedToItself({ links }: AnyRow, href: string): object {
  return { links: { ...(links as object), self: { href } } };
}

function more(list: unknown, entry: unknown): unknown[] {
  return [...((list ?? []) as unknown[]), entry];
}

export function rowsOf({ data }: SimulatedTenant, list: ListName): RowList<AnyRow> {
  return LISTS[list].rows(data) as unknown as RowList<AnyRow>;
}
