import type { Json } from '../support/messages.ts';

/** A text that was sent in place of another. */
export interface Sent {
  readonly from: string;
  readonly original: string;
  readonly text: string;
}

/** Whether what was sent, as far as it makes sense, names a row. What makes none must have been taken for no answer. */
export function isNamed(stream: string, row: Json, sent: readonly Sent[]): boolean {
  const { appId, spaceId, id, name } = row;
  const among = (path: string, ids: (one: Sent) => unknown[], wanted: unknown) =>
    sent.filter(({ from }) => from === path).some((one) => ids(one).includes(wanted));
  const isListed = (list: string, wanted: unknown) => {
    const [path, idOf] = LISTS[list] ?? [`no list of ${list} is known`, () => undefined];
    return among(path, (one) => itemsIn(one).map(idOf), wanted);
  };
  if (spaceId !== undefined && IN_SPACES[stream] !== undefined) {
    const path = `/api/v1/spaces/${spaceId}/${IN_SPACES[stream]}`;
    return isListed('spaces', spaceId) && among(path, (one) => itemsIn(one).map((item) => item.id), id);
  }
  if (appId === undefined) return isListed(stream, id);
  if (!isListed('apps', appId)) return false;
  const part = IN_MODELS[stream];
  if (part) return among(`/api/v1/apps/${appId}/data/metadata`, (one) => partsIn(one, part), name);
  const frames = sent.filter(({ from }) => from === `engine ${appId}`).map((frame) => believable(frame, isAnswer));
  const mark = MARKS[stream]?.(JSON.stringify(id)) ?? [`"qId":${JSON.stringify(id)}`];
  return frames.some((frame) => mark.every((text) => frame.includes(text)));
}

const IN_SPACES: { readonly [stream: string]: string } = { space_assignments: 'assignments', space_shares: 'shares' };
const IN_MODELS: { readonly [stream: string]: string } = { app_tables: 'tables', app_fields: 'fields' };

/** What a message of the engine holds that names a row of a stream, where not any message does that has its id. */
const MARKS: { readonly [stream: string]: (id: string) => string[] } = {
  dimensions: (id) => ['"qDimensionList"', `"qId":${id}`],
  measures: (id) => ['"qMeasureList"', `"qId":${id}`],
  master_visualizations: (id) => [`"qInfo":{"qId":${id},"qType":"masterobject"}`],
};

const LISTS: { readonly [stream: string]: readonly [path: string, idOf: (item: Json) => unknown] } = {
  users: ['/api/v1/users', ({ id }) => id],
  groups: ['/api/v1/groups', ({ id }) => id],
  roles: ['/api/v1/roles', ({ id }) => id],
  spaces: ['/api/v1/spaces', ({ id }) => id],
  apps: ['/api/v1/items', ({ resourceId }) => resourceId],
  connections: ['/api/v1/data-connections', ({ qID, qEngineObjectID, id }) => qID ?? qEngineObjectID ?? id],
  datasets: ['/api/v1/items', ({ resourceId }) => resourceId],
  data_files: ['/api/v1/data-files', ({ id }) => id],
  collections: ['/api/v1/collections', ({ id, type }) => (type === 'private' ? undefined : id)],
  automations: ['/api/v1/automations', ({ id }) => id],
};

function itemsIn(one: Sent): Json[] {
  const { data } = JSON.parse(believable(one, isList)) as { data?: (Json | null)[] };
  return Array.isArray(data) ? data.map((item) => item ?? {}) : [];
}

/** The names of the tables, or of the fields, in a data model. */
function partsIn(one: Sent, part: string): unknown[] {
  const parts = JSON.parse(believable(one, isModel))[part] as Json[] | null | undefined;
  return (parts ?? []).map(({ name }) => name);
}

function isModel({ tables, fields }: Json): boolean {
  const isPart = (part: unknown) => isObject(part) && (part.name == null || typeof part.name === 'string');
  return [tables, fields].every((list) => Array.isArray(list) && list.every(isPart));
}

/** What was sent, or the original where that makes no sense. */
export function believable({ text, original }: Sent, makesSense: (message: Json) => boolean): string {
  try {
    const parsed = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && makesSense(parsed) ? text : original;
  } catch {
    return original;
  }
}

/** Whether a message is a list of items. */
export function isList({ data }: Json): boolean {
  return Array.isArray(data) && !data.includes(null);
}

/** Whether a message of the engine has the form of what it is. */
function isAnswer({ id, result, error }: Json): boolean {
  if (typeof id !== 'number' || isObject(error)) return true;
  if (!isObject(result)) return false;
  const { qList, qPropEntry, qReturn, qInfos, qProp } = result;
  const isEntry = (entry: unknown) => isObject(entry) && isObject(entry.qInfo) && typeof entry.qInfo.qId === 'string';
  return (
    [qList, qPropEntry, qReturn, qInfos, qProp, result.qLayout].some((part) => part !== undefined) &&
    (qList === undefined || (Array.isArray(qList) && qList.every(isEntry))) &&
    (qPropEntry === undefined || isTree(qPropEntry))
  );
}

function isTree(tree: unknown): boolean {
  if (!isObject(tree)) return false;
  const { qChildren = null } = tree;
  return (
    qChildren === null || (Array.isArray(qChildren) && qChildren.every((child) => child === null || isTree(child)))
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
