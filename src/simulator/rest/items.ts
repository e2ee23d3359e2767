import type { Item } from '../data/items.ts';
import { holds, oneOf } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

const RESOURCE_TYPES =
  `app qlikview qvapp genericlink sharingservicetask note dataasset dataset automation automl-experiment automl-deployment
  assistant dataproduct dataqualityrule glossary knowledgebase script semantictype page`.split(/\s+/);
const ACTIONS = ['change_owner', 'change_space', 'delete', 'read', 'update'];

/**
 * GET /items (https://qlik.dev/apis/rest/items/): apps and whatever else the hub shows. `actions` depend on the caller, who
 * can decline them.
 */
export const items = {
  path: 'items',
  rows: (first) => first.items,
  endpoint: ({ spaces }) => ({
    prefix: 'ITEMS',
    limit: { default: 10, max: 100 },
    sorts: ['+createdAt', '-createdAt', '+updatedAt', '-updatedAt', '+name', '-name', '+recentlyUsed', '-recentlyUsed'],
    cursor: 'next',
    end: 'emptyObject',
    filters: {
      resourceType: (value) => oneOf(value, RESOURCE_TYPES, (item: Item) => item.resourceType),
      resourceSubType: (value) => (item) => value.split(',').includes(item.resourceSubType ?? ''),
      resourceId: equals('resourceId'),
      resourceIds: (value) => (item) => value.split(',').includes(item.resourceId),
      id: equals('id'),
      spaceId: (value, callerId) => (item) =>
        value === 'personal' ? item.spaceId === undefined && item.ownerId === callerId : item.spaceId === value,
      spaceType: (value) =>
        oneOf(value, ['shared', 'managed', 'data', 'personal'], (item) =>
          item.spaceId === undefined ? 'personal' : (spaces.get(item.spaceId)?.type ?? 'shared'),
        ),
      ownerId: equals('ownerId'),
      notOwnerId: differs('ownerId'),
      createdByUserId: equals('creatorId'),
      notCreatedByUserId: differs('creatorId'),
      collectionId: (value) => (item) => item.collectionIds.includes(value),
      name: (value) => (item) => holds(item.name, value),
      query: (value) => (item) => holds(`${item.name} ${item.description ?? ''}`, value),
    },
    options: { noActions: ['true', 'false'], shared: ['true', 'false'] },
    shape: (item, options) => (options.get('noActions') === 'true' ? item : withActions(item)),
  }),
  one: withActions,
} satisfies RestList<Item>;

/** An item as it is sent unless actions are declined. */
function withActions(item: Item): object {
  return { ...item, actions: ACTIONS, meta: { ...item.meta, actions: ACTIONS } };
}

function equals(field: keyof Item) {
  return (value: string) => (item: Item) => item[field] === value;
}

function differs(field: keyof Item) {
  return (value: string) => (item: Item) => item[field] !== value;
}
