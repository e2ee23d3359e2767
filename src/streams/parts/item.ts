import type { App } from '../../generated/apps.ts';

/** A row of GET /items: what stands in the tenant's catalogue for a thing, with an id of its own. */
export interface CatalogItem {
  readonly id?: string | null;
  readonly resourceId?: string | null;
  readonly meta?: Pick<App, 'tags' | 'collections'> | null;
}

/** The row of the thing that an item stands for: under the thing's own id, its labels beside its other columns. */
export function resourceOf<Item extends CatalogItem>({ id, resourceId, meta, ...item }: Item) {
  return {
    ...item,
    id: resourceId ?? null,
    itemId: id ?? null,
    tags: meta?.tags ?? null,
    collections: meta?.collections ?? null,
  };
}
