import type { Item } from '../../../src/simulator/data/items.ts';
import type { TenantData, TenantSize } from '../../../src/simulator/tenant-data.ts';
import type { EditableRows, TenantRow } from './editable-rows.ts';
import type { ListCall, ListTests } from './kinds.ts';
import { linkedToItself, rowsIn } from './lists.ts';
import { editsOfRows, replaced } from './random-edit.ts';

type Resource = ReturnType<typeof resourceOf>;

interface ItemFacts {
  readonly type: Item['resourceType'];
  readonly call: ListCall;
  readonly size: keyof TenantSize;
  /** A row as it has to be delivered; `item` has the id of the thing that it stands for already. */
  truth(item: Resource, url: string): object;
  readonly textFields: readonly (keyof Item & string)[];
}

/** A list of the items of one type: each row is known by the id of the thing that the item stands for. */
export function itemTests({ type, call, size, truth, textFields }: ItemFacts): ListTests {
  const isOwn = (item: TenantRow | Item) => item.resourceType === type;
  const items = rowsIn<'items'>({
    ...{ list: 'items', textFields, fuzzedFields: [], truth: () => undefined },
    personal: (row, text) => ({ isFavorited: text, ...linkedToItself(row, text) }),
    nested: ({ meta }, text) => ({ meta: { ...(meta as object), tags: [{ id: text, name: text }] } }),
  });
  const editable: EditableRows = {
    ...items,
    isOwn,
    timeUnit: 'seconds',
    add: (data, given) => addLike(type, data, given),
  };
  return {
    ...editable,
    ...{ kind: 'list', call, shortCalls: [], size, edits: editsOfRows(editable) },
    truth: ({ data, url }) => [...data.items.all()].filter(isOwn).map((item) => truth(resourceOf(item), url)),
    fuzzedFields: ['id', 'updatedAt', 'spaceId', 'resourceAttributes', 'resourceId', 'meta', 'links'],
    idOf: ({ resourceId }) => resourceId,
  };
}

/** An item that is added is an app; one of another type becomes like those that there are, if there are any. */
function addLike(type: Item['resourceType'], { items }: TenantData, given: object): TenantRow | undefined {
  const like = items.all().find(({ resourceType }) => resourceType === type);
  if (type !== 'app' && !like) return undefined;
  const { id, resourceId, ...app } = items.add(type === 'app' ? given : {});
  if (type === 'app') return items.get(id) as unknown as TenantRow;
  return items.change(id, replaced(app, { ...like, ...given, id, resourceId })) as unknown as TenantRow;
}

function resourceOf({ id, resourceId, isFavorited, meta, links: { self, ...links }, ...item }: Item) {
  return { ...item, id: resourceId, itemId: id, tags: meta.tags, collections: meta.collections, links };
}
