import type { FirstRows } from '../data/first-rows.ts';
import { labelsOf } from '../data/labels.ts';
import type { RowMaker } from '../data/row-list.ts';
import { type RowSeed, seededRows } from '../data/seeded-rows.ts';
import { iso } from '../data/timeline.ts';
import { holds, oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** A row of GET /collections: `public` is a tag. */
interface Collection {
  id: string;
  tenantId: string;
  name: string;
  description?: string;
  type: 'private' | 'public' | 'publicgoverned';
  itemCount: number;
  full?: boolean;
  creatorId?: string;
  updaterId?: string;
  createdAt: string;
  updatedAt: string;
  links: { self: { href: string }; items: { href: string } };
}

const KINDS = ['private', 'public', 'publicgoverned'];

/**
 * GET /collections (https://qlik.dev/apis/rest/collections/): tags, collections of all, and the caller's own. The size counts only
 * the tags that nothing has.
 */
export const collections = {
  path: 'collections',
  size: ({ apps }) => Math.floor(apps / 12),
  rows: collectionRows,
  endpoint: () => ({
    prefix: 'COLLECTIONS',
    limit: { default: 10, max: 100 },
    sorts: ['+createdAt', '-createdAt', '+updatedAt', '-updatedAt', '+name', '-name'],
    cursor: 'next',
    end: 'emptyObject',
    filters: {
      id: (value) => (row) => row.id === value,
      name: (value) => (row) => row.name === value,
      creatorId: (value) => (row) => row.creatorId === value,
      query: (value) => (row) => holds(`${row.name} ${row.description ?? ''}`, value),
      type: (value) => oneOf(value, KINDS, ({ type }: Collection) => type),
      types: (value) => oneOf(value, KINDS, ({ type }: Collection) => type),
    },
    options: { includeItems: 'any' },
  }),
} satisfies RestList<Collection>;

/** The tags and collections of items, a private one of the tenant's admin, and tags that nothing has. */
function collectionRows({ plan, users }: FirstRows, unused: number): RowMaker<Collection> {
  const { tags, collections } = labelsOf(plan);
  const known = [
    ...tags.map((label) => ({ ...label, type: 'public' as const })),
    ...collections.map((label) => ({ ...label, type: 'publicgoverned' as const })),
  ];
  const size = known.length + 1 + unused;
  const make = ({ index, id, createdMs, die }: RowSeed): Collection => {
    const isPrivate = index === known.length;
    const { name, type } = known[index] ?? { name: `Label ${index}`, type: isPrivate ? 'private' : 'public' };
    const self = `${plan.origin}/api/v1/collections/${id}`;
    const creatorId = type === 'private' ? plan.adminId : users.idAt(die(plan.users));
    return {
      ...{ id, tenantId: plan.tenantId, name, type, itemCount: die(20), creatorId, updaterId: creatorId },
      ...(type === 'publicgoverned' && { description: `About ${name}`, full: false }),
      createdAt: iso(createdMs),
      updatedAt: iso(createdMs + die(90) * 3_600_000),
      links: { self: { href: self }, items: { href: `${self}/items` } },
    };
  };
  return seededRows({ era: plan, name: 'collection', size, ids: known.map(({ id }) => id) }, make);
}
