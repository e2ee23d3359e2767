import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { pathSegment } from './api-path.ts';
import { AppSession } from './app-session.ts';
import type { Authentication } from './authentication.ts';
import { isFull } from './engine-refusals.ts';
import { ENGINE_TIMEOUTS, EngineSocket, type EngineTimeouts } from './engine-socket.ts';
import { TenantError } from './error.ts';
import { Limiter } from './limiter.ts';
import { OpenSessions } from './open-sessions.ts';
import { Reachability } from './reachability.ts';
import type { Begin } from './retry.ts';

export interface EngineOptions {
  /** The tenant's, such as `https://acme.us.qlikcloud.com`. */
  readonly origin: string;
  readonly authentication: Authentication;
  readonly dispatcher: Dispatcher;
  /** How long each step of a visit may take; the usual times by default. */
  readonly timeouts: EngineTimeouts | undefined;
  /** How long it may not be reached by anyone until it counts as gone, in milliseconds. */
  readonly goneMs: number;
  /** Whether the tenant is still there. */
  readonly tenantReach: Reachability;
  readonly stop: AbortSignal;
  /** Sees the Unix time in milliseconds until which all who want to ask something wait. */
  readonly onWait: (untilMs: number) => void;
  /** Sees each app that is opened, in words. */
  readonly onCall: (call: string) => void;
  /** Sees that it has answered. */
  readonly onAnswer?: (() => void) | undefined;
}

/** Fewer apps that cannot be opened prove nothing about the others. */
const APPS_THAT_PROVE = 2;

/** How long a visit mostly takes: nobody knows when the session will end that another one waits for. */
const USUAL_VISIT_MS = 5_000;

/** Qlik states no limit for the engine: it says when it has enough. */
const ENGINE_BUDGET = { calls: 1, windowMs: 0 };

const ENGINE_GONE =
  'No more apps were tried. A firewall or a proxy may let no WebSocket through (wss://); else look at status.qlikcloud.com. Sync again: it goes on where this one has ended.';

/** The tenant's engine: the way into its apps. */
export class Engine {
  /** Everyone who asks it something waits here while it is busy. */
  readonly gate: Limiter;
  /** Whether it is still there. */
  readonly reach: Reachability;
  /** Aborted when the program is to stop, or the engine is gone. */
  readonly stop: AbortSignal;
  readonly #options: EngineOptions;
  readonly #sessions = new OpenSessions();
  /** Whether anything but a refusal in place of the upgrade ever came of opening an app, and the first such refusals. */
  #isReached = false;
  readonly #refusals: TenantError[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    this.gate = new Limiter(ENGINE_BUDGET, options.onWait);
    const { origin, goneMs, tenantReach: within, onAnswer } = options;
    this.reach = new Reachability({ name: `The engine at ${origin}`, goneMs, remedy: ENGINE_GONE, within, onAnswer });
    this.stop = AbortSignal.any([options.stop, this.reach.gone]);
  }

  /**
   * A session with an app. A token that is refused is renewed once, and the app opened again. Where no more sessions are granted
   * than are open, one of them has to end first: a pause for everyone would hold them up too.
   */
  async open(app: string, leave: AbortSignal, begin: Begin): Promise<AppSession> {
    const { authentication } = this.#options;
    const stop = AbortSignal.any([this.stop, leave]);
    for (let hasRenewed = false; ; ) {
      const token = await authentication.token();
      begin();
      this.#options.onCall(`open app ${app}`);
      try {
        const session = await this.#openWith(token, app, leave);
        authentication.accept(token);
        return session;
      } catch (error) {
        if (isFull(error) && (await this.#roomFor(stop))) continue;
        const refused = error instanceof TenantError && error.facts.refusal === 'unauthorised';
        if (!refused || !authentication.renew(token, hasRenewed)) throw error;
        hasRenewed = true;
      }
    }
  }

  /** Waits for one of our own sessions to end; resolves with false where there is none. */
  async #roomFor(stop: AbortSignal): Promise<boolean> {
    const ended = this.#sessions.oneEnds(stop);
    if (this.#sessions.areAny) this.#options.onWait(Date.now() + USUAL_VISIT_MS);
    if (!(await ended)) return false;
    await this.gate.pass(stop);
    return true;
  }

  async #openWith(token: string, app: string, leave: AbortSignal): Promise<AppSession> {
    const opening = this.#begin(token, app, leave);
    // One that is turned away on its way into the app makes no room for another.
    this.#sessions.add(opening.then(({ socket }) => socket));
    return (await opening).session;
  }

  /** A session of its own identity: one shared with a browser might have the app open with its data. */
  async #begin(token: string, app: string, leave: AbortSignal): Promise<{ socket: EngineSocket; session: AppSession }> {
    const { origin, dispatcher, timeouts = ENGINE_TIMEOUTS } = this.#options;
    const { stop } = this;
    const url = new URL(`/app/${pathSegment(app)}/identity/${randomUUID()}`, origin.replace(/^http/, 'ws'));
    const address = { url, app, token, dispatcher, stop, leave, timeouts };
    const socket = await EngineSocket.open(address).catch((error: unknown) => {
      const inPlace = error instanceof TenantError && error.partitionOut && error.facts.status !== undefined;
      // Other failures on the way are reported by themselves, and time may mend them.
      if (!inPlace) this.#isReached = true;
      else if (this.#refusals.length < APPS_THAT_PROVE) this.#refusals.push(error);
      throw error;
    });
    this.#isReached = true;
    try {
      return { socket, session: await AppSession.open(app, socket) };
    } catch (error) {
      await socket[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Throws a `config_error` if several apps were asked for and not one session began, since the way to the engine is then more
   * likely to be closed than every app.
   */
  prove(): void {
    const [first] = this.#refusals;
    if (this.#isReached || !first || this.#refusals.length < APPS_THAT_PROVE) return;
    throw new TenantError(
      'config_error',
      'No session with the engine began, for any app. A firewall or a proxy may let no WebSocket through: ' +
        `allow wss:// to ${this.#options.origin}, or look at the rights of the credentials. The first answer: ${first.message}`,
      { status: first.facts.status, cause: first },
    );
  }
}
