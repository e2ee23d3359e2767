import type { TenantData, TenantSize } from '../../src/simulator/tenant-data.ts';
import { streamsOf } from './stream-tests.ts';

/** As many rows are asked for at once. */
const PAGE_SIZE = 100;

/** So many known rows of a list look like a mass deletion when most of them are missing. */
export const DOUBTED_FROM = 20;

/** As many rows of every list as this. */
export function sizeOfLists(rows: number): Partial<TenantSize> {
  return Object.fromEntries(streamsOf('list').map(({ size }) => [size, rows]));
}

/** So many rows have a second page, which is not full. */
export const SECOND_PAGE = PAGE_SIZE + 10;

/** Every list has several pages, and none of them ends with a full one, apps apart. */
export const SEVERAL_PAGES: Partial<TenantSize> = { ...sizeOfLists(SECOND_PAGE), users: 250, apps: 2 * PAGE_SIZE };

/** Every list has two pages, and none of them is full. To connections come those of the spaces' files. */
export const TWO_PAGES: Partial<TenantSize> = { ...sizeOfLists(SECOND_PAGE), connections: 60 };

/** Every list has so many rows that most of them cannot go at once without a doubt, and what is in apps is little. */
export const DOUBTFUL: Partial<TenantSize> = { ...sizeOfLists(DOUBTED_FROM + 4), sheets: 1, charts: 1 };

/** As many calls as each list takes, by its path: one a page, and one for each list that has no pages or no second one. */
export function callsForLists(data: TenantData): { readonly [path: string]: number } {
  const calls: { [path: string]: number } = {};
  for (const { call, shortCalls, rows, isOwn } of streamsOf('list')) {
    const { path } = call;
    const count = [...rows(data).all()].filter(isOwn).length;
    const pages = call.cursor ? Math.max(1, Math.ceil(count / PAGE_SIZE)) : 1;
    calls[path] = (calls[path] ?? 0) + pages + shortCalls.length;
  }
  return calls;
}
