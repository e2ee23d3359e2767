import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refusal } from '../answer.ts';
import type { AppDocument } from '../data/document.ts';
import type { Item } from '../data/items.ts';
import type { RowList } from '../data/row-list.ts';
import type { Space } from '../data/spaces.ts';
import { addOne, EngineCounts, type Visit } from './engine-counts.ts';
import { defaultEngineDials, type EngineDials, type Refusal } from './engine-dials.ts';
import { EngineFaults } from './engine-faults.ts';
import { EngineSession, type Push, type SessionKey } from './engine-session.ts';
import { EngineSocket } from './engine-socket.ts';

const LARGEST_REQUEST_BYTES = 1_048_576;
const DEFLATE = { threshold: 1024, zlibDeflateOptions: { level: 1 } };

const PATH = /^\/app\/([^/]+)(?:\/identity\/([^/]+))?(?:\/ttl\/(\d+))?$/;
const ACCESS_DENIED = 'SESSION_ERROR_APP_ACCESS_DENIED';

/** How an app that is not there, or not for the caller, is refused, and what each way says. */
interface AppRefusal {
  way: Refusal;
  status: number;
  close: number;
  error: number;
}

/** The apps of a tenant, and where they are. */
interface EngineApps {
  itemOfApp(appId: string): Item | undefined;
  document(appId: string): AppDocument;
  readonly spaces: RowList<Space>;
}

/**
 * Qlik's Associative Engine, as far as apps are read: JSON-RPC over WebSocket (`/app/{appId}`), on the server's upgrades.
 * Methods and their answers are those of https://qlik.dev/apis/json-rpc/qix/.
 */
export class Engine {
  readonly dials: EngineDials = defaultEngineDials();
  readonly faults = new EngineFaults();
  readonly counts = new EngineCounts();
  #apps: EngineApps;
  #callerOf: (authorization: string | undefined) => string | undefined;
  #sessions = new Map<string, EngineSession>();
  /** How each socket leaves its session. */
  #leaves = new Map<WebSocket, () => void>();
  #plain = new WebSocketServer({ noServer: true, maxPayload: LARGEST_REQUEST_BYTES });
  #deflating = new WebSocketServer({ noServer: true, maxPayload: LARGEST_REQUEST_BYTES, perMessageDeflate: DEFLATE });

  constructor(server: Server, apps: EngineApps, callerOf: (authorization: string | undefined) => string | undefined) {
    this.#apps = apps;
    this.#callerOf = callerOf;
    server.on('upgrade', (call, socket, head) => this.#upgrade(call, socket, head));
  }

  /** Ends all sessions. */
  close(): void {
    for (const name of [...this.#sessions.keys()]) this.#end(name);
  }

  #upgrade(call: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.counts.upgrades++;
    const { pathname } = new URL(call.url ?? '/', 'ws://engine');
    const [, appId = '', identity = '', ttl = '0'] = PATH.exec(pathname) ?? [];
    const fault = this.faults.strike({ at: 'upgrade', appId });
    if (fault?.silent) return;
    if (fault?.close !== undefined) {
      socket.destroy();
      return;
    }
    const userId = this.#callerOf(call.headers.authorization);
    const refused = this.#refusalOf(appId, userId);
    const status = fault?.http ?? this.#statusFor(appId, userId, refused);
    if (!userId || status !== 101) {
      addOne(this.counts.refusals, status);
      refuseUpgrade(socket, status, fault?.headers, fault?.body);
      return;
    }
    const server = this.dials.compression === 'asked' ? this.#deflating : this.#plain;
    const key = { appId, userId, identity: decodeURIComponent(identity) };
    server.handleUpgrade(call, socket, head, (webSocket) => this.#connect(webSocket, key, Number(ttl), refused));
  }

  #statusFor(appId: string, userId: string | undefined, refused: AppRefusal | undefined): number {
    if (appId === '') return 404;
    if (!userId) return 401;
    return refused?.way === 'http' ? refused.status : 101;
  }

  #refusalOf(appId: string, userId: string | undefined): AppRefusal | undefined {
    const { unknownApps, managedApps } = this.dials;
    const item = this.#apps.itemOfApp(appId);
    if (!item) return { way: unknownApps, status: 404, close: 4204, error: 1003 };
    const isManaged = item.spaceId !== undefined && this.#apps.spaces.get(item.spaceId)?.type === 'managed';
    if (managedApps === 'opened' || !isManaged || item.ownerId === userId) return undefined;
    return { way: managedApps, status: 403, close: 4203, error: 5 };
  }

  #connect(webSocket: WebSocket, key: SessionKey, ttlSeconds: number, refused: AppRefusal | undefined): void {
    const visit: Visit = { ...key, messages: 0, roundTrips: 0, mostInFlight: 0 };
    this.counts.visits.push(visit);
    const socket = new EngineSocket(webSocket, this, visit);
    if (refused) {
      if (refused.way === 'close') socket.close(refused.close);
      else socket.begin({ refusal: refused.error }, refused.way === 'sessionState' ? ACCESS_DENIED : 'SESSION_CREATED');
      return;
    }
    this.#endHandshakes();
    const name = JSON.stringify(Object.values(key));
    const known = this.#sessions.get(name);
    if (!known && this.#sessions.size >= this.dials.sessionLimit) {
      socket.close(4005);
      return;
    }
    const session = known ?? this.#start(name, key);
    clearTimeout(session.expiry);
    const listener = (push: Push) => socket.push(push);
    session.listeners.add(listener);
    const leave = () => {
      this.#leaves.delete(webSocket);
      if (!session.listeners.delete(listener) || session.listeners.size) return;
      if (ttlSeconds) session.expiry = setTimeout(() => this.#end(name), ttlSeconds * 1000).unref();
      else this.#end(name);
    };
    this.#leaves.set(webSocket, leave);
    webSocket.on('close', leave);
    socket.begin({ session }, known ? 'SESSION_ATTACHED' : 'SESSION_CREATED');
  }

  /** A session ends with its close handshake; the event that tells of it may come later than the next session. */
  #endHandshakes(): void {
    for (const [webSocket, leave] of this.#leaves) if (webSocket.readyState !== webSocket.OPEN) leave();
  }

  #start(name: string, key: SessionKey): EngineSession {
    const session = new EngineSession(key, this.#apps.document(key.appId), this.dials);
    this.#sessions.set(name, session);
    this.counts.session(1);
    return session;
  }

  #end(name: string): void {
    this.#sessions.get(name)?.end();
    if (this.#sessions.delete(name)) this.counts.session(-1);
  }
}

/** Plain HTTP in place of 101. */
function refuseUpgrade(socket: Duplex, status: number, headers?: Record<string, string>, body?: string): void {
  const text = body ?? JSON.stringify(refusal(status, `HTTP-${status}`, STATUS_CODES[status] ?? 'Refused').body);
  const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers };
  const lines = Object.entries({ connection: 'close', ...all }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('')}\r\n${text}`);
}
