import { writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { live } from '../simulator/life.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../simulator/tenant.ts';
import { furnish } from './furnish.ts';
import { configOf, showSyncs } from './show-syncs.ts';
import { inFull, onOneScreen } from './tellers.ts';

/** What is to be shown. */
export interface DemoWishes {
  readonly serve: boolean;
  readonly port: number;
  /** The settings file to write, with `serve`. */
  readonly config: string;
  /** Seconds after which a day passes in the tenant, again and again, with `serve`; 0 for never. */
  readonly live: number;
  /** Whether a terminal gets the messages too. */
  readonly json: boolean;
  readonly seed: number;
  readonly users: number;
  readonly apps: number;
}

/** Where it is shown. */
export interface Stage {
  /** The connector's main file. */
  readonly program: string;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly stop: AbortSignal;
}

/** What happens on the tenant's first day takes less than that, so that it has happened when the tenant is read again. */
const EARLIER_MS = 2 * 3_600_000;

/**
 * Runs the connector against a simulated tenant: `check`, `discover`, and syncs before and after a day in the tenant's life,
 * with their messages on stdout and a summary on stderr; on a terminal the summary alone, on one screen, unless `json` is asked for.
 * With `serve` it only keeps the tenant up, until stopped. Resolves with the exit code.
 */
export async function demo(wishes: DemoWishes, stage: Stage): Promise<number> {
  const { serve, port, seed, users, apps, json } = wishes;
  const past = { nowMs: Date.now() - EARLIER_MS, isReloadedDaily: true };
  const options = { seed, users, apps, ...past, ...(serve && { port }) };
  await using tenant = await startSimulatedTenant(options).catch(explained);
  furnish(tenant);
  if (serve) return await stayUp(tenant, wishes, stage);
  const { stdout, ...rest } = stage;
  const isRead = json || !stdout.isTTY;
  return await showSyncs(tenant, { ...rest, stdout: isRead ? stdout : null }, isRead ? inFull : onOneScreen);
}

/** A port that is taken is the user's to change. */
function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EADDRINUSE') throw error;
  const message = 'The port is in use: choose another one with --port, or let the system choose with --port 0.';
  throw Object.assign(new Error(message, { cause: error }), { failureType: 'config_error' });
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
