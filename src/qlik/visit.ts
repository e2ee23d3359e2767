import type { ListedObject, Properties, PropertyTree } from './app-objects.ts';
import type { AppSession, Wanted } from './app-session.ts';
import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import { ANY_MASTER_ITEM, MASTER_ITEM_TYPES, MASTER_ITEMS, type MasterItemType, versionOf } from './master-items.ts';
import { pause } from './pause.ts';
import { type Begin, backoffMs, type Patience, retrying } from './retry.ts';

/** An app, as far as a visit and its rows need to know it. */
export interface TenantApp {
  readonly id: string;
  /** Whether it was published to a managed space. */
  readonly published: boolean;
}

/** The same, with the origin of its tenant, such as `https://acme.us.qlikcloud.com`. */
export interface VisitedApp extends TenantApp {
  readonly origin: string;
}

export interface VisitOptions {
  /** Opens a session of its own, which ends when `leave` is aborted; called again only when one was lost. */
  readonly open: (leave: AbortSignal, begin: Begin) => Promise<AppSession>;
  /** Whether it is worth opening again after the engine has refused, in the middle of a session, the token it was opened with. */
  readonly renew: (token: string) => boolean;
  /**
   * Types of master items that the tenant's engine has been seen to list by GetObjects: Qlik documents it for neither measures
   * nor dimensions. All visits share it, and add to it.
   */
  readonly listedTypes: Set<MasterItemType>;
  /** Everyone who uses the engine waits here when it is busy. */
  readonly gate: Limiter;
  readonly patience: Patience;
  readonly stop: AbortSignal;
}

/** What a visit wants to know of every sheet; the names are those of the rows. */
const SHEET: Wanted = {
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
 * One look at one app, for all streams: the session is opened on first use, opened again if it breaks (what was answered stays,
 * what was not is asked again), and closed at the end. Lists are fetched once. Every question may reject with a `TenantError`.
 */
export class Visit implements AsyncDisposable {
  readonly app: VisitedApp;
  readonly #options: VisitOptions;
  readonly #lists = new Map<string, Promise<readonly ListedObject[]>>();
  #masterItems: Promise<readonly ListedObject[] | undefined> | undefined;
  #masters: Promise<ReadonlyMap<string, Properties>> | undefined;
  #session: Promise<AppSession> | undefined;
  /** Sessions that broke since the last answer, and the time that was lost with them, in milliseconds. */
  #breaks = 0;
  #troubleMs = 0;
  #answeredAt = 0;
  /** Whether the token was renewed since the last answer: one refused as soon as it was fetched will not be better next time. */
  #renewed = false;
  /** Whether a tree may have been too large for the socket: they are then asked for one at a time, to see which. */
  #careful = false;
  #turn: Promise<unknown> = Promise.resolve();
  #piecesDone: Promise<void> = Promise.resolve();
  /** Ends when the session before has gone: a visit never has two. */
  #left: Promise<unknown> = Promise.resolve();
  /** Aborted when the visit is left, or its app given up: the streams that come next need not find out again. */
  readonly #over = new AbortController();
  readonly #stop: AbortSignal;

  constructor(app: VisitedApp, options: VisitOptions) {
    this.app = app;
    this.#options = options;
    this.#stop = AbortSignal.any([options.stop, this.#over.signal]);
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
   * caller. It comes in the round trip of the sheets' list, unless the engine may have left measures or dimensions out there.
   */
  async libraryVersion(): Promise<unknown> {
    const items = await Promise.all(MASTER_ITEM_TYPES.map((type) => this.#itemsOf(type)));
    return versionOf(items.flat());
  }

  /**
   * Master visualisations by id, with their stored properties. They are asked for one by one, beside the sheets' trees: a list
   * may give what expressions come to, and not what they are.
   */
  masterVisualizations(): Promise<ReadonlyMap<string, Properties>> {
    this.#masters ??= this.#askMasters();
    return this.#masters;
  }

  async #askMasters(): Promise<ReadonlyMap<string, Properties>> {
    const masters = await this.#itemsOf('masterobject');
    const entries = masters.map(async ({ qInfo: { qId } }) => {
      const properties = await this.#ask((session) => session.properties(qId));
      return properties ? [[qId, properties] as const] : [];
    });
    return new Map((await Promise.all(entries)).flat());
  }

  /** Measures of the app's library, each with its definition as `qMeasure`. */
  measures(): Promise<readonly ListedObject[]> {
    return this.#listObject('measure');
  }

  /** Dimensions of the app's library, each with its definition as `qDim`. */
  dimensions(): Promise<readonly ListedObject[]> {
    return this.#listObject('dimension');
  }

  /** Master items of a type: from one message for all types where that can be relied on. */
  async #itemsOf(type: MasterItemType): Promise<readonly ListedObject[]> {
    this.#masterItems ??= this.#ask((session) => session.objects(MASTER_ITEM_TYPES, ANY_MASTER_ITEM));
    const items = (await this.#masterItems)?.filter(({ qInfo }) => qInfo.qType === type);
    const { listedTypes } = this.#options;
    if (items && items.length > 0) listedTypes.add(type);
    // No measure in the message may mean that the engine lists none in it; objects of all other types are its purpose.
    const isReliable = type === 'masterobject' || listedTypes.has(type);
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
      return await this.#ask(question);
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
    this.#over.abort(new TenantError('transient_error', `App ${this.app.id} was left.`, { app: this.app.id }));
    this.#leave();
    await this.#left;
  }

  #list(
    name: string,
    ask: (session: AppSession) => Promise<readonly ListedObject[]>,
  ): Promise<readonly ListedObject[]> {
    const known = this.#lists.get(name) ?? this.#ask(ask);
    this.#lists.set(name, known);
    return known;
  }

  /** The answer to a question, asked again while time may mend what fails; in a new session if the one it was asked in ends. */
  async #ask<T>(question: (session: AppSession) => Promise<T>): Promise<T> {
    const { gate, patience } = this.#options;
    for (;;) {
      this.#stop.throwIfAborted();
      this.#session ??= this.#open();
      const opening = this.#session;
      const session = await opening;
      const askedAt = performance.now();
      const asking = () => question(session).then((answer) => ({ answer }), endOfSession);
      const outcome = await retrying(asking, gate, patience, this.#stop);
      if ('answer' in outcome) {
        this.#breaks = 0;
        this.#troubleMs = 0;
        this.#renewed = false;
        this.#answeredAt = performance.now();
        return outcome.answer;
      }
      // Of many questions that fail with one session, the first lets go of it, or gives the app up.
      if (this.#session === opening && !this.#over.signal.aborted) this.#lose(session, outcome.reason, askedAt);
    }
  }

  /** One way to a session, for all who wait for it. */
  async #open(): Promise<AppSession> {
    const { open, gate, patience } = this.#options;
    try {
      await this.#left;
      if (this.#breaks > 0) await pause(backoffMs(this.#breaks - 1), this.#stop);
      const session = await retrying((begin) => open(this.#over.signal, begin), gate, patience, this.#stop);
      this.#answeredAt = performance.now();
      return session;
    } catch (error) {
      this.#over.abort(error);
      throw error;
    }
  }

  /** Lets go of a session that broke. Throws, and gives the app up, if it is not worth opening another. */
  #lose(session: AppSession, error: TenantError, askedAt: number): void {
    const { refusal, retryAfterMs } = error.facts;
    const { gate, patience, renew } = this.#options;
    const pauseMs = backoffMs(this.#breaks);
    this.#breaks += 1;
    // A session may have lain idle for long before it was asked.
    this.#troubleMs += performance.now() - Math.max(this.#answeredAt, askedAt) + pauseMs;
    if (refusal === 'busy') gate.pause(retryAfterMs ?? pauseMs);
    const renewable = refusal === 'unauthorised' && !this.#renewed && renew(session.token);
    this.#renewed ||= renewable;
    if ((error.failureType !== 'transient_error' && !renewable) || this.#troubleMs > patience.retryMs) {
      this.#over.abort(error);
      throw error;
    }
    this.#leave();
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    // A session that could not be opened has left nothing behind.
    const closed = session?.then((opened) => opened[Symbol.asyncDispose]()).catch(() => undefined);
    this.#left = Promise.all([this.#left, closed]);
  }
}

/** The reason, if a failure is the end of a session and not of the question; throws it otherwise. */
function endOfSession(error: unknown): { reason: TenantError } {
  const ended = error instanceof TenantError && (error.facts.sessionLost || error.facts.refusal === 'unauthorised');
  if (!ended) throw error;
  return { reason: error };
}
