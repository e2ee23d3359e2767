import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, recordsOf, statuses, warningsOf } from '../../src/cdk/testing/lines.ts';
import { keyOf } from '../support/destination.ts';
import type { Json } from '../support/messages.ts';
import type { AppExpectation, EngineTrouble, Step } from './engine-fault-table.ts';

export const STREAMS = ['apps', 'sheets', 'charts'];
export const IN_APPS = ['sheets', 'charts'];

/** One trouble at one step, of one app. */
export interface EngineCell {
  readonly name: string;
  readonly step: Step;
  readonly trouble: EngineTrouble;
  readonly often: 'once' | 'always';
  readonly expected: AppExpectation;
}

/** A sync that met faults, and what came of it. */
export interface Look {
  readonly outcome: Outcome;
  /** The warehouse's rows of each stream before the sync, and after it. */
  readonly before: ReadonlyMap<string, Map<string, Json>>;
  readonly after: ReadonlyMap<string, Map<string, Json>>;
  readonly truth: ReadonlyMap<string, Map<string, Json>>;
}

/** How often a fault may have struck. */
export function struckWrongly({ often, expected }: EngineCell, times: number): string[] {
  if (times === 0) return ['nothing went wrong'];
  const isFinal = often === 'once' || (expected.kind === 'failed' && expected.type !== 'transient_error');
  return isFinal && often === 'once' && times !== 1 ? [`it went wrong ${times} times`] : [];
}

/** What is wrong with a struck app: its rows, and what is said of it. */
export function appComplaints({ expected, step }: EngineCell, appId: string, look: Look): string[] {
  const warnings = warningsOf(look.outcome.lines).filter((text) => text.includes(appId));
  const isTold = 'says' in expected;
  return [
    ...(isTold && !warnings.some((text) => expected.says.test(text))
      ? [`no warning says ${expected.says}: ${warnings.join(' / ')}`]
      : []),
    ...(isTold ? [] : warnings.map((text) => `an odd warning: ${text}`)),
    ...IN_APPS.flatMap((name) => rowsWrongly(name, { expected, step, appId }, look)),
  ];
}

/** Rows of a struck app that are not in the warehouse as they should be. */
function rowsWrongly(
  name: string,
  { expected, step, appId }: { expected: AppExpectation; step: Step; appId: string },
  look: Look,
): string[] {
  const [before, after, truth] = [look.before, look.after, look.truth].map((rows) => ofApp(rows.get(name), appId)) as [
    Map<string, Json>,
    Map<string, Json>,
    Map<string, Json>,
  ];
  if (truth.size === 0) return [`${name}: the app has none`];
  if (expected.kind === 'whole') return differences(after, truth, `${name} are not whole`);
  const untouched = expected.kind === 'out' && step.isOpening;
  if (untouched) return differences(after, before, `${name} are not as they were`);
  if (expected.kind === 'poorer') return [];
  const needed = step.needs.includes(name);
  const lost = [...before.keys()].filter((key) => truth.has(key) && !after.has(key));
  return [
    ...(lost.length > 0 ? [`${name}: ${lost.length} living rows are lost`] : []),
    ...(needed && step.isOpening ? differences(after, before, `${name} are not as they were`) : []),
  ];
}

function ofApp(rows: Map<string, Json> | undefined, appId: string): Map<string, Json> {
  return new Map([...(rows ?? [])].filter(([, row]) => row.appId === appId));
}

function differences(rows: Map<string, Json>, due: Map<string, Json>, what: string): string[] {
  const keys = [...new Set([...rows.keys(), ...due.keys()])];
  const different = keys.filter((key) => !isDeepStrictEqual(rows.get(key), due.get(key)));
  return different.length > 0 ? [`${what}: ${different.length} of ${keys.length} rows, such as ${different[0]}`] : [];
}

/** Apps that nothing happened to come whole, and nothing is said of them. */
export function othersWrongly({ after, truth, outcome }: Look, struck: ReadonlySet<string>): string[] {
  const others = (rows: Map<string, Json> | undefined) =>
    new Map([...(rows ?? [])].filter(([, { appId }]) => !struck.has(String(appId))));
  const named = warningsOf(outcome.lines).filter((text) => ![...struck].some((appId) => text.includes(appId)));
  return [
    ...IN_APPS.flatMap((name) => differences(others(after.get(name)), others(truth.get(name)), `${name} of others`)),
    ...named.map((text) => `an odd warning: ${text}`),
  ];
}

/** Rows that are not the tenant's, and deletions of rows that are. */
export function sentWrongly({ outcome, truth }: Look, cells: readonly EngineCell[]): string[] {
  if (cells.some(({ expected }) => expected.kind === 'poorer')) return [];
  return IN_APPS.flatMap((name) =>
    recordsOf(outcome.lines, name).flatMap((row) => {
      const key = keyOf(row, ['appId', 'id']);
      const { _ab_cdc_updated_at, _ab_cdc_deleted_at, ...own } = row as Json;
      const known = truth.get(name)?.get(key);
      if (_ab_cdc_deleted_at !== null) return known ? [`${name}: the deletion of ${key}, which lives`] : [];
      return isDeepStrictEqual(own, known) ? [] : [`${name}: ${key} is sent as the tenant does not have it`];
    }),
  );
}

/** How the streams ended, and what was said of it. */
export function wrongEnds(cells: readonly EngineCell[], { lines, exitCode }: Outcome): string[] {
  const [{ expected, step } = { expected: undefined, step: undefined }] = cells;
  const type = expected?.kind === 'failed' ? expected.type : undefined;
  const due = (name: string) => (type && step?.needs.includes(name) ? 'INCOMPLETE' : 'COMPLETE');
  const ended = (name: string) => statuses(lines, name).at(-1);
  // Sheets fail with charts where a session ends before both were listed.
  const mayFail = (name: string) => type !== undefined && name === 'sheets';
  const odd = STREAMS.filter((name) => ended(name) !== due(name) && !(mayFail(name) && ended(name) === 'INCOMPLETE'));
  const errors = errorsOf(lines);
  const wrong = errors.filter(({ failure_type }) => failure_type !== type);
  const count = `${cells.length} of `;
  const untold = step?.needs.filter(
    (name) =>
      type &&
      !errors.some(({ stream_descriptor, message }) => stream_descriptor?.name === name && message.includes(count)),
  );
  return [
    ...odd.map((name) => `${name} is ${ended(name)} instead of ${due(name)}`),
    ...wrong.map(({ failure_type, message }) => `an odd error: ${failure_type}: ${message}`),
    ...(untold ?? []).map((name) => `${name} does not say that ${count}its apps could not be read`),
    ...(exitCode === (type ? 1 : 0) ? [] : [`exit code ${exitCode}`]),
  ];
}
