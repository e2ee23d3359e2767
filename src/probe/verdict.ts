import { isExplained } from '../cdk/index.ts';
import { type Assumption, refusalIn } from '../qlik/assumption.ts';
import { TenantError } from '../qlik/error.ts';
import type { Probe } from '../qlik/probe.ts';
import type { Told } from '../qlik/told.ts';

/** What has come of asking a tenant about an assumption. */
export interface Verdict {
  readonly assumption: Assumption;
  /** Undefined where it could not be asked. */
  readonly holds: boolean | undefined;
  /** What came, or why it could not be asked. */
  readonly came: Told;
}

const ASKED_AT_A_TIME = 4;

/** Asks about all assumptions; one that cannot be asked stops no other. Rejects with what is wrong with all of them. */
export async function verdictsOn(
  assumptions: readonly Assumption[],
  probe: Probe,
  stop: AbortSignal,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const next = assumptions.entries();
  const worker = async () => {
    for (const [at, assumption] of next) verdicts[at] = await verdictOn(assumption, probe, stop);
  };
  await Promise.all(Array.from({ length: ASKED_AT_A_TIME }, worker));
  return verdicts;
}

async function verdictOn(assumption: Assumption, probe: Probe, stop: AbortSignal): Promise<Verdict> {
  try {
    return { assumption, ...(await assumption.ask(probe)) };
  } catch (error) {
    stop.throwIfAborted();
    if (isOfAll(error)) throw error;
    return { assumption, holds: undefined, came: refusalIn(error) };
  }
}

/** Whether nothing else is worth asking: the credentials are refused, nobody is there, or a setting is wrong by itself. */
function isOfAll(error: unknown): boolean {
  if (!(error instanceof TenantError)) return isExplained(error);
  const { app, status, code } = error.facts;
  // The engine may refuse what REST takes.
  if (app !== undefined) return error.facts.isGone === true;
  return error.fatal || (error.failureType === 'config_error' && status === undefined && code === undefined);
}
