import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Message, runProgram } from './program.ts';
import { type SimulatedTenant, startSimulatedTenant } from './tenant.ts';

/** What is to be shown. */
export interface DemoWishes {
  readonly serve: boolean;
  readonly port: number;
  /** The settings file to write, with `serve`. */
  readonly config: string;
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
 * Runs the connector against a simulated tenant: `check`, `discover` and a first `read`, with their messages on stdout and
 * a summary on stderr. With `serve` it only keeps the tenant up, until stopped. Resolves with the exit code.
 */
export async function demo(wishes: DemoWishes, stage: Stage): Promise<number> {
  const { serve, port, seed, users, apps } = wishes;
  await using tenant = await startSimulatedTenant({ seed, users, apps, ...(serve && { port }) }).catch(explained);
  return await (serve ? stayUp(tenant, wishes.config, stage) : perform(tenant, stage));
}

/** A port that is taken is the user's to change. */
function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EADDRINUSE') throw error;
  const message = 'The port is in use: choose another one with --port, or let the system choose with --port 0.';
  throw Object.assign(new Error(message, { cause: error }), { failureType: 'config_error' });
}

async function perform(tenant: SimulatedTenant, stage: Stage): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'qlik-demo-'));
  try {
    const config = join(folder, 'config.json');
    const catalog = join(folder, 'catalog.json');
    await writeFile(config, JSON.stringify(configOf(tenant)));
    const { tell, act } = director(tenant, stage);
    tell(`A simulated Qlik Cloud tenant listens at ${tenant.url}.`);

    const checked = await act(['check', '--config', config]);
    tell(`check     ${checked.last('CONNECTION_STATUS')?.connectionStatus?.message ?? 'gave no status'}`);

    const discovered = await act(['discover', '--config', config]);
    const streams = discovered.last('CATALOG')?.catalog?.streams ?? [];
    tell(`discover  ${streams.length} streams: ${streams.map(({ name }) => name).join(', ')}`);
    await writeFile(catalog, JSON.stringify(everything(streams)));

    const read = await act(['read', '--config', config, '--catalog', catalog]);
    tell(`read      ${read.calls} calls, ${read.opens} apps opened\n`);
    tell(table(streams.map(({ name }) => [name, read.records.get(name) ?? 0, read.status.get(name) ?? 'not read'])));
    return Math.max(checked.exitCode, discovered.exitCode, read.exitCode);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function director(tenant: SimulatedTenant, { program, stdout, stderr, stop }: Stage) {
  return {
    tell: (line: string) => stderr.write(`${line}\n`),
    async act(args: string[]) {
      tenant.counts.reset();
      tenant.engine.counts.reset();
      const run = await runProgram(program, args, stdout, stop);
      return { ...run, calls: tenant.counts.calls, opens: tenant.engine.counts.opens };
    },
  };
}

function configOf({ url, apiKey }: SimulatedTenant) {
  return { tenant_url: url, credentials: { auth_type: 'api_key', api_key: apiKey } };
}

type CatalogStreams = NonNullable<Message['catalog']>['streams'];

function everything(streams: CatalogStreams) {
  return {
    streams: streams.map((stream) => ({ stream, sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' })),
  };
}

function table(rows: readonly (readonly [name: string, records: number, status: string])[]): string {
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const line = (name: string, records: string, status: string) =>
    `  ${name.padEnd(nameWidth)}  ${records.padStart(9)}  ${status}`;
  return [
    line('stream', 'records', 'status'),
    ...rows.map(([name, records, status]) => line(name, records.toLocaleString('en'), status)),
  ].join('\n');
}

async function stayUp(tenant: SimulatedTenant, config: string, { stderr, stop }: Stage): Promise<number> {
  await writeFile(config, `${JSON.stringify(configOf(tenant), null, 2)}\n`, { mode: 0o600 });
  stderr.write(
    `A simulated Qlik Cloud tenant listens at ${tenant.url}.\nIts settings are in ${config}: try \`npm start -s -- check --config ${config}\`.\nEnd it with Ctrl-C.\n`,
  );
  await new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason), { once: true }));
  return 0;
}
