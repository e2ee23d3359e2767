import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { withFiles } from './input-files.ts';
import { leaks } from './leaks.ts';
import {
  type CatalogStream,
  type ErrorTrace,
  type Json,
  type Message,
  messagesOf,
  type StreamStatus,
} from './messages.ts';
import { type Command, errorsOf, exitViolations, protocolViolations, statusesOf } from './protocol.ts';

export const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** The streams that are read once a tenant. Those that are read once an app take an engine, which is another matter. */
export const lists = streams.filter((stream) => 'read' in stream);
export const LIST_NAMES = lists.map(({ name }) => name);

/** No run takes this long unless it hangs, however busy the machine is. */
const HANGS_MS = 110_000;

export interface Options {
  /** Where the settings lead, by its API key, unless others are given. */
  readonly tenant?: SimulatedTenant;
  /** A file's content: a value is written as JSON, a text as it stands, undefined leaves the option out. */
  readonly config?: unknown;
  /** The lists in full refresh, unless given. */
  readonly catalog?: unknown;
  readonly state?: unknown;
  readonly env?: { readonly [name: string]: string };
  /** More that must not be seen in any output. */
  readonly secrets?: readonly string[];
  /** What is called, with its first words, in the place of the sources. */
  readonly program?: readonly [string, ...string[]];
  /** A run that takes longer hangs; 110 seconds, unless given. */
  readonly hangsMs?: number;
  /** A module that runs in the program's process before it; what it writes to file descriptor 3 is `aside`. */
  readonly preload?: string;
  /** Takes all of stdout, at its own pace; at once, unless given. */
  readonly reader?: (stdout: Readable, program: ChildProcess) => Promise<string>;
  /** The signal that the program is to die by. */
  readonly signal?: NodeJS.Signals;
  /** Whether somebody ends the program, so that its output is not whole; without a `signal`, whether somebody may. */
  readonly cut?: boolean;
}

type CommandName = 'spec' | 'check' | 'discover' | 'read';

/**
 * Runs a command as users do and resolves when it has ended. Whatever the command, its output has to keep the protocol,
 * its exit code has to fit, stderr has to stay empty and no secret may be seen.
 */
export function run(name: CommandName, options: Options = {}): Promise<Run> {
  return withCommandLine(name, options, (words, command, known) => runWords(words, command, known));
}

/** What it takes to call a command: its words, which name files that are there as long as `use` takes, and what is wanted by them. */
export async function withCommandLine<T>(
  name: CommandName,
  options: Options,
  use: (words: readonly string[], command: Command, options: Options) => Promise<T>,
): Promise<T> {
  const { tenant, config = tenant && apiKeySettings(tenant) } = options;
  const catalog = 'catalog' in options || name !== 'read' ? options.catalog : await only(...LIST_NAMES);
  const { state, signal, cut = signal !== undefined } = options;
  const files = { spec: {}, check: { config }, discover: { config }, read: { config, catalog, state } }[name];
  const command: Command = name === 'read' ? { name, streams: streamsIn(catalog), cut } : { name };
  return withFiles(files, (words) => use([name, ...words], command, { ...options, config }));
}

/** Runs the program with these very words, judged as a call of `command`. */
export async function runWords(words: readonly string[], command: Command, options: Options = {}): Promise<Run> {
  const { env, preload, reader = text, signal, hangsMs = HANGS_MS } = options;
  const loader = preload ? ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] : [];
  const [file, ...first] = options.program ?? [process.execPath, ...loader, MAIN];
  const program = spawn(file, [...first, ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: hangsMs,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, aside, [code, endedBy]] = await Promise.all([
    reader(program.stdout as Readable, program),
    text(program.stderr as Readable),
    text(program.stdio[3] as Readable),
    once(program, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  expectRight(stdout, command, options);
  expect(stderr).toBe('');
  // Who lets it be cut without naming a signal leaves open whether that comes before its end.
  const isOpen = !signal && command.name === 'read' && command.cut;
  if (!isOpen) expect(endedBy).toBe(signal ?? null);
  if (!signal && !isOpen) expect(exitViolations(stdout, command, code)).toEqual([]);
  return new Run(stdout, aside, code);
}

/** Whatever was wanted: output that keeps the protocol, and no secret in it. */
export function expectRight(stdout: string, command: Command, options: Options): void {
  expect(protocolViolations(stdout, command)).toEqual([]);
  expect(leaks(stdout, secretsOf(options))).toEqual([]);
}

/** What a command left behind. */
export class Run {
  readonly stdout: string;
  /** What the preloaded module wrote. */
  readonly aside: string;
  readonly code: number | null;
  readonly messages: readonly Message[];

  constructor(stdout: string, aside: string, code: number | null) {
    this.stdout = stdout;
    this.aside = aside;
    this.code = code;
    this.messages = messagesOf(stdout);
  }

  rows(stream: string): Json[] {
    return this.messages.flatMap(({ record }) => (record?.stream === stream ? [record.data] : []));
  }

  states(stream: string): Json[] {
    return this.messages.flatMap(({ state }) =>
      state?.stream.stream_descriptor.name === stream ? [state.stream.stream_state] : [],
    );
  }

  statuses(stream: string): StreamStatus[] {
    return statusesOf(this.messages, stream);
  }

  /** Streams by how they ended. */
  get ends(): { [stream: string]: string } {
    const statuses = this.messages.flatMap(({ trace }) => trace?.stream_status ?? []);
    return Object.fromEntries(statuses.map(({ stream_descriptor, status }) => [stream_descriptor.name, status]));
  }

  get errors(): ErrorTrace[] {
    return errorsOf(this.messages);
  }

  errorOf(stream: string): ErrorTrace | undefined {
    return this.errors.find(({ stream_descriptor }) => stream_descriptor?.name === stream);
  }

  get connectionStatus() {
    return this.messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus;
  }
}

export function apiKeySettings(tenant: SimulatedTenant, more: object = {}) {
  return { tenant_url: tenant.url, credentials: { auth_type: 'api_key', api_key: tenant.apiKey }, ...more };
}

export function oauthSettings(tenant: SimulatedTenant, more: object = {}) {
  const { clientId: client_id, clientSecret: client_secret } = tenant.oauthClient;
  const credentials = { auth_type: 'oauth2_client_credentials', client_id, client_secret, ...more };
  return { tenant_url: tenant.url, credentials };
}

let catalogStreams: Promise<readonly CatalogStream[]> | undefined;

/** The streams as `discover` prints them; it is run once, since it asks no tenant. */
export function discovered(): Promise<readonly CatalogStream[]> {
  const config = { tenant_url: 'https://localhost', credentials: { auth_type: 'api_key', api_key: 'never used' } };
  catalogStreams ??= run('discover', { config }).then(({ messages }) => messages.at(-1)?.catalog?.streams ?? []);
  return catalogStreams;
}

/** A configured catalog of these streams. */
export function configured(streams: readonly CatalogStream[], sync_mode = 'full_refresh') {
  return { streams: streams.map((stream) => ({ stream, sync_mode, destination_sync_mode: 'overwrite' })) };
}

/** A configured catalog of the streams of these names. */
export async function only(...names: string[]) {
  return configured((await discovered()).filter(({ name }) => names.includes(name)));
}

function streamsIn(catalog: unknown): string[] {
  const { streams } = (catalog ?? {}) as { streams?: { stream?: { name?: string } }[] };
  return Array.isArray(streams) ? streams.flatMap(({ stream }) => stream?.name ?? []) : [];
}

function secretsOf({ tenant, config, env = {}, secrets = [] }: Options): string[] {
  const { api_key, client_secret } =
    ((config ?? {}) as { credentials?: { [field: string]: unknown } }).credentials ?? {};
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'].flatMap((name) => {
    const { password } = URL.parse(env[name] ?? '') ?? {};
    return password ? [password, decodeURIComponent(password)] : [];
  });
  const tokens = [...(tenant?.counts.authorizations ?? [])].map((header) => header.replace(/^Bearer /, ''));
  return [
    SECRET_MARK,
    ...proxies,
    ...tokens,
    ...secrets,
    ...[api_key, client_secret].filter((value) => typeof value === 'string'),
  ];
}
