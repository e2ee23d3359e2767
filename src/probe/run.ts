import type { Context } from '../cdk/index.ts';
import type { Config } from '../generated/spec.ts';
import { Budget } from '../qlik/budget.ts';
import { TenantError } from '../qlik/error.ts';
import { Probe } from '../qlik/probe.ts';
import { openTenant } from '../source.ts';
import { assumptions } from './assumptions.ts';
import { reportOf } from './report.ts';
import { summary, verdictTable } from './table.ts';
import { verdictsOn } from './verdict.ts';

/** Calls to the tenant and messages to its engine, in all. */
const MOST_CALLS = 300;

/** Shorter than a sync's: people wait for it. */
const PATIENCE = { retryMs: 15_000, pauseMs: 60_000 };

/** What a probe has found: a table for people, a report for the makers of the connector. */
interface Found {
  readonly table: string;
  /** JSON. */
  readonly report: string;
}

/** Asks a tenant whether what the connector assumes of Qlik holds there. Rejects where the tenant lets nobody in. */
export async function probeTenant(
  config: Config,
  { stop, addSecret, columns }: Pick<Context, 'stop' | 'addSecret'> & { readonly columns: number },
  mostCalls = MOST_CALLS,
): Promise<Found> {
  const budget = new Budget(mostCalls);
  const context: Context = {
    ...{ stop, addSecret },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, warnInTurn: async () => {} },
    onWait: () => {},
    onAnswer: () => {},
    onCall: (call) => budget.spend(call.startsWith('open app ') ? 'apps' : 'rest'),
  };
  await using tenant = await openTenant(config, context, { patience: PATIENCE });
  const probe = new Probe(tenant, budget);
  await signIn(probe);
  const verdicts = await verdictsOn(assumptions, probe, stop);
  const report = await reportOf(verdicts, probe, budget);
  stop.throwIfAborted();
  return { report, table: `${verdictTable(verdicts, columns)}\n\n${summary(verdicts, budget, columns)}` };
}

/** Throws what is wrong with the settings, as a check does. */
async function signIn(probe: Probe): Promise<void> {
  await probe.answer('/api/v1/users/me').catch((error: unknown) => {
    // An OAuth client with narrow scopes may not read its own user; the tenant has let it in all the same.
    if (!(error instanceof TenantError) || error.facts.status !== 403) throw error;
  });
}
