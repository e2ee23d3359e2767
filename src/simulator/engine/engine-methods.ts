import { isRecord, type Properties } from '../data/stored-object.ts';
import type { EngineDials } from './engine-dials.ts';
import { docMethods } from './engine-doc-methods.ts';
import { EngineError } from './engine-error.ts';
import { globalMethods } from './engine-global-methods.ts';
import { objectMethods, sessionObjectMethods } from './engine-object-methods.ts';
import type { EngineSession, Target } from './engine-session.ts';

/** A request that is being answered. */
export interface Asked<Of = Target> {
  session: EngineSession;
  target: Of;
  dials: EngineDials;
  /** Whether empty members are to be sent. */
  returnEmpty: boolean;
}

/** Every parameter, by its name. */
export interface Params {
  qDocName: string;
  qNoData?: boolean;
  qId: string;
  qOptions: ListOptions;
  qProp: Properties;
}

/** What GetObjects is to list. */
interface ListOptions {
  qTypes?: string[];
  qIncludeSessionObjects?: boolean;
  qData?: Record<string, string>;
}

/** What a method takes: names in order, each with its type; a question mark after a name that may be left out. */
interface Method<Of> {
  takes: [name: string, type: 'string' | 'boolean' | 'number' | 'object'][];
  run(asked: Asked<Of>, params: Params): object;
}

/** The methods of one kind of object. */
export type Methods<Of> = Record<string, Method<Of>>;

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
