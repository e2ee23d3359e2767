import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Properties, PropertyTree } from '../app-objects.ts';
import { AppSession } from '../app-session.ts';
import { ENGINE_TIMEOUTS, EngineSocket, type EngineTimeouts } from '../engine-socket.ts';
import { Limiter } from '../limiter.ts';
import { GONE_MS, Reachability } from '../reachability.ts';
import { Visit, type VisitOptions } from '../visit.ts';

/** A call as the engine gets it. */
export interface Request {
  readonly id: number;
  readonly handle: number;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: each method has parameters of its own
  readonly params: any;
}

/** What is answered to a call, beside its id; undefined for nothing. */
export type Answer = { readonly result?: unknown; readonly error?: object } | undefined;

/** How an engine behaves in a test; what is not given is as usual. */
export interface Behaviour {
  readonly answer?: (request: Request, socket: WebSocket, session: number) => Answer;
  /** The first words, in place of OnConnected. */
  readonly greet?: (socket: WebSocket, session: number) => void;
  /** The largest message that its clients take, in bytes. */
  readonly largestMessage?: number;
  /** The status of an upgrade; 101 grants it. */
  readonly upgrade?: (upgrade: number) => { readonly status: number; readonly headers?: object };
}

/** An engine over real sockets that keeps what it was asked. */
export class ScriptedEngine implements AsyncDisposable {
  readonly requests: Request[] = [];
  readonly sockets: WebSocket[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** How often a client closed its socket, and with which code. */
  readonly closeCodes: number[] = [];
  readonly dispatcher: Agent;
  readonly #server = createServer();
  #port = 0;
  readonly #webSockets = new WebSocketServer({ noServer: true });

  static async start(behaviour: Behaviour = {}): Promise<ScriptedEngine> {
    const engine = new ScriptedEngine(behaviour);
    await new Promise<void>((resolve) => engine.#server.listen(0, '127.0.0.1', resolve));
    engine.#port = (engine.#server.address() as AddressInfo).port;
    return engine;
  }

  private constructor({ answer = () => ({ result: {} }), greet = welcome, upgrade, largestMessage }: Behaviour) {
    this.dispatcher = new Agent(largestMessage === undefined ? {} : { webSocket: { maxPayloadSize: largestMessage } });
    this.#server.on('upgrade', (call, raw, head) => {
      // A client that has gone may reset the connection.
      raw.on('error', () => {});
      this.authorizations.push(call.headers.authorization);
      const { status, headers = {} } = upgrade?.(this.authorizations.length) ?? { status: 101 };
      if (status !== 101) {
        const lines = Object.entries({ ...headers, 'content-length': 0, connection: 'close' });
        const head = [
          `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
          ...lines.map(([name, value]) => `${name}: ${value}`),
        ];
        raw.end(`${head.join('\r\n')}\r\n\r\n`);
        return;
      }
      this.#webSockets.handleUpgrade(call, raw, head, (socket) => {
        const session = this.sockets.push(socket);
        socket.on('close', (code) => this.closeCodes.push(code)).on('error', () => {});
        socket.on('message', (data) => {
          const request = JSON.parse(String(data)) as Request;
          this.requests.push(request);
          const answered = answer(request, socket, session);
          if (answered) say(socket, { id: request.id, ...answered });
        });
        greet(socket, session);
      });
    });
  }

  /** The methods asked for, in order. */
  get methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  async connect(
    stop: AbortSignal = new AbortController().signal,
    timeouts: Partial<EngineTimeouts> = {},
    leave: AbortSignal = new AbortController().signal,
  ): Promise<EngineSocket> {
    const url = new URL(`ws://127.0.0.1:${this.#port}/app/app-1`);
    return EngineSocket.open({
      url,
      app: 'app-1',
      token: 'token-1',
      dispatcher: this.dispatcher,
      stop,
      leave,
      timeouts: { ...ENGINE_TIMEOUTS, ...timeouts },
    });
  }

  /** A visit to its app, with a gate of its own. */
  visit(
    options: Partial<Pick<VisitOptions, 'patience' | 'stop' | 'listedTypes'>> & { published?: boolean } = {},
  ): Visit {
    const { patience = { retryMs: 5_000, pauseMs: 5_000 }, stop = new AbortController().signal } = options;
    const { listedTypes = new Set() } = options;
    const app = { id: 'app-1', published: options.published ?? false, origin: 'https://acme.example.com' };
    const gate = new Limiter({ calls: 1, windowMs: 0 }, () => {});
    const reach = new Reachability({ name: 'The engine', goneMs: GONE_MS, remedy: 'Try later.' });
    const open = async (leave: AbortSignal) => {
      const socket = await this.connect(stop, {}, leave);
      return AppSession.open(app.id, socket).catch(async (error: unknown) => {
        await socket[Symbol.asyncDispose]();
        throw error;
      });
    };
    return new Visit(app, {
      open,
      readDataModel: () => Promise.reject(new Error('it has none')),
      renew: () => false,
      listedTypes,
      gate,
      reach,
      patience,
      stop,
    });
  }

  /** From here on there is nobody at its address. */
  async stopListening(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopListening();
    await this.dispatcher.destroy();
  }
}

/** Sends a message of the engine. */
export function say(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
}

export function welcome(socket: WebSocket): void {
  say(socket, { method: 'OnConnected', params: { qSessionState: 'SESSION_CREATED' } });
}

/** An object of a scripted app: what is stored of it, what lists say of it beside, and the ids of what it holds. */
export interface ScriptedObject {
  readonly type: string;
  readonly properties?: Properties;
  readonly meta?: Properties;
  readonly children?: readonly string[];
}

export type ScriptedApp = { readonly [id: string]: ScriptedObject };

const DOC = 1;

/** Answers as the engine of an app with these objects does; whatever a test wants to be different, it says itself. */
export function answersOf(app: ScriptedApp): (request: Request) => Answer {
  const ids = Object.keys(app);
  const lists: Request[] = [];
  const [firstObject, firstList] = [100, 10_000];
  return (request) => {
    const { method, handle, params } = request;
    const id = ids[handle - firstObject] ?? '';
    switch (method) {
      case 'OpenDoc':
        return { result: { qReturn: { qHandle: DOC } } };
      case 'GetAppLayout':
        return { result: { qLayout: { qIsOpenedWithoutData: true } } };
      case 'GetObjects':
        return { result: { qList: listed(app, params[0].qTypes, params[0].qData) } };
      case 'CreateSessionObject':
        return { result: { qReturn: { qHandle: firstList + lists.push(request) - 1 } } };
      case 'GetLayout':
        return { result: { qLayout: listLayout(app, lists[handle - firstList] as Request) } };
      case 'GetVariables':
        return { result: { qList: variablesOf(app) } };
      case 'GetObject':
        return { result: { qReturn: { qHandle: app[params[0]] ? firstObject + ids.indexOf(params[0]) : null } } };
      case 'GetFullPropertyTree':
        return { result: { qPropEntry: treeOf(app, id) } };
      case 'GetProperties':
        return { result: { qProp: treeOf(app, id).qProperty } };
      case 'GetChildInfos':
        return { result: { qInfos: (app[id]?.children ?? []).map((qId) => ({ qId, qType: app[qId]?.type })) } };
      default:
        return { error: { code: -32601, message: 'Method not found' } };
    }
  };
}

function treeOf(app: ScriptedApp, qId: string): PropertyTree {
  const { type, properties, children = [] } = app[qId] ?? { type: '' };
  return {
    qProperty: { qInfo: { qId, qType: type }, ...properties },
    qChildren: children.map((id) => treeOf(app, id)),
  };
}

/** Objects of the type `variable`, whose properties are those of an entry of the list. */
function variablesOf(app: ScriptedApp): object[] {
  const variables = Object.entries(app).filter(([, { type }]) => type === 'variable');
  return variables.map(([qId, { properties }]) => ({ qInfo: { qId, qType: 'variable' }, ...properties }));
}

function listLayout(app: ScriptedApp, { params }: Request): object {
  const [name = '', definition] =
    Object.entries(params[0] as object).find(([field]) => field.endsWith('ListDef')) ?? [];
  return { [name.replace(/Def$/, '')]: { qItems: listed(app, [definition.qType], definition.qData) } };
}

function listed(app: ScriptedApp, types: readonly string[], pointers: { readonly [name: string]: string }): object[] {
  return Object.entries(app)
    .filter(([, { type }]) => types.includes(type))
    .map(([qId, { type, properties = {}, meta = { id: `meta-${qId}` } }]) => {
      const at = (pointer: string) =>
        pointer
          .split('/')
          .slice(1)
          .reduce<unknown>((value, step) => (value as Properties | undefined)?.[step], properties);
      const qData = Object.fromEntries(Object.entries(pointers).map(([name, pointer]) => [name, at(pointer)]));
      return { qInfo: { qId, qType: type }, qMeta: meta, qData };
    });
}
