import {
  areInfos,
  DEEPEST,
  isListed,
  isProperties,
  isTree,
  type ListedObject,
  type Properties,
  type PropertyTree,
} from './app-objects.ts';
import type { EngineSocket } from './engine-socket.ts';
import { TenantError } from './error.ts';
import { LISTS, type ListedType, type Wanted } from './list-objects.ts';
import type { ReadingMethods } from './reading-methods.ts';
import { type ListedVariable, VARIABLES, variablesIn } from './variables.ts';

const GLOBAL = -1;

/** The engine's code for what is not there. */
const NOT_FOUND = 2;
/** And for what it cannot do: invalid parameters, not implemented, no such method, no such parameters. */
const NOT_UNDERSTOOD = new Set<unknown>([8, 20, -32601, -32602]);

/** One app, opened without its data, and the questions that it can be asked. Every call may reject with a `TenantError`. */
export class AppSession implements AsyncDisposable {
  readonly #app: string;
  readonly #socket: EngineSocket;
  readonly #doc: number;
  /** Whether the app came without its data: asked together with the first question, and awaited with every answer. */
  #verified: Promise<void> | undefined;

  /** Rejects with a `TenantError`; its refusal says whether the caller may not open the app, or it is gone. */
  static async open(app: string, socket: EngineSocket): Promise<AppSession> {
    const opened = await socket.call(GLOBAL, 'OpenDoc', { qDocName: app, qNoData: true }).catch((error: unknown) => {
      // Somebody shares this session and has the app open already; whether without data, the first answer shows.
      if (codeOf(error) === 1002) return socket.call(GLOBAL, 'GetActiveDoc', []);
      throw error;
    });
    const doc = handleIn(opened);
    if (typeof doc !== 'number') throw halfAnswer(app, 'OpenDoc');
    return new AppSession(app, socket, doc);
  }

  private constructor(app: string, socket: EngineSocket, doc: number) {
    this.#app = app;
    this.#socket = socket;
    this.#doc = doc;
    socket.endWith(doc);
  }

  /** Whether it can be asked nothing more. */
  get ended(): boolean {
    return this.#socket.ended;
  }

  /** The token that it was opened with. */
  get token(): string {
    return this.#socket.token;
  }

  /**
   * All objects of some types that the caller may see, in one message; undefined if the engine does not understand it, or says
   * nothing about the objects in its answer.
   */
  async objects(types: readonly ListedType[], qData: Wanted): Promise<readonly ListedObject[] | undefined> {
    try {
      const options = { qTypes: types, qIncludeSessionObjects: false, qData } as const;
      const { qList } = (await this.#call(this.#doc, 'GetObjects', [options])) as { qList?: unknown };
      const objects = this.#listed(qList, 'GetObjects');
      const nothingKnown = objects.length > 0 && objects.every(({ qMeta }) => Object.keys(qMeta ?? {}).length === 0);
      return nothingKnown ? undefined : objects;
    } catch (error) {
      if (NOT_UNDERSTOOD.has(codeOf(error))) return undefined;
      throw error;
    }
  }

  /** All objects of one type, through a list object of the session: a round trip more. */
  async list(type: ListedType, qData: Wanted): Promise<readonly ListedObject[]> {
    const { definition, place } = LISTS[type];
    const layout = await this.#layoutOf(definition(type, qData));
    return this.#listed(layout[place]?.qItems, 'GetLayout');
  }

  /** What a list object of the session lists, which is made for that. */
  async #layoutOf(definition: ReadingMethods['CreateSessionObject'][0]): Promise<{ [place: string]: Listing }> {
    const created = await this.#call(this.#doc, 'CreateSessionObject', [definition]);
    const handle = handleIn(created);
    if (typeof handle !== 'number') throw halfAnswer(this.#app, 'CreateSessionObject');
    const { qLayout } = (await this.#call(handle, 'GetLayout', [])) as { qLayout?: { [place: string]: Listing } };
    return qLayout ?? {};
  }

  /** All variables of the app but Qlik's own: in one message or, of an engine that does not understand it, through a list object. */
  async variables(): Promise<readonly ListedVariable[]> {
    const answer = await this.#call(this.#doc, 'GetVariables', [VARIABLES]).catch((error: unknown) => {
      if (NOT_UNDERSTOOD.has(codeOf(error))) return undefined;
      throw error;
    });
    const list = answer
      ? (answer as { qList?: unknown }).qList
      : (await this.#layoutOf({ qInfo: { qType: 'list' }, qVariableListDef: VARIABLES })).qVariableList?.qItems;
    return variablesIn(list) ?? Promise.reject(halfAnswer(this.#app, 'GetVariables'));
  }

  /** An object with everything below it, as stored; undefined if it is not there. */
  async tree(id: string): Promise<PropertyTree | undefined> {
    return this.#ofObject(id, async (handle) => {
      const { qPropEntry } = (await this.#call(handle, 'GetFullPropertyTree', [])) as { qPropEntry?: unknown };
      // Without properties of its own a sheet would look as if it had no charts.
      if (!isTree(qPropEntry) || !isProperties(qPropEntry.qProperty))
        throw halfAnswer(this.#app, 'GetFullPropertyTree');
      return qPropEntry;
    });
  }

  /** The same, object by object: for what is too large to be sent in one piece. */
  async treeInPieces(
    id: string,
    above: readonly string[] = [],
    asked = { objects: 0 },
  ): Promise<PropertyTree | undefined> {
    // An object below itself would never end.
    if (above.includes(id)) return undefined;
    asked.objects += 1;
    if (asked.objects > MOST_OBJECTS) throw halfAnswer(this.#app, 'GetChildInfos');
    return this.#ofObject(id, async (handle) => {
      const [{ qProp }, { qInfos }] = await Promise.all([
        this.#call(handle, 'GetProperties', []) as Promise<{ qProp?: unknown }>,
        this.#call(handle, 'GetChildInfos', []) as Promise<{ qInfos?: unknown }>,
      ]);
      if (!isProperties(qProp)) throw halfAnswer(this.#app, 'GetProperties');
      if (!areInfos(qInfos) || above.length >= DEEPEST) throw halfAnswer(this.#app, 'GetChildInfos');
      const children = qInfos.map(({ qId }) => qId);
      const below = await Promise.all(children.map((child) => this.treeInPieces(child, [...above, id], asked)));
      return { qProperty: qProp, qChildren: below.filter((child) => child !== undefined) };
    });
  }

  /** What the engine answers to a method, as it comes; called on the app, unless on another handle. */
  answer<Method extends keyof ReadingMethods>(
    method: Method,
    params: ReadingMethods[Method],
    handle = this.#doc,
  ): Promise<unknown> {
    return this.#call(handle, method, params);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  async #verifyNoData(): Promise<void> {
    const answer = await this.#socket.call(this.#doc, 'GetAppLayout', []);
    const { qLayout } = (answer ?? {}) as { qLayout?: Properties | null };
    if (qLayout?.qIsOpenedWithoutData !== false) return;
    const message = `App ${this.#app}: the engine opened it with its data although asked not to. It was left at once.`;
    const facts = { app: this.#app, method: 'GetAppLayout', code: 'OPENED-WITH-DATA', remedy: 'Please report this.' };
    throw new TenantError('system_error', message, facts);
  }

  async #call(...call: Parameters<EngineSocket['call']>): Promise<unknown> {
    this.#verified ??= this.#verifyNoData().catch((error: unknown) => {
      this.#verified = undefined;
      throw error;
    });
    const [answer] = await Promise.all([this.#socket.call(...call), this.#verified]);
    return answer ?? {};
  }

  /** The entries of a list, all of them objects with an id; throws if there is no such list. */
  #listed(entries: unknown, method: string): readonly ListedObject[] {
    if (!Array.isArray(entries)) throw halfAnswer(this.#app, method);
    if (!entries.every(isListed)) throw halfAnswer(this.#app, method);
    return entries;
  }

  /** What `ask` gets from an object; undefined if there is no such object, or it goes away meanwhile. */
  async #ofObject<T>(id: string, ask: (handle: number) => Promise<T | undefined>): Promise<T | undefined> {
    try {
      const handle = handleIn(await this.#call(this.#doc, 'GetObject', [id]));
      if (handle === undefined) throw halfAnswer(this.#app, 'GetObject');
      return handle === null ? undefined : await ask(handle);
    } catch (error) {
      const aboutApp = error instanceof TenantError && error.facts.method === 'GetAppLayout';
      if (codeOf(error) === NOT_FOUND && !aboutApp) return undefined;
      throw error;
    }
  }
}

/** A list in a layout. */
type Listing = { readonly qItems?: unknown } | undefined;

/** What came is not an answer: taken for an empty list, it would delete rows. */
function halfAnswer(app: string, method: string): TenantError {
  const message = `App ${app}: the engine answered ${method} without what was asked for.`;
  return new TenantError('transient_error', message, { app, method, code: 'HALF-ANSWER', remedy: 'Try later.' });
}

/** Nor has a sheet more of them. */
const MOST_OBJECTS = 10_000;

/** The handle in an answer; null where the engine says that there is no such thing, undefined where it says nothing. */
function handleIn(answer: unknown): number | null | undefined {
  const { qReturn } = (answer ?? {}) as { qReturn?: { qHandle?: unknown } | null };
  const handle = qReturn?.qHandle;
  return typeof handle === 'number' || handle === null ? handle : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof TenantError && !error.facts.sessionLost ? error.facts.code : undefined;
}
