import type { TenantSize } from '../../src/simulator/data/plan.ts';
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

/** Every list has so many rows that most of them cannot go at once without a doubt, and what is in apps is little. */
export const DOUBTFUL: Partial<TenantSize> = { ...sizeOfLists(DOUBTED_FROM + 4), sheets: 1, charts: 1 };
