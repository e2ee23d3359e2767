import type { ListedObject } from './app-objects.ts';
import type { Wanted } from './list-objects.ts';

/** What is asked of the items in an app's library, by type. */
export const MASTER_ITEMS = {
  masterobject: { title: '/qMetaDef/title', tags: '/qMetaDef/tags', visualization: '/visualization' },
  measure: { title: '/qMetaDef/title', tags: '/qMetaDef/tags', qMeasure: '/qMeasure' },
  dimension: { title: '/qMetaDef/title', tags: '/qMetaDef/tags', qDim: '/qDim' },
};

export type MasterItemType = keyof typeof MASTER_ITEMS;

export const MASTER_ITEM_TYPES = Object.keys(MASTER_ITEMS) as MasterItemType[];

/** The same for items of all types at once: an item's answer has only the fields that it has. */
export const ANY_MASTER_ITEM: Wanted = Object.assign({}, ...Object.values(MASTER_ITEMS));

/** All that counts of an item's `qMeta`: the rest may depend on who asks. */
const META = ['title', 'description', 'modifiedDate'];
/** And of its properties: charts show no tags of what they take. */
const SHOWN = Object.keys(ANY_MASTER_ITEM).filter((field) => field !== 'tags');

/**
 * Something in JSON that moves when one of these items does, and with nothing else. The definitions of measures and dimensions
 * are part of it, since it is not certain that an item's time moves whenever they do.
 */
export function versionOf(items: readonly ListedObject[]): unknown {
  return items
    .map(({ qInfo: { qType, qId }, qMeta, qData }) => ({
      key: `${qType} ${qId}`,
      facts: [...META.map((field) => qMeta?.[field] ?? null), ...SHOWN.map((field) => qData?.[field] ?? null)],
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, facts }) => [key, ...facts]);
}
