import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { live } from '../simulator/life.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../simulator/tenant.ts';
import { type CatalogStream, type Run, runProgram } from './program.ts';
import { type Sync, syncTable } from './sync-table.ts';

/** What is to be shown. */
export interface DemoWishes {
  readonly serve: boolean;
  readonly port: number;
  /** The settings file to write, with `serve`. */
  readonly config: string;
  /** Seconds after which a day passes in the tenant, again and again, with `serve`; 0 for never. */
  readonly live: number;
  readonly seed: number;
  readonly users: number;
  readonly apps: number;
}

/** Where it is shown. */
export interface Stage {
  /** The connector's main file. */
  readonly program: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stop: AbortSignal;
}

/**
 * Runs the connector against a simulated tenant: `check`, `discover`, and syncs before and after a day in the tenant's life,
 * with their messages on stdout and a summary on stderr. With `serve` it only keeps the tenant up, until stopped. Resolves
 * with the exit code.
 */
export async function demo(wishes: DemoWishes, stage: Stage): Promise<number> {
  const { serve, port, seed, users, apps } = wishes;
  await using tenant = await startSimulatedTenant({ seed, users, apps, ...(serve && { port }) }).catch(explained);
  return await (serve ? stayUp(tenant, wishes, stage) : showSyncs(tenant, stage));
}

/** A port that is taken is the user's to change. */
function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EADDRINUSE') throw error;
  const message = 'The port is in use: choose another one with --port, or let the system choose with --port 0.';
  throw Object.assign(new Error(message, { cause: error }), { failureType: 'config_error' });
}

async function showSyncs(tenant: SimulatedTenant, stage: Stage): Promise<number> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'qlik-demo-'));
  const { tell, run } = runner(tenant, folder.path, stage);
  tell(`A simulated Qlik Cloud tenant listens at ${tenant.url}.`);

  const config = configOf(tenant);
  const checked = await run('check', { config });
  const answer = checked.last('CONNECTION_STATUS')?.connectionStatus?.message ?? 'gave no status';
  tell(`check     ${answer.replaceAll('. ', '.\n          ')}`);

  const discovered = await run('discover', { config });
  const streams = discovered.last('CATALOG')?.catalog?.streams ?? [];
  const names = streams.map(({ name }) => name);
  tell(`discover  ${names.length} streams: ${folded(names)}`);

  const catalog = everything(streams);
  tell('read      first sync');
  const first = await run('read', { config, catalog });
  tell('\nThen the tenant lives:');
  for (const event of live(tenant.data)) tell(`  ${event}`);
  tell('\nread      second sync, with the state of the first');
  const second = await run('read', { config, catalog, state: statesOf(first) });
  tell('read      third sync, nothing having happened since');
  const third = await run('read', { config, catalog, state: statesOf(first, second) });
  tell('');
  tell(syncTable(names, [first, second, third]));
  return Math.max(...[checked, discovered, first, second, third].map(({ exitCode }) => exitCode));
}

/** Says lines to the user, and runs commands of the connector, with what each asked of the tenant. */
function runner(tenant: SimulatedTenant, folder: string, { program, stdout, stderr, stop }: Stage) {
  return {
    tell: (line: string) => stderr.write(`${line}\n`),
    async run(command: string, files: { readonly [role: string]: unknown }): Promise<Sync> {
      const options = Object.keys(files).flatMap((role) => [`--${role}`, join(folder, `${role}.json`)]);
      for (const [role, content] of Object.entries(files))
        await writeFile(join(folder, `${role}.json`), JSON.stringify(content));
      tenant.counts.reset();
      tenant.engine.counts.reset();
      const done = await runProgram(program, [command, ...options], stdout, stop);
      const { opens, messages } = tenant.engine.counts;
      return { ...done, calls: tenant.counts.calls, opens, engineCalls: messages };
    },
  };
}

function configOf({ url, apiKey }: SimulatedTenant) {
  return { tenant_url: url, credentials: { auth_type: 'api_key', api_key: apiKey } };
}

/** Names in lines that fit a terminal. */
function folded(names: readonly string[], inALine = 6): string {
  const lines = names.flatMap((_, index) =>
    index % inALine === 0 ? [names.slice(index, index + inALine).join(', ')] : [],
  );
  return lines.join(',\n          ');
}

function everything(streams: readonly CatalogStream[]) {
  return {
    streams: streams.map((stream) => ({
      stream,
      ...(stream.supported_sync_modes.includes('incremental')
        ? { sync_mode: 'incremental', destination_sync_mode: 'append_dedup' }
        : { sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' }),
      primary_key: stream.source_defined_primary_key,
      cursor_field: stream.default_cursor_field,
    })),
  };
}

/** The last state of each stream, as Airbyte keeps them between syncs. */
function statesOf(...syncs: readonly Run[]): unknown[] {
  const streams = syncs.flatMap((sync) => [...sync.streams]);
  const states = new Map(streams.flatMap(([name, { state }]) => (state ? [[name, state]] : [])));
  return [...states.values()];
}

async function stayUp(tenant: SimulatedTenant, wishes: DemoWishes, { stderr, stop }: Stage): Promise<number> {
  const { config, live: seconds } = wishes;
  await writeFile(config, `${JSON.stringify(configOf(tenant), null, 2)}\n`, { mode: 0o600 });
  stderr.write(
    `A simulated Qlik Cloud tenant listens at ${tenant.url}.\nIts settings are in ${config}: try \`npm start -s -- check --config ${config}\`.\nEnd it with Ctrl-C.\n`,
  );
  const day = () => {
    stderr.write('\nA day passes:\n');
    for (const event of live(tenant.data)) stderr.write(`  ${event}\n`);
  };
  const days = seconds > 0 ? setInterval(day, seconds * 1000) : undefined;
  await new Promise((_resolve, reject) =>
    stop.addEventListener('abort', () => reject(stop.reason), { once: true }),
  ).finally(() => clearInterval(days));
  return 0;
}
