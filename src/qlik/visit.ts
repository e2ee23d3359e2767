import type { ListedObject, PropertyTree } from './app-objects.ts';
import type { AppSession } from './app-session.ts';
import type { DataModel } from './data-model.ts';
import { TenantError } from './error.ts';
import { LastingSession, type SessionOptions } from './lasting-session.ts';
import type { Wanted } from './list-objects.ts';
import { ANY_MASTER_ITEM, MASTER_ITEM_TYPES, MASTER_ITEMS, type MasterItemType, versionOf } from './master-items.ts';
import type { ListedVariable } from './variables.ts';

/** An app, as far as a visit and its rows need to know it. */
export interface TenantApp {
  readonly id: string;
  /** Whether it was published to a managed space. */
  readonly published: boolean;
  /** Whether it is known to have been reloaded: then it has a data model. */
  readonly reloaded?: boolean;
}

/** The same, with the origin of its tenant, such as `https://acme.us.qlikcloud.com`. */
export interface VisitedApp extends TenantApp {
  readonly origin: string;
}

export interface VisitOptions extends SessionOptions {
  /** Asks for the app's data model, which takes no session. */
  readonly readDataModel: () => Promise<DataModel>;
  /**
   * Types of master items that the tenant's engine has been seen to list by GetObjects: Qlik documents it for neither measures
   * nor dimensions. All visits share it, and add to it.
   */
  readonly listedTypes: Set<MasterItemType>;
}

/** What a visit wants to know of every sheet; the names are those of the rows. */
export const SHEET: Wanted = {
  title: '/qMetaDef/title',
  description: '/qMetaDef/description',
  rank: '/rank',
  cells: '/cells',
  columns: '/columns',
  rows: '/rows',
  gridResolution: '/gridResolution',
  thumbnail: '/thumbnail',
  labelExpression: '/labelExpression',
  descriptionExpression: '/descriptionExpression',
  showCondition: '/showCondition',
};

/** An object that leads to one that is gone: the engine sends no tree with it, and the objects one by one. */
const BROKEN_LINKS = new Set<unknown>([8000, 8001, 8002, 9003]);

/**
 * One visit to one app, for all streams, in one session that is opened on first use. Lists are fetched once. Every question may
 * reject with a `TenantError`.
 */
export class Visit implements AsyncDisposable {
  readonly app: VisitedApp;
  readonly #listedTypes: VisitOptions['listedTypes'];
  readonly #session: LastingSession;
  readonly #readDataModel: VisitOptions['readDataModel'];
  #dataModel: Promise<DataModel> | undefined;
  readonly #lists = new Map<string, Promise<readonly ListedObject[]>>();
  #masterItems: Promise<readonly ListedObject[] | undefined> | undefined;
  #masters: Promise<ReadonlyMap<string, PropertyTree>> | undefined;
  #variables: Promise<readonly ListedVariable[]> | undefined;
  /** Whether a tree may have been too large for the socket: they are then asked for one at a time, to see which. */
  #careful = false;
  #turn: Promise<unknown> = Promise.resolve();
  #piecesDone: Promise<void> = Promise.resolve();

  constructor(app: VisitedApp, options: VisitOptions) {
    this.app = app;
    this.#listedTypes = options.listedTypes;
    this.#readDataModel = options.readDataModel;
    this.#session = new LastingSession(app.id, options);
  }

  /** The answer to a question of any kind, which is asked again where the session breaks. */
  ask<T>(question: (session: AppSession) => Promise<T>): Promise<T> {
    return this.#session.ask(question);
  }

  /** All sheets that the caller may see, by rank, which the engine leaves out where it is 0. */
  async sheets(): Promise<readonly ListedObject[]> {
    const sheets = await this.#list(
      'sheet',
      async (session) => (await session.objects(['sheet'], SHEET)) ?? session.list('sheet', SHEET),
    );
    const rankOf = ({ qData }: ListedObject) => (typeof qData?.rank === 'number' ? qData.rank : 0);
    return sheets.toSorted((a, b) => rankOf(a) - rankOf(b));
  }

  /**
   * Something in JSON that moves when what charts take from the app's library may have changed, and does not depend on the
   * caller. It comes in the round trip of the sheets' list, unless the engine may have omitted measures or dimensions there.
   */
  async libraryVersion(): Promise<unknown> {
    const items = await Promise.all(MASTER_ITEM_TYPES.map((type) => this.#itemsOf(type)));
    return versionOf(items.flat());
  }

  /** Master visualisations, as they are listed. They come in the round trip of the sheets' list. */
  masters(): Promise<readonly ListedObject[]> {
    return this.#itemsOf('masterobject');
  }

  /**
   * Master visualisations by id, as they are stored, each with everything below it. They are asked for one by one, beside the
   * sheets' trees: a list may give what expressions come to, and not what they are.
   */
  masterVisualizations(): Promise<ReadonlyMap<string, PropertyTree>> {
    this.#masters ??= this.#askMasters();
    return this.#masters;
  }

  async #askMasters(): Promise<ReadonlyMap<string, PropertyTree>> {
    const masters = await this.masters();
    const entries = masters.map(async ({ qInfo: { qId } }) => {
      const tree = await this.tree(qId);
      return tree ? [[qId, tree] as const] : [];
    });
    return new Map((await Promise.all(entries)).flat());
  }

  /** The tables and fields that the last reload has made; none where there was none. */
  dataModel(): Promise<DataModel> {
    this.#dataModel ??= this.#readDataModel();
    return this.#dataModel;
  }

  /** Measures of the app's library, each with its definition as `qMeasure`. */
  measures(): Promise<readonly ListedObject[]> {
    return this.#listObject('measure');
  }

  /** Dimensions of the app's library, each with its definition as `qDim`. */
  dimensions(): Promise<readonly ListedObject[]> {
    return this.#listObject('dimension');
  }

  /** Variables, but for Qlik's own. */
  variables(): Promise<readonly ListedVariable[]> {
    this.#variables ??= this.#session.ask((session) => session.variables());
    return this.#variables;
  }

  /** Master items of a type: from one message for all types where that can be relied on. */
  async #itemsOf(type: MasterItemType): Promise<readonly ListedObject[]> {
    this.#masterItems ??= this.#session.ask((session) => session.objects(MASTER_ITEM_TYPES, ANY_MASTER_ITEM));
    const items = (await this.#masterItems)?.filter(({ qInfo }) => qInfo.qType === type);
    if (items && items.length > 0) this.#listedTypes.add(type);
    // No measure in the message may mean that the engine lists none in it; objects of all other types are its purpose.
    const isReliable = type === 'masterobject' || this.#listedTypes.has(type);
    return items && isReliable ? items : this.#listObject(type);
  }

  #listObject(type: MasterItemType): Promise<readonly ListedObject[]> {
    return this.#list(type, (session) => session.list(type, MASTER_ITEMS[type]));
  }

  /** An object with everything below it, as stored; undefined if it is not there or may not be seen. */
  async tree(id: string): Promise<PropertyTree | undefined> {
    let inPieces: PromiseWithResolvers<void> | undefined;
    const question = async (session: AppSession) => {
      if (inPieces) return session.treeInPieces(id);
      const alone = this.#careful;
      let began = false;
      const whole = async () => {
        // The next tree may break the session too, and would undo what is being put together.
        if (alone) await this.#piecesDone;
        began = !session.ended;
        return session.tree(id);
      };
      try {
        return await (alone ? this.#inTurn(whole) : whole());
      } catch (error) {
        const { refusal, code, sessionLost } = error instanceof TenantError ? error.facts : {};
        if (!sessionLost && (refusal === 'tooLarge' || BROKEN_LINKS.has(code))) return session.treeInPieces(id);
        // A socket that was sent more than it takes closes as if the network had failed.
        if (sessionLost && (refusal === 'tooLarge' || code === 1006)) {
          this.#careful = true;
          if (alone && began) {
            inPieces = Promise.withResolvers();
            this.#piecesDone = inPieces.promise;
          }
        }
        throw error;
      }
    };
    try {
      return await this.#session.ask(question);
    } finally {
      inPieces?.resolve();
    }
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  #list(
    name: string,
    ask: (session: AppSession) => Promise<readonly ListedObject[]>,
  ): Promise<readonly ListedObject[]> {
    const known = this.#lists.get(name) ?? this.#session.ask(ask);
    this.#lists.set(name, known);
    return known;
  }
}
