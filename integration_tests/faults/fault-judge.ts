import { isDeepStrictEqual } from 'node:util';
import { errorMessage } from '../../src/cdk/protocol/messages.ts';
import { isLogStream } from '../../src/cdk/stream.ts';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, type Line, recordsOf, statuses, warningsOf } from '../../src/cdk/testing/lines.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams as offered } from '../../src/streams/index.ts';
import { DedupTable, keyOf } from '../support/destination.ts';
import { leaks } from '../support/leaks.ts';
import type { Json } from '../support/messages.ts';
import { LIST_NAMES } from '../support/program.ts';
import { exitViolations, protocolViolations } from '../support/protocol.ts';
import { truthOf } from '../support/truth.ts';

export type FailureType = 'config_error' | 'transient_error' | 'system_error';

/** How a stream is to end. */
export interface Expectation {
  /** Of an INCOMPLETE stream; a COMPLETE one has none. */
  readonly failure?: { readonly type: FailureType; readonly says: RegExp };
  /** What a warning has to say; without it there may be no warning at all. */
  readonly warns?: RegExp;
  /** What a COMPLETE stream leaves in the warehouse: the tenant's rows, unless rows are `kept` or `buried` that cannot be seen. */
  readonly leaves?: 'kept' | 'buried';
  /** Whether reloads are asked for app by app although they are not by settings or role. */
  readonly byApp?: boolean;
}

export interface Sync {
  readonly tenant: SimulatedTenant;
  readonly streams: readonly string[];
  readonly outcome: Outcome;
  /** Streams that are not named are to be COMPLETE. */
  readonly expectations?: { readonly [stream: string]: Expectation };
  /** Whether reloads are asked for app by app: none is seen then of an app that is not listed. */
  readonly byApp?: boolean;
}

const keys = new Map(offered.map(({ name, primaryKey }) => [name, primaryKey]));
const LOG_NAMES = new Set(offered.filter(isLogStream).map(({ name }) => name));
const WHOLE: Expectation = {};

/** What a destination that deduplicates holds of some streams after each sync. */
export class Warehouse {
  readonly #tables = new Map<string, DedupTable>();

  take({ lines }: Outcome): void {
    for (const { record } of lines) if (record) this.#table(record.stream).apply(record);
  }

  /** The living rows without the change columns, by key. */
  rows(stream: string): Map<string, Json> {
    return new Map([...this.#table(stream).rows].map(([key, row]) => [key, ownOf(row)]));
  }

  #table(stream: string): DedupTable {
    const table = this.#tables.get(stream) ?? new DedupTable(keys.get(stream) ?? []);
    this.#tables.set(stream, table);
    return table;
  }
}

/** The tenant's rows as they are to be delivered, by stream and key. */
export function truthByKey(tenant: SimulatedTenant, streams: readonly string[]): Map<string, Map<string, Json>> {
  const truth = truthOf(tenant, streams);
  return new Map(streams.map((name) => [name, byKey(name, truth[name] ?? [])]));
}

/** All that is wrong with a sync, each in words; `warehouse` has not taken it yet, and has when this returns. */
export function complaints(sync: Sync, warehouse: Warehouse): string[] {
  const { tenant, streams, outcome, expectations = {} } = sync;
  const truth = truthByKey(tenant, streams);
  const before = new Map(streams.map((name) => [name, warehouse.rows(name)]));
  warehouse.take(outcome);
  const ofStreams = streams.flatMap((name) => {
    const expected = expectations[name] ?? WHOLE;
    const rows = { truth: truth.get(name) ?? new Map(), before: before.get(name) ?? new Map() };
    if (LOG_NAMES.has(name)) rows.truth = ofThePast(sync, expected, rows);
    return [
      ...ending(outcome, name, expected),
      ...sentWrongly(outcome, name, expected, rows.truth),
      ...keptWrongly(warehouse.rows(name), expected, rows).map((what) => `${name}: ${what}`),
    ];
  });
  const dueCode = Object.values(expectations).some(({ failure }) => failure) ? 1 : 0;
  const exitCode = outcome.error === undefined ? outcome.exitCode : 1;
  return [
    ...ofStreams,
    ...outputComplaints(sync),
    ...(exitCode === dueCode ? [] : [`exit code ${exitCode} instead of ${dueCode}`]),
    ...ofWarnings(outcome, Object.values(expectations)),
  ];
}

/** What a log is to come to: all that was delivered stays, and what can be seen now is added. */
function ofThePast(
  { tenant, byApp }: Sync,
  expected: Expectation,
  { truth, before }: { truth: Map<string, Json>; before: Map<string, Json> },
): Map<string, Json> {
  const apps = new Set(tenant.data.items.all().map(({ resourceId }) => resourceId));
  const seen = [...truth].filter(([, { appId }]) => !(byApp || expected.byApp) || apps.has(String(appId)));
  return new Map([...before, ...seen]);
}

/** What the program prints in all: a read that could not begin is told by `main`. */
export function toldBy({ lines, error }: Outcome): Line[] {
  return error === undefined ? lines : [...lines, errorMessage(error) as Line];
}

/** What no output may show: whatever the tenant takes for a proof of who calls. */
export function secretsOf({ apiKey, oauthClient, counts }: SimulatedTenant): string[] {
  const tokens = [...counts.authorizations].map((header) => header.replace(/^Bearer /, ''));
  return [SECRET_MARK, apiKey, oauthClient.clientSecret, ...tokens];
}

function ending(outcome: Outcome, name: string, { failure }: Expectation): string[] {
  const { lines, error } = outcome;
  if (error !== undefined) {
    const [told] = errorsOf(toldBy(outcome));
    return failure ? misfit(`the read: `, told, failure) : [`the read ended with ${told?.message}`];
  }
  const status = statuses(lines, name).at(-1);
  const due = failure ? 'INCOMPLETE' : 'COMPLETE';
  const errors = errorsOf(lines).filter(({ stream_descriptor }) => stream_descriptor?.name === name);
  const [told] = errors;
  return [
    ...(status === due ? [] : [`${name} is ${status} instead of ${due}`]),
    ...(errors.length === (failure ? 1 : 0) ? [] : [`${name} has ${errors.length} errors: ${told?.message}`]),
    ...(failure && told ? misfit(`${name}: `, told, failure) : []),
  ];
}

function misfit(
  who: string,
  told: { failure_type: string; message: string } | undefined,
  { type, says }: NonNullable<Expectation['failure']>,
): string[] {
  return [
    ...(told?.failure_type === type ? [] : [`${who}${told?.failure_type} instead of ${type}: ${told?.message}`]),
    ...(says.test(told?.message ?? '') ? [] : [`${who}"${told?.message}" does not say ${says}`]),
  ];
}

/** Rows that are not the tenant's, and deletions of rows that are. */
function sentWrongly({ lines }: Outcome, name: string, expected: Expectation, truth: Map<string, Json>): string[] {
  return recordsOf(lines, name).flatMap((row) => {
    const key = keyOf(row, keys.get(name) ?? []);
    const known = truth.get(key);
    if (row._ab_cdc_deleted_at !== null) {
      if (expected.failure && LIST_NAMES.includes(name))
        return [`${name}: the deletion of ${key} from a listing that failed`];
      return known && expected.leaves !== 'buried' ? [`${name}: the deletion of ${key}, which lives`] : [];
    }
    return isDeepStrictEqual(ownOf(row), known) ? [] : [`${name}: ${key} is sent as the tenant does not have it`];
  });
}

/** What is not in the warehouse as it should be. */
function keptWrongly(
  after: Map<string, Json>,
  { failure, leaves }: Expectation,
  { truth, before }: { truth: Map<string, Json>; before: Map<string, Json> },
): string[] {
  const lost = [...before.keys()].filter((key) => truth.has(key) && !after.has(key));
  if (leaves === 'buried') return after.size === 0 || lost.length > 0 ? [] : ['nothing is buried'];
  if (lost.length > 0) return [`${lost.length} living rows are lost, such as ${lost[0]}`];
  if (failure || leaves === 'kept') return [];
  const gone = [...after.keys()].filter((key) => !truth.has(key));
  const odd = [...truth].filter(([key, row]) => !isDeepStrictEqual(after.get(key), row)).map(([key]) => key);
  return [
    ...(gone.length > 0 ? [`${gone.length} rows are still there, such as ${gone[0]}`] : []),
    ...(odd.length > 0 ? [`${odd.length} rows are missing or old, such as ${odd[0]}`] : []),
  ];
}

/** What is wrong with an output, whatever it was to say: lines, exit code, secrets, bugs. */
export function outputComplaints({ tenant, streams, outcome }: Sync): string[] {
  const lines = toldBy(outcome);
  const stdout = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const command = { name: 'read', streams } as const;
  const exitCode = outcome.error === undefined ? (outcome.exitCode ?? null) : 1;
  return [
    ...protocolViolations(stdout, command),
    ...exitViolations(stdout, command, exitCode),
    ...leaks(stdout, secretsOf(tenant)).map((what) => `leak: ${what}`),
    ...errorsOf(lines).flatMap(({ failure_type, message, internal_message }) =>
      internal_message === undefined ? [] : [`a bug: ${failure_type}: ${internal_message}: ${message}`],
    ),
  ];
}

function ofWarnings({ lines }: Outcome, expectations: readonly Expectation[]): string[] {
  const warnings = warningsOf(lines);
  const due = expectations.flatMap(({ warns }) => warns ?? []);
  return [
    ...due.filter((says) => !warnings.some((text) => says.test(text))).map((says) => `no warning says ${says}`),
    ...warnings.filter((text) => !due.some((says) => says.test(text))).map((text) => `an odd warning: ${text}`),
  ];
}

function ownOf({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }: Json): Json {
  return row;
}

function byKey(name: string, rows: readonly Json[]): Map<string, Json> {
  return new Map(rows.map((row) => [keyOf(row, keys.get(name) ?? []), row]));
}
