import type { AppSession, ListedObject, PropertyTree, Wanted } from './app-session.ts';
import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import { type Patience, retrying } from './retry.ts';

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
  /** Opens a session of its own; called again only when one was lost. */
  readonly open: () => Promise<AppSession>;
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

/** What a chart that shows a master visualisation takes over from it. */
const MASTER: Wanted = {
  qMetaDef: '/qMetaDef',
  title: '/title',
  subtitle: '/subtitle',
  footnote: '/footnote',
  visualization: '/visualization',
  qHyperCubeDef: '/qHyperCubeDef',
  qListObjectDef: '/qListObjectDef',
  gaLayers: '/gaLayers',
  qUndoExclude: '/qUndoExclude',
};

/** How often a session may break under the same question before it is taken for the question's fault: its answer is too large. */
const BREAKS_BEFORE_PIECES = 2;

/**
 * One look at one app, for all streams: the session is opened on first use, opened again if it breaks (what was answered stays,
 * what was not is asked again), and closed at the end. Lists are fetched once. Every question may reject with a `TenantError`.
 */
export class Visit implements AsyncDisposable {
  readonly app: VisitedApp;
  readonly #options: VisitOptions;
  readonly #lists = new Map<string, Promise<readonly ListedObject[]>>();
  #session: Promise<AppSession> | undefined;
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

  /** All sheets that the caller may see, by rank. */
  async sheets(): Promise<readonly ListedObject[]> {
    const sheets = await this.#list('sheet', async (session) => {
      const [objects] = await Promise.all([session.objects('sheet', SHEET), session.verifyNoData()]);
      return objects;
    });
    return sheets.toSorted((a, b) => Number(a.qData?.rank ?? 0) - Number(b.qData?.rank ?? 0));
  }

  /** Master visualisations, with the properties that charts take over from them. */
  masterVisualizations(): Promise<readonly ListedObject[]> {
    return this.#list('masterobject', (session) => session.objects('masterobject', MASTER));
  }

  /** Measures of the app's library, each with its definition as `qMeasure`. */
  measures(): Promise<readonly ListedObject[]> {
    return this.#list('measure', (session) =>
      session.list('measure', { title: '/qMetaDef/title', qMeasure: '/qMeasure' }),
    );
  }

  /** Dimensions of the app's library, each with its definition as `qDim`. */
  dimensions(): Promise<readonly ListedObject[]> {
    return this.#list('dimension', (session) => session.list('dimension', { title: '/qMetaDef/title', qDim: '/qDim' }));
  }

  /** An object with everything below it, as stored; undefined if it is not there or may not be seen. */
  async tree(id: string): Promise<PropertyTree | undefined> {
    let breaks = 0;
    let inPieces = false;
    return this.#ask(async (session) => {
      if (inPieces) return session.treeInPieces(id);
      try {
        return await session.tree(id);
      } catch (error) {
        const { refusal, code, sessionLost } = error instanceof TenantError ? error.facts : {};
        // A socket that was sent more than it takes closes as if the network had failed.
        if (code === 1006) breaks += 1;
        inPieces = refusal === 'tooLarge' || breaks >= BREAKS_BEFORE_PIECES;
        if (inPieces && !sessionLost) return session.treeInPieces(id);
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new TenantError('transient_error', `App ${this.app.id} was left.`, { app: this.app.id }));
    this.#leave();
    await this.#left;
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    // A session that could not be opened has left nothing behind.
    this.#left = Promise.all([
      this.#left,
      session?.then((opened) => opened[Symbol.asyncDispose]()).catch(() => undefined),
    ]);
  }

  #list(
    name: string,
    ask: (session: AppSession) => Promise<readonly ListedObject[]>,
  ): Promise<readonly ListedObject[]> {
    const known = this.#lists.get(name) ?? this.#ask(ask);
    this.#lists.set(name, known);
    return known;
  }

  /** The answer to a question, asked again, in a new session if need be, while time may mend what fails. */
  async #ask<T>(question: (session: AppSession) => Promise<T>): Promise<T> {
    const { gate, patience } = this.#options;
    try {
      return await retrying(() => this.#inSession(question), gate, patience, this.#stop);
    } catch (error) {
      this.#over.abort(error);
      throw error;
    }
  }

  async #inSession<T>(question: (session: AppSession) => Promise<T>): Promise<T> {
    this.#session ??= this.#left.then(() => this.#options.open());
    const session = this.#session;
    let opened: AppSession | undefined;
    try {
      opened = await session;
      return await question(opened);
    } catch (error) {
      const lost = !opened || !(error instanceof TenantError) || error.facts.sessionLost;
      // Of many questions that fail with one session, the first lets go of it.
      if (lost && this.#session === session) this.#leave();
      throw error;
    }
  }
}
