import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type Call, refusal } from './answer.ts';
import { Counts, TOKEN_PATH } from './counts.ts';
import { Credentials } from './credentials.ts';
import { deliver } from './delivery.ts';
import { type Dials, defaultDials } from './dials.ts';
import { Endpoints } from './endpoints.ts';
import { type Fault, Faults, replacement, spoiled } from './faults.ts';
import type { TenantSize } from './plan.ts';
import { makeTenantData, type TenantData } from './tenant-data.ts';

/** Where a simulated tenant is, how large, and which one: the same seed and size make the same rows. */
export interface SimulatedTenantOptions extends Partial<TenantSize> {
  seed?: number;
  host?: string;
  /** Any free one, unless given. */
  port?: number;
  tls?: { key: string; cert: string };
}

/** Starts a tenant that serves Qlik Cloud's REST API, as far as it lists people and content. */
export async function startSimulatedTenant(options: SimulatedTenantOptions = {}): Promise<SimulatedTenant> {
  const { seed, host = '127.0.0.1', port = 0, tls, ...size } = options;
  const server = tls ? createTlsServer(tls) : createServer();
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return new SimulatedTenant(server, `${tls ? 'https' : 'http'}://${host}:${boundPort}`, makeTenantData(size, seed));
}

/** A Qlik Cloud tenant that is not real: what it holds, what it does wrong, and what it was asked. */
export class SimulatedTenant implements AsyncDisposable {
  readonly url: string;
  /** The truth: rows to be compared with, added, changed and deleted. */
  readonly data: TenantData;
  readonly dials: Dials = defaultDials();
  readonly faults = new Faults();
  readonly counts = new Counts();
  readonly credentials: Credentials;
  /** What else the tenant speaks is attached here. */
  readonly server: Server;
  #endpoints: Endpoints;
  #sockets = new Set<Socket>();

  constructor(server: Server, url: string, data: TenantData) {
    this.server = server;
    this.url = url;
    this.data = data;
    this.credentials = new Credentials(data.plan, this.dials);
    this.#endpoints = new Endpoints(data, this.dials);
    server.on('connection', (socket: Socket) => {
      this.counts.socketsOpened++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    });
    server.on('request', (call, response) => void this.#serve(call, response));
  }

  get apiKey(): string {
    return this.credentials.apiKey;
  }

  get oauthClient(): { clientId: string; clientSecret: string } {
    return this.credentials.oauthClient;
  }

  /** Stops listening and ends all sockets at once. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const method = incoming.method ?? 'GET';
    const path = this.#endpoints.match(url.pathname) ?? url.pathname;
    const { host, authorization } = incoming.headers;
    this.counts.begin(path, { method, host, authorization });
    response.on('close', () => this.counts.end(response.headersSent ? response.statusCode : 0));

    const fault = this.faults.strike(method, url);
    const delayMs = this.dials.latencyMs + (fault?.delayMs ?? 0);
    if (delayMs) await pause(delayMs);
    const answer = await this.#answer(incoming, { method, url }, fault).catch((error: unknown) =>
      refusal(500, 'SIMULATOR', 'The simulator failed', { detail: String(error) }),
    );
    deliver(incoming, response, answer, this.dials, fault);
  }

  async #answer(incoming: IncomingMessage, asked: { method: string; url: URL }, fault?: Fault): Promise<Answer> {
    const replaced = fault && replacement(fault);
    if (replaced) return replaced;
    if (asked.url.pathname === TOKEN_PATH && asked.method === 'POST')
      return this.credentials.answerToken(await text(incoming));
    const callerId = this.credentials.callerOf(incoming.headers.authorization);
    if (!callerId || this.faults.refuseKey) return refusal(401, 'HTTP-401', 'Unauthorized', { status: '401' });
    const call: Call = { ...asked, callerId };
    const answer = this.faults.refuse(call) ?? this.#endpoints.answer(call);
    return fault && answer.status === 200 ? spoiled(answer, fault, call) : answer;
  }
}
