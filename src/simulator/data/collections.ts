import { dice, hex } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /collections: `public` is a tag. */
export interface Collection {
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

/** What items call a tag or a collection that holds them. */
export interface Label {
  id: string;
  name: string;
}

const NAMES = ['Finance', 'Certified', 'KPI', 'Übersicht'];

/** Each name is that of a tag, and of a collection for all. */
export function labelsOf({ seed }: Plan): { tags: Label[]; collections: Label[] } {
  const die = dice(seed, 'labels')(0);
  const tags = NAMES.map((name) => ({ id: hex(die, 24), name }));
  const otherId = (id: string) => (id.startsWith('c') ? 'd' : 'c') + id.slice(1);
  return { tags, collections: tags.map(({ id, name }) => ({ id: otherId(id), name })) };
}

/** The tags and collections of items, a private one of the tenant's admin, and tags that nothing has. */
export function collectionMaker(plan: Plan, userIdAt: (index: number) => string): RowMaker<Collection> {
  const { tags, collections } = labelsOf(plan);
  const known = [
    ...tags.map((label) => ({ ...label, type: 'public' as const })),
    ...collections.map((label) => ({ ...label, type: 'publicgoverned' as const })),
  ];
  const size = known.length + 1 + plan.collections;
  const time = timeline(plan.seed, 'collections', size);
  const dieAt = dice(plan.seed, 'collections');
  const idAt = (index: number) => known[index]?.id ?? time.idAt(index);
  const indexes = new Map(known.map(({ id }, index) => [id, index]));
  const rowAt = (index: number): Collection => {
    const die = dieAt(index);
    const id = idAt(index);
    const isPrivate = index === known.length;
    const { name, type } = known[index] ?? { name: `Label ${index}`, type: isPrivate ? 'private' : 'public' };
    const self = `${plan.origin}/api/v1/collections/${id}`;
    const creatorId = type === 'private' ? plan.adminId : userIdAt(die(plan.users));
    return {
      ...{ id, tenantId: plan.tenantId, name, type, itemCount: die(20), creatorId, updaterId: creatorId },
      ...(type === 'publicgoverned' && { description: `About ${name}`, full: false }),
      createdAt: iso(time.createdMs(index)),
      updatedAt: iso(time.createdMs(index) + die(90) * 3_600_000),
      links: { self: { href: self }, items: { href: `${self}/items` } },
    };
  };
  return { size, rowAt, idAt, indexOf: (id) => indexes.get(id) ?? time.indexOf(id) };
}
