import { isRecord } from '../data/stored-object.ts';
import { docMethods } from './doc-methods.ts';
import { EngineError } from './engine-error.ts';
import type { Target } from './engine-session.ts';
import { globalMethods } from './global-methods.ts';
import type { Asked, Method, Methods, Params } from './method.ts';
import { objectMethods, sessionObjectMethods } from './object-methods.ts';

const METHODS: Record<Target['kind'], Methods<never>> = {
  Global: globalMethods,
  Doc: docMethods,
  StoredObject: objectMethods,
  SessionObject: sessionObjectMethods,
};

const WRITES =
  /^(Set|Apply|Create|Destroy|Delete|Remove|Add|Modify|Clone|Copy|Replace|Rename|Do|Save|Commit|Publish|UnPublish|Approve|UnApprove|Scramble|Import|Upload|Migrate|Undo|Redo)/;

/** Whether a method would change the app. Session objects do not: they are gone with the session. */
export function isWrite(method: string): boolean {
  return WRITES.test(method) && !/Session(Object|Variable)/.test(method) && method !== 'CreateTemporaryBookmark';
}

/** Runs a method with parameters by position or by name. */
export function runMethod(asked: Asked, method: string, params: unknown): object {
  if (isWrite(method)) throw new EngineError(5, method);
  const methods = METHODS[asked.target.kind];
  const known = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!known) throw new EngineError(-32601, method);
  return known.run({ ...asked, target: asked.target as never }, parametersOf(known.takes, params) as unknown as Params);
}

function parametersOf(takes: Method<never>['takes'], given: unknown): Record<string, unknown> {
  const params = given ?? [];
  const names = takes.map(([name]) => name.replace('?', ''));
  if (!Array.isArray(params) && !isRecord(params)) throw new EngineError(-32602, 'params');
  const unknown = Array.isArray(params)
    ? params.slice(takes.length).map(String)
    : Object.keys(params).filter((name) => !names.includes(name));
  if (unknown.length) throw new EngineError(-32602, unknown[0]);
  const found: Record<string, unknown> = {};
  for (const [index, [marked, type]] of takes.entries()) {
    const name = names[index] as string;
    const value: unknown = Array.isArray(params) ? params[index] : params[name];
    const isMissing = value === undefined;
    if (isMissing ? name === marked : typeof value !== type || value === null) throw new EngineError(-32602, name);
    found[name] = value;
  }
  return found;
}
