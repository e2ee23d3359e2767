import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Json } from './messages.ts';

const USER = 'loader';
/** With characters that a URL has to quote. */
const PASSWORD = 'p@ss/word';
const DATABASE = 'warehouse';

/** Starts a PostgreSQL server of this machine's, with an empty database, on a port of its own. It is gone when closed. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const owner = unprivileged();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  const data = join(folder, 'data');
  const init = ['--pgdata', data, '--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--no-sync'];
  execFileSync(program('initdb'), [...init, '--encoding', 'UTF8', '--locale', 'C.UTF-8'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...owner,
  });
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(program('postgres'), ['-D', data, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...owner,
  });
  const postgres = new PostgresServer(server, port, folder);
  await isReady(server);
  postgres.run(`CREATE DATABASE ${DATABASE}`, 'postgres');
  return postgres;
}

export class PostgresServer implements AsyncDisposable {
  /** How psql finds its database. */
  readonly env: { readonly [name: string]: string };
  /** The same without the password. */
  readonly url: string;
  readonly #server: ChildProcess;
  readonly #folder: string;

  constructor(server: ChildProcess, port: number, folder: string) {
    this.#server = server;
    this.#folder = folder;
    this.env = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: USER, PGPASSWORD: PASSWORD, PGDATABASE: DATABASE };
    this.url = `postgresql://${USER}@127.0.0.1:${port}/${DATABASE}`;
  }

  /** The rows of a query, as PostgreSQL puts them into JSON. */
  rows(query: string): Json[] {
    return JSON.parse(this.run(`SELECT coalesce(json_agg(answer), '[]') FROM (${query}) AS answer`));
  }

  /** Runs a statement, and returns what psql prints. */
  run(statement: string, database = DATABASE): string {
    return execFileSync(program('psql'), ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement], {
      encoding: 'utf8',
      env: { ...process.env, ...this.env, PGDATABASE: database },
      maxBuffer: 2 ** 28,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#server, 'close');
    if (this.#server.exitCode === null && this.#server.kill('SIGQUIT')) await ended;
    await rm(this.#folder, { recursive: true });
  }
}

/** Debian keeps the server's programs out of PATH. */
function program(name: string): string {
  const folders = [...globSync('/usr/lib/postgresql/*/bin'), ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (!found) throw new Error(`There is no ${name}: install PostgreSQL (apt-get install postgresql).`);
  return found;
}

/** Somebody whom the server runs as, since it refuses to be root's. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function isReady(server: ChildProcess): Promise<void> {
  const told: string[] = [];
  const stderr = server.stderr as Readable;
  for await (const line of createInterface({ input: stderr })) {
    told.push(line);
    if (!line.includes('ready to accept connections')) continue;
    // Nobody reads on, and a pipe that is full would stop the server.
    stderr.resume();
    return;
  }
  throw new Error(`PostgreSQL did not start:\n${told.join('\n')}`);
}
