import { type Dispatcher, WebSocket } from 'undici';
import { type EngineMessage, readMessage, textOf } from './engine-message.ts';
import { callRefused, engineFailed, engineSilent, sessionRefused, socketClosed } from './engine-refusals.ts';
import { refusedUpgrade, type Upgrade, watchingUpgrade } from './engine-upgrade.ts';
import type { ReadingMethods } from './reading-methods.ts';

/** How long each step may take, in milliseconds. */
export interface EngineTimeouts {
  /** From the first packet to the engine's leave to begin. */
  readonly connectMs: number;
  readonly openMs: number;
  readonly callMs: number;
  /** How long the engine may take to agree that the session ends. */
  readonly closeMs: number;
}

export const ENGINE_TIMEOUTS: EngineTimeouts = { connectMs: 30_000, openMs: 120_000, callMs: 60_000, closeMs: 5_000 };

const MAX_IN_FLIGHT = 32;

/** The close code for a message that has more than its receiver takes. */
const TOO_LARGE = 1009;

/** What it takes to open a socket to an app's engine. */
export interface EngineAddress {
  readonly url: URL;
  readonly app: string;
  readonly token: string;
  readonly dispatcher: Dispatcher;
  /** Aborted when the program is to stop: the session is cut off. */
  readonly stop: AbortSignal;
  /** Aborted when nobody wants answers any more: the session is ended as it should be. */
  readonly leave: AbortSignal;
  readonly timeouts: EngineTimeouts;
}

interface PendingCall {
  readonly handle: number;
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * One session with the engine of one app: JSON-RPC over a WebSocket. Calls are answered in any order, at most 32 are on their
 * way at once. When the session ends, every call in it is rejected with a `TenantError` whose `sessionLost` is true.
 */
export class EngineSocket implements AsyncDisposable {
  readonly #address: EngineAddress;
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PendingCall>();
  readonly #queue: (() => void)[] = [];
  readonly #connected = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #upgrade: Upgrade = {};
  readonly #onStop = () => this.#end(this.#address.stop.reason);
  readonly #onLeave = () => this.#end(this.#address.leave.reason);
  #ended: Error | undefined;
  #vitalHandle: number | undefined;
  #lastId = 0;
  #inFlight = 0;

  /** Resolves when the engine has let the session begin. */
  static async open(address: EngineAddress): Promise<EngineSocket> {
    address.stop.throwIfAborted();
    address.leave.throwIfAborted();
    const session = new EngineSocket(address);
    const timer = setTimeout(() => {
      const fault = `did not let the session begin within ${address.timeouts.connectMs / 1_000} seconds`;
      session.#end(engineSilent(address.app, 'connect', fault));
    }, address.timeouts.connectMs);
    try {
      await session.#connected.promise;
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(address: EngineAddress) {
    this.#address = address;
    const { app, url, token, stop, leave } = address;
    const upgrade = this.#upgrade;
    const dispatcher = watchingUpgrade(address.dispatcher, upgrade);
    this.#socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` }, dispatcher });
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    this.#socket.addEventListener('close', ({ code, reason }) => {
      const why = upgrade.sentCloseCode === TOO_LARGE ? TOO_LARGE : code;
      this.#end(refusedUpgrade(app, url, upgrade) ?? socketClosed(app, this.#currentMethod(), why, reason));
      // The engine counts a session until its connection is gone, which comes after the last words.
      const connection = upgrade.socket;
      if (!connection || connection.closed) this.#closed.resolve();
      else connection.once('close', () => this.#closed.resolve());
    });
    // Whatever goes wrong with a socket also closes it, and the close event knows more.
    this.#socket.addEventListener('error', () => undefined);
    this.#connected.promise.catch(() => undefined);
    stop.addEventListener('abort', this.#onStop, { once: true });
    leave.addEventListener('abort', this.#onLeave, { once: true });
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  get token(): string {
    return this.#address.token;
  }

  /** Without this handle the session is of no use: it ends when the engine lets go of it. */
  endWith(handle: number): void {
    this.#vitalHandle = handle;
  }

  /** The result of a method of the engine, called on a handle. Rejects with a `TenantError`, and with the stop signal's reason. */
  async call<Method extends keyof ReadingMethods>(
    handle: number,
    method: Method,
    params: ReadingMethods[Method],
  ): Promise<unknown> {
    while (this.#inFlight >= MAX_IN_FLIGHT && !this.#ended) {
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    if (this.#ended) throw this.#ended;
    this.#inFlight += 1;
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(id, { handle, method, resolve, reject });
    const { openMs, callMs } = this.#address.timeouts;
    const timeoutMs = method === 'OpenDoc' ? openMs : callMs;
    const timer = setTimeout(() => {
      const fault = `did not answer ${method} within ${timeoutMs / 1_000} seconds`;
      this.#end(engineSilent(this.#address.app, method, fault));
    }, timeoutMs);
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, handle, method, params }));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#calls.delete(id);
      this.#inFlight -= 1;
      this.#queue.shift()?.();
    }
  }

  /** Resolves when the connection has gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Ends the session; resolves when the engine has agreed. One that does not in time is cut off, at once if the program is to stop. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { app, stop, timeouts } = this.#address;
    this.#end(engineFailed(app, 'close', 'was left'));
    const cut = () => {
      this.#upgrade.socket?.destroy();
      this.#closed.resolve();
    };
    const timer = setTimeout(cut, stop.aborted ? 0 : timeouts.closeMs);
    stop.addEventListener('abort', cut, { once: true });
    await this.#closed.promise;
    stop.removeEventListener('abort', cut);
    clearTimeout(timer);
  }

  #receive(data: unknown): void {
    let message: EngineMessage;
    try {
      message = readMessage(data);
    } catch (cause) {
      this.#end(engineFailed(this.#address.app, this.#currentMethod(), 'sent something that is no JSON', cause));
      return;
    }
    if (message.method === 'OnConnected') this.#begin(textOf(message.params?.qSessionState));
    if (typeof message.id === 'number') this.#settle(message.id, message);
    if (Array.isArray(message.close)) this.#dropHandles(message.close);
  }

  #begin(state: string): void {
    if (state === 'SESSION_CREATED' || state === 'SESSION_ATTACHED') this.#connected.resolve();
    else this.#end(sessionRefused(this.#address.app, state));
  }

  #settle(id: number, { result, error }: EngineMessage): void {
    const call = this.#calls.get(id);
    if (!call) return;
    if (error) {
      call.reject(callRefused(this.#address.app, call.method, Number(textOf(error.code)), textOf(error.message)));
    } else call.resolve(result);
  }

  /** The engine has let go of objects, deleted ones for instance: what was asked of them is never answered. */
  #dropHandles(handles: readonly unknown[]): void {
    if (handles.includes(this.#vitalHandle)) {
      this.#end(engineFailed(this.#address.app, this.#currentMethod(), 'let go of the app'));
    }
    for (const { handle, method, reject } of this.#calls.values()) {
      if (handles.includes(handle)) reject(callRefused(this.#address.app, method, 2, 'the object is gone'));
    }
  }

  /** The first reason counts; all that is on its way fails with it. */
  #end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#address.stop.removeEventListener('abort', this.#onStop);
    this.#address.leave.removeEventListener('abort', this.#onLeave);
    this.#connected.reject(reason);
    for (const { reject } of this.#calls.values()) reject(reason);
    for (const wake of this.#queue.splice(0)) wake();
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.close(1000);
  }

  #currentMethod(): string {
    return this.#calls.values().next().value?.method ?? 'connect';
  }
}
