import type { EngineSocket } from './engine-socket.ts';
import { TenantError } from './error.ts';

const OPEN_TIMEOUT_MS = 120_000;
const CALL_TIMEOUT_MS = 60_000;
const GLOBAL = -1;

/** The only methods of the engine that are ever called: none writes, and none computes or returns an app's data. */
type ReadingMethod =
  | 'GetAppLayout'
  | 'GetObjects'
  | 'GetObject'
  | 'GetProperties'
  | 'GetChildInfos'
  | 'GetFullPropertyTree'
  | 'CreateSessionObject';

/** Any JSON object of the engine: its shape depends on whoever made the object. */
export type Properties = { readonly [field: string]: unknown };

/** An object of an app as it is stored, with its children. */
export interface PropertyTree {
  readonly qProperty: Properties;
  readonly qChildren?: readonly PropertyTree[];
}

/** One entry of a list of objects: what the engine knows of it, and the properties that were asked for. */
export interface ListedObject {
  readonly qInfo: { readonly qId: string; readonly qType: string };
  readonly qMeta?: Properties;
  readonly qData?: Properties;
}

/** Which properties of listed objects are wanted: a name for each, and where it stands in them, as a JSON pointer. */
export type Wanted = { readonly [name: string]: string };

/** Objects that a list may be made of. */
type ListedType = 'sheet' | 'masterobject' | 'measure' | 'dimension';

/** The engine says in one of these ways that an object is not there, or leads to one that is not. */
const MISSING = new Set<unknown>([2, 8000, 8001, 8002, 9003]);
const NO_SUCH_METHOD = new Set<unknown>([-32601, -32602]);

/** One app, opened without its data, and the questions that it can be asked. Every call may reject with a `TenantError`. */
export class AppSession implements AsyncDisposable {
  readonly #app: string;
  readonly #socket: EngineSocket;
  readonly #doc: number;

  /** Rejects with a `TenantError`; its refusal tells when the caller may not open the app, or it is gone. */
  static async open(app: string, socket: EngineSocket): Promise<AppSession> {
    const noData = { qDocName: app, qNoData: true };
    const opened = await socket.call(GLOBAL, 'OpenDoc', noData, OPEN_TIMEOUT_MS).catch((error: unknown) => {
      // Somebody shares this session and has the app open already; how, is looked at with the first list.
      if (codeOf(error) === 1002) return socket.call(GLOBAL, 'GetActiveDoc', [], CALL_TIMEOUT_MS);
      throw error;
    });
    const doc = handleIn(opened);
    if (doc === undefined)
      throw new TenantError('transient_error', `App ${app}: the engine opened it without a handle.`, { app });
    return new AppSession(app, socket, doc);
  }

  private constructor(app: string, socket: EngineSocket, doc: number) {
    this.#app = app;
    this.#socket = socket;
    this.#doc = doc;
  }

  /** Throws a `system_error` if the app was opened with its data after all. */
  async verifyNoData(): Promise<void> {
    const { qLayout } = (await this.#call(this.#doc, 'GetAppLayout', [])) as { qLayout?: Properties };
    if (qLayout?.qIsOpenedWithoutData !== false) return;
    const message = `App ${this.#app}: the engine opened it with its data although asked not to. It was left at once. Please report this.`;
    throw new TenantError('system_error', message, { app: this.#app, method: 'GetAppLayout' });
  }

  /** All objects of a type that the caller may see, in one message. */
  async objects(type: 'sheet' | 'masterobject', qData: Wanted): Promise<readonly ListedObject[]> {
    const options = { qTypes: [type], qIncludeSessionObjects: false, qData };
    try {
      const { qList } = (await this.#call(this.#doc, 'GetObjects', [options])) as { qList?: ListedObject[] };
      const objects = Array.isArray(qList) ? qList : [];
      const nothingKnown = objects.length > 0 && objects.every(({ qMeta }) => Object.keys(qMeta ?? {}).length === 0);
      if (type === 'sheet' && nothingKnown) return await this.list(type, qData);
      return objects;
    } catch (error) {
      if (NO_SUCH_METHOD.has(codeOf(error))) return this.list(type, qData);
      throw error;
    }
  }

  /** The same through a list object of the session: dearer by a round trip, and the only way for measures and dimensions. */
  async list(type: ListedType, qData: Wanted): Promise<readonly ListedObject[]> {
    const { definition, place } = LISTS[type];
    const created = await this.#call(this.#doc, 'CreateSessionObject', [
      { qInfo: { qType: `${type}-list` }, [definition]: { qType: type, qData } },
    ]);
    const handle = handleIn(created);
    if (handle === undefined) return [];
    // The layout of a list of the session's own: it evaluates nothing of the app.
    const answer = (await this.#socket.call(handle, 'GetLayout', [], CALL_TIMEOUT_MS)) as { qLayout?: Properties };
    const { qItems } = (answer.qLayout?.[place] ?? {}) as { qItems?: ListedObject[] };
    return Array.isArray(qItems) ? qItems : [];
  }

  /** An object with everything below it, as stored; undefined if it is not there. */
  async tree(id: string): Promise<PropertyTree | undefined> {
    return this.#ofObject(id, async (handle) => {
      const { qPropEntry } = (await this.#call(handle, 'GetFullPropertyTree', [])) as { qPropEntry?: PropertyTree };
      return qPropEntry;
    });
  }

  /** The same, object by object: for what is too large to be sent in one piece. */
  async treeInPieces(id: string, above: readonly string[] = []): Promise<PropertyTree | undefined> {
    // An object below itself would never end.
    if (above.includes(id)) return undefined;
    return this.#ofObject(id, async (handle) => {
      const [properties, children] = await Promise.all([
        this.#call(handle, 'GetProperties', []) as Promise<{ qProp?: Properties }>,
        this.#call(handle, 'GetChildInfos', []) as Promise<{ qInfos?: { qId: string }[] }>,
      ]);
      const below = (children.qInfos ?? []).map(({ qId }) => this.treeInPieces(qId, [...above, id]));
      return {
        qProperty: properties.qProp ?? {},
        qChildren: (await Promise.all(below)).filter((child) => child !== undefined),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  #call(handle: number, method: ReadingMethod, params: readonly unknown[]): Promise<unknown> {
    return this.#socket.call(handle, method, params, CALL_TIMEOUT_MS);
  }

  /** What `ask` gets from an object; undefined if there is no such object, or it goes away meanwhile. */
  async #ofObject<T>(id: string, ask: (handle: number) => Promise<T | undefined>): Promise<T | undefined> {
    try {
      const handle = handleIn(await this.#call(this.#doc, 'GetObject', [id]));
      return handle === undefined ? undefined : await ask(handle);
    } catch (error) {
      if (MISSING.has(codeOf(error))) return undefined;
      throw error;
    }
  }
}

const LISTS: { readonly [type in ListedType]: { readonly definition: string; readonly place: string } } = {
  sheet: { definition: 'qAppObjectListDef', place: 'qAppObjectList' },
  masterobject: { definition: 'qAppObjectListDef', place: 'qAppObjectList' },
  measure: { definition: 'qMeasureListDef', place: 'qMeasureList' },
  dimension: { definition: 'qDimensionListDef', place: 'qDimensionList' },
};

/** The handle in an answer; the engine says by null that there is no such thing. */
function handleIn(answer: unknown): number | undefined {
  const { qReturn } = (answer ?? {}) as { qReturn?: { qHandle?: number | null } };
  return qReturn?.qHandle ?? undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof TenantError && !error.facts.sessionLost ? error.facts.code : undefined;
}
