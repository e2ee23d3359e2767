import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import type { Json } from '../support/messages.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { apiKeySettings } from '../support/program.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';
import { truthOf } from '../support/truth.ts';
import { IMAGE } from './image.ts';

/** A file of docs/recipes. */
export const recipe = (name: string) => new URL(`../../docs/recipes/${name}`, import.meta.url).pathname;

export type Tenant = Awaited<ReturnType<typeof startSimulatedTenant>>;

/** What quoting may trip over: among others U+0000, half of a surrogate pair, and a backslash before a u0000 that is none. */
export const HARD = `\\. "it's" \\u0000 \\\\ $1 %s \0\0\ud83d \t\u0001 😀`;

/** What PostgreSQL's texts cannot hold. */
export const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** A tenant with a user of this name, and a folder with its settings, which only their owner may read. */
export async function scene(userName = HARD) {
  await using stack = new AsyncDisposableStack();
  const tenant = stack.use(await startSimulatedTenant({ users: 30, apps: 12, sheets: 2, charts: 3 }));
  const [user] = tenant.data.users.all().drop(5);
  tenant.data.users.change(user?.id ?? '', { name: userName });
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'recipe-')));
  await chmod(folder.path, 0o755);
  await writeFile(join(folder.path, 'config.json'), JSON.stringify(apiKeySettings(tenant)), { mode: 0o600 });
  const kept = stack.move();
  return { tenant, folder: folder.path, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What sync.sh is called with, for tables in a schema of their own. */
export function surroundings(postgres: PostgresServer, schema: string, options = '') {
  const docker = `--network host --env STATE_INTERVAL_MS=0 ${options}`;
  return { ...postgres.env, IMAGE, QLIK_SCHEMA: schema, DOCKER_OPTIONS: docker };
}

/** Runs a program while the tenant answers, and resolves with what it left. */
export async function call(words: readonly [string, ...string[]], env: object = {}) {
  const { program, ended } = begin(words, env);
  const [code] = await ended;
  return { code, ...(await program) };
}

/** Begins to run it, as the head of a group of processes that can be killed together. */
export function begin([file, ...words]: readonly [string, ...string[]], env: object = {}) {
  const child = spawn(file, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const program = Promise.all([text(child.stdout), text(child.stderr)]).then(([stdout, stderr]) => ({
    stdout,
    stderr,
  }));
  return { child, ended, program };
}

/** The rows of each table that shows what a tenant holds, to be compared with `wantedTables`. */
export function tablesIn(postgres: PostgresServer, schema: string, where = 'true') {
  return Object.fromEntries(
    TENANT_STREAMS.map((name) => [
      name,
      comparable(postgres.rows(`SELECT * FROM "${schema}"."${name}" WHERE ${where}`), name),
    ]),
  );
}

export function wantedTables(tenant: Tenant) {
  const truth = truthOf(tenant, TENANT_STREAMS);
  return Object.fromEntries(TENANT_STREAMS.map((name) => [name, comparable(truth[name] ?? [], name)]));
}

/** Rows as any warehouse tells them: columns in lower case, times as numbers, nulls and the columns of loaders left out. */
function comparable(rows: readonly Json[], name: string): Json[] {
  const { primaryKey, schema } = streams.find((stream) => stream.name === name) ?? { primaryKey: [], schema: {} };
  const columns = Object.entries(schema.properties ?? {});
  const isTime = new Map(columns.map(([field, { format }]) => [field.toLowerCase(), format === 'date-time']));
  const keyOf = (row: Json) => primaryKey.map((field) => row[field.toLowerCase()]).join(' ');
  return rows
    .map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .map(([field, value]) => [field.toLowerCase(), value] as const)
          .filter(([field, value]) => isTime.has(field) && value !== null && value !== undefined)
          .map(([field, value]) => [field, isTime.get(field) ? timeOf(String(value)) : storable(value)]),
      ),
    )
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** A time without an offset is UTC. */
function timeOf(value: string): number {
  return Date.parse(/(Z|[+-]\d\d(:?\d\d)?)$/.test(value) ? value : `${value}Z`);
}

/** What PostgreSQL cannot hold is left out. */
function storable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'string' ? part.replace(UNSTORABLE, '') : part,
  );
}
