import type { Json } from '../support/messages.ts';
import { streamTests, testsOf } from '../support/stream-tests.ts';
import type { ListTests } from '../support/streams/kinds.ts';

/** A text that was sent in place of another. */
export interface Sent {
  readonly from: string;
  readonly original: string;
  readonly text: string;
}

/** Whether what was sent, as far as it makes sense, names a row. What makes none must have been taken for no answer. */
export function isNamed(stream: string, row: Json, sent: readonly Sent[]): boolean {
  const tests = testsOf(stream);
  const { appId, spaceId, id, name } = row;
  const isAmong = (path: string, idsIn: (one: Sent) => unknown[], wanted: unknown) =>
    sent.filter(({ from }) => from === path).some((one) => idsIn(one).includes(wanted));
  const isListed = ({ call, idOf }: ListTests, wanted: unknown) =>
    isAmong(call.path, (one) => itemsIn(one).map(idOf), wanted);
  switch (tests.kind) {
    case 'list':
      return isListed(tests, id);
    case 'space': {
      const path = `/api/v1/spaces/${spaceId}/${tests.part}`;
      return isListed(streamTests.spaces, spaceId) && isAmong(path, (one) => itemsIn(one).map((item) => item.id), id);
    }
    case 'data model': {
      const path = `/api/v1/apps/${appId}/data/metadata`;
      const { part } = tests;
      const isThere = part === undefined || isAmong(path, (one) => partsIn(one, part), name);
      return isListed(streamTests.apps, appId) && isThere;
    }
    case 'engine': {
      const frames = sent.filter(({ from }) => from === `engine ${appId}`).map((frame) => believable(frame, isAnswer));
      const marks = tests.namedBy(JSON.stringify(id));
      const isThere = frames.some((frame) => marks.every((text) => frame.includes(text)));
      return isListed(streamTests.apps, appId) && isThere;
    }
    // Nothing that has happened is deleted, nor what is told of a sync.
    default:
      return false;
  }
}

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
