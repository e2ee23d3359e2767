import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { live } from '../simulator/life.ts';
import type { SimulatedTenant } from '../simulator/tenant.ts';
import { type CatalogStream, type Outlet, type Run, runProgram } from './program.ts';
import type { Sync } from './sync-table.ts';
import type { Teller } from './tellers.ts';

/** Where it is shown. */
interface Stage extends Outlet {
  /** The connector's main file. */
  readonly program: string;
  readonly stderr: Writable;
}

/**
 * `check`, `discover`, a first sync of all streams, a second one after a day in the tenant's life, and a third one. Resolves with
 * the greatest exit code.
 */
export async function showSyncs(tenant: SimulatedTenant, stage: Stage, teller: Teller): Promise<number> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'qlik-demo-'));
  const tell = (text: string | undefined) => text !== undefined && stage.stderr.write(`${text}\n`);
  const run = runner(tenant, folder.path, stage);
  tell(teller.begun(tenant.url));

  const config = configOf(tenant);
  const checked = await run('check', { config });
  tell(teller.checked(checked.last('CONNECTION_STATUS')?.connectionStatus?.message ?? 'gave no status'));

  const discovered = await run('discover', { config });
  const streams = discovered.last('CATALOG')?.catalog?.streams ?? [];
  const names = streams.map(({ name }) => name);
  tell(teller.discovered(names));

  const catalog = everything(streams);
  tell(teller.reading(0));
  const first = await run('read', { config, catalog });
  tell(teller.happened(live(tenant.data)));
  tell(teller.reading(1));
  const second = await run('read', { config, catalog, state: statesOf(first) });
  tell(teller.reading(2));
  const third = await run('read', { config, catalog, state: statesOf(first, second) });
  const exitCode = Math.max(...[checked, discovered, first, second, third].map((one) => one.exitCode));
  tell(teller.ended(names, [first, second, third], exitCode));
  return exitCode;
}

/** Runs commands of the connector, and counts what each asked of the tenant. */
function runner(tenant: SimulatedTenant, folder: string, { program, ...outlet }: Stage) {
  return async (command: string, files: { readonly [role: string]: unknown }): Promise<Sync> => {
    const options = Object.keys(files).flatMap((role) => [`--${role}`, join(folder, `${role}.json`)]);
    for (const [role, content] of Object.entries(files))
      await writeFile(join(folder, `${role}.json`), JSON.stringify(content));
    tenant.counts.reset();
    tenant.engine.counts.reset();
    const done = await runProgram(program, [command, ...options], outlet);
    const { opens, messages } = tenant.engine.counts;
    return { ...done, calls: tenant.counts.calls, opens, engineCalls: messages };
  };
}

/** Settings to read the tenant with. */
export function configOf({ url, apiKey }: SimulatedTenant) {
  return { tenant_url: url, credentials: { auth_type: 'api_key', api_key: apiKey } };
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
