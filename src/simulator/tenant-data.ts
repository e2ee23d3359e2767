import type { AppDocument } from './data/document.ts';
import { Documents } from './data/documents.ts';
import { type FirstRows, firstRows } from './data/first-rows.ts';
import type { Item } from './data/items.ts';
import { type Past, type Plan, type PlanSize, planTenant } from './data/plan.ts';
import { RowList, type RowMaker } from './data/row-list.ts';
import * as lists from './rest/lists.ts';
import type { RestList } from './rest/rest-list.ts';

type Lists = typeof lists;
type RowOf<List> = List extends { rows(...given: never[]): RowMaker<infer Row extends { id: string }> } ? Row : never;
type NamesWithSize = { [Name in keyof Lists]: Lists[Name] extends { size: unknown } ? Name : never }[keyof Lists];

/** The rows of every list of the REST API, by its name in rest/lists.ts. */
type TenantLists = { readonly [Name in keyof Lists]: RowList<RowOf<Lists[Name]>> };

/** How much a tenant holds: what the plan counts, and of every list with a size of its own what that counts. */
export type TenantSize = PlanSize & { [Name in NamesWithSize]: number };

/** The truth about a simulated tenant: what a caller who may see everything is to read. */
export interface TenantData extends TenantLists {
  plan: Plan;
  /** The item that stands for an app. */
  itemOfApp(appId: string): Item | undefined;
  /** What is in the apps. */
  documents: Documents;
  /** How many days have passed since its present. */
  daysLived: number;
  /** What is in an app that there is: the truth, and the way to edit it. */
  document(appId: string): AppDocument;
}

/** The same seed, size and past make the same rows, byte for byte. */
export function makeTenantData(given: Partial<TenantSize & Past> = {}, seed = 1): TenantData {
  const { nowMs, isReloadedDaily, ...size } = given;
  const plan = planTenant(given, seed);
  const rows = makeLists(firstRows(plan), size);
  const { users, items, reloads } = rows;
  const itemOfApp = itemFinder(items);
  const documents = new Documents({ plan, users, items, reloads, itemOfApp });
  return {
    ...rows,
    ...{ plan, itemOfApp, documents, daysLived: 0 },
    document: (appId) => {
      const document = documents.get(appId);
      if (!document) throw new Error(`there is no app ${appId}`);
      return document;
    },
  };
}

function makeLists(first: FirstRows, sizes: { [name: string]: number }): TenantLists {
  const made = Object.entries<Pick<RestList<{ id: string }>, 'rows' | 'size'>>(lists).map(
    ([name, { rows, size = 0 }]) => {
      const count = sizes[name] ?? (typeof size === 'number' ? size : size(first.plan));
      return [name, new RowList(rows(first, count))];
    },
  );
  return Object.fromEntries(made) as TenantLists;
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
