import { probeTenant } from '../../src/probe/run.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { apiKeySettings } from '../support/program.ts';

/** What a report says, as far as tests look at it. */
interface Report {
  readonly calls: { readonly rest: number; readonly apps: number; readonly messages: number; readonly atMost: number };
  readonly assumptions: readonly { readonly name: string; readonly holds: boolean | null; readonly came: string }[];
  readonly shapes: { readonly [name: string]: { readonly fields: { readonly [field: string]: unknown } } };
}

export interface Probed {
  readonly report: Report;
  /** All that is printed. */
  readonly printed: string;
  /** Names of the assumptions that do not hold, and of those that could not be asked. */
  readonly failing: readonly string[];
  readonly unasked: readonly string[];
}

/** A tenant with an app of each kind that is told apart. */
export const SIZE = { users: 60, apps: 30, sheets: 2, charts: 6 };

/** A probe in this process. */
export async function probeHere(tenant: SimulatedTenant, mostCalls?: number): Promise<Probed> {
  const context = { stop: new AbortController().signal, addSecret: () => {}, columns: 100 };
  const { table, report } = await probeTenant(apiKeySettings(tenant) as never, context, mostCalls);
  return probedIn(table, report);
}

export function probedIn(table: string, text: string): Probed {
  const report = JSON.parse(text) as Report;
  const named = (holds: boolean | null) =>
    report.assumptions.filter((assumption) => assumption.holds === holds).map(({ name }) => name);
  return { report, printed: `${table}\n${text}`, failing: named(false), unasked: named(null) };
}
