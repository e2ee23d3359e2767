import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message from the engine. */
export interface EngineMessage {
  id?: number | null;
  method?: string;
  params?: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every shape
  result?: any;
  error?: { code: number; parameter: string; message: string };
  change?: number[];
  close?: number[];
  delta?: boolean;
}

/** The handle of the open app in a fresh session. */
export const DOC = 1;

/** Where the engine is, and the key that opens it: a simulated tenant is such. */
interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** The plainest of clients: one socket that keeps all that comes. */
export class EngineProbe implements AsyncDisposable {
  readonly messages: EngineMessage[] = [];
  /** Frames as they came: length, and whether binary. */
  readonly frames: { text: string; isBinary: boolean }[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The status of an upgrade that was refused, with its headers. */
  readonly refused: Promise<{ status: number; headers: Record<string, unknown> }>;
  #waiting: (() => void)[] = [];
  #nextId = 1;

  constructor(tenant: Target, path: string, authorization = `Bearer ${tenant.apiKey}`) {
    this.socket = new WebSocket(`${tenant.url.replace('http', 'ws')}${path}`, { headers: { authorization } });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.refused = new Promise((resolve) => {
      this.socket.on('unexpected-response', (_, { statusCode = 0, headers }) =>
        resolve({ status: statusCode, headers }),
      );
    });
    this.socket.on('error', () => {});
    this.socket.on('message', (data: Buffer, isBinary) => this.#keep(data.toString(), isBinary));
  }

  /** A session of its own on an app, opened without data unless told otherwise. */
  static async open(tenant: Target, appId: string, identity = 'probe', qNoData = true): Promise<EngineProbe> {
    const probe = new EngineProbe(tenant, `/app/${appId}/identity/${identity}`);
    await probe.until(({ method }) => method === 'OnConnected');
    await probe.ask(-1, 'OpenDoc', { qDocName: appId, qNoData });
    return probe;
  }

  /** Sends a request and waits for its answer. */
  async ask(handle: number, method: string, params: unknown = [], more: object = {}): Promise<EngineMessage> {
    const id = this.#nextId++;
    if (this.socket.readyState === this.socket.CONNECTING) await once(this.socket, 'open');
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, handle, method, params, ...more }));
    return await this.until((message) => message.id === id);
  }

  /** The first message of a kind, come or to come. */
  async until(isWanted: (message: EngineMessage) => boolean): Promise<EngineMessage> {
    for (;;) {
      const found = this.messages.find(isWanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The handle of an object of the app. */
  async handleOf(qId: string): Promise<number> {
    return (await this.ask(DOC, 'GetObject', [qId])).result.qReturn.qHandle as number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  #keep(text: string, isBinary: boolean): void {
    this.frames.push({ text, isBinary });
    try {
      this.messages.push(JSON.parse(text) as EngineMessage);
    } catch {}
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
