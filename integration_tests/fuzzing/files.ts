import type { Source } from '../../src/cdk/source.ts';
import type { Row } from '../../src/cdk/stream.ts';
import type { Tenant } from '../../src/qlik/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { keyOf } from '../support/destination.ts';
import type { Message } from '../support/messages.ts';
import { namesOf, partitionedBy, testsOf } from '../support/stream-tests.ts';
import { callRaw, type RawCall, type RawOutcome } from './raw-call.ts';
import { type Recorded, replaying } from './replayed.ts';
import { API_KEY, CLIENT_SECRET, goodConfig } from './small-tenant.ts';

export const CONFIGS = [goodConfig('api_key'), goodConfig('oauth')];

type Any = { readonly [field: string]: unknown } | null | undefined;

/** A case that takes longer hangs, whatever the machine is doing besides. */
const HANGS_MS = 60_000;

const ALL = streams.map(({ name }) => name);
/** Those whose rows come and go. */
const LIVING = namesOf('list', 'space', 'engine', 'data model');
const TWO_LISTS = ['roles', 'spaces'];
const catalogOf = (names: readonly string[], sync_mode: string) =>
  JSON.stringify({
    streams: names.map((name) => ({ stream: { name }, sync_mode, destination_sync_mode: 'append' })),
  });

/** What is wrong with how a config file was taken. */
export async function configFaults(
  source: Source<Tenant>,
  name: RawCall['name'],
  config: string | Buffer,
): Promise<string[]> {
  const outcome = await callRaw(source, {
    name,
    streams: TWO_LISTS,
    files: { config, catalog: catalogOf(TWO_LISTS, 'full_refresh') },
    secrets: secretsIn(config),
  });
  const status = outcome.messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus;
  const refusals = [
    ...outcome.errors.map(({ message }) => message),
    ...(status?.status === 'FAILED' ? [status.message ?? ''] : []),
  ];
  return [
    ...faultsOf(outcome),
    ...refusals.filter((message) => !NAMES_SETTING.test(message)).map((message) => `names no setting: ${message}`),
  ];
}

const NAMES_SETTING =
  /config\.json|The settings need a change: \S|tenant_url|api_key|ca_certificate|streams could not be/;

/** What is wrong with how a catalog file was taken. */
export async function catalogFaults(source: Source<Tenant>, catalog: string | Buffer): Promise<string[]> {
  const parsed = parsedAs(catalog) as Any;
  const entries = (Array.isArray(parsed?.streams) ? parsed.streams : []) as { stream?: Any }[];
  const names = entries.flatMap((entry) => (typeof entry?.stream?.name === 'string' ? [entry.stream.name] : []));
  const outcome = await callRaw(source, {
    name: 'read',
    streams: names,
    files: { config: JSON.stringify(CONFIGS[0]), catalog },
  });
  const unclear = outcome.errors.filter(
    ({ message }) => !/catalog\.json|^The source has no stream |streams could not be/.test(message),
  );
  return [...faultsOf(outcome), ...unclear.map(({ message }) => `names no file: ${message}`)];
}

/** What a first sync of these rows leaves. */
export async function stateOf(recorded: Recorded): Promise<readonly Message[]> {
  const { messages, faults } = await callRaw(replaying(recorded), {
    name: 'read',
    streams: ALL,
    files: { config: JSON.stringify(CONFIGS[0]), catalog: catalogOf(ALL, 'incremental') },
  });
  if (faults.length > 0) throw new Error(faults.join());
  return messages.filter(({ type }) => type === 'STATE');
}

/** What is wrong with how a state file was taken, and with what the next sync made of it while the tenant went on. */
export async function stateFaults(recorded: Recorded, good: unknown, state: string | Buffer): Promise<string[]> {
  const now = wentOn(recorded);
  const outcome = await callRaw(replaying(now), {
    name: 'read',
    streams: ALL,
    files: { config: JSON.stringify(CONFIGS[0]), catalog: catalogOf(ALL, 'incremental'), state },
  });
  const faults = faultsOf(outcome);
  const unclear = outcome.errors.filter(({ message }) => !/state\.json|saved state of the stream/.test(message));
  if (outcome.exitCode !== 0 || faults.length > 0)
    return [...faults, ...unclear.map(({ message }) => `names no file: ${message}`)];
  const before = statesOf(good);
  const given = statesOf(parsedAs(state));
  return LIVING.flatMap((name) => {
    const places = differences(before.get(name), given.get(name));
    if (places.some((place) => CANNOT_BE_TOLD.test(place))) return [];
    const wrong = wrongRows(name, recorded, now, outcome);
    return wrong.length === 0 ? [] : [`silently wrong: ${name}: ${wrong.join()}, after ${places.slice(0, 5).join()}`];
  });
}

function faultsOf({ faults, tookMs, errors }: RawOutcome): string[] {
  return [
    ...faults,
    ...errors
      .filter(({ failure_type }) => failure_type !== 'config_error')
      .map((e) => `${e.failure_type}: ${e.message}`),
    ...(tookMs > HANGS_MS ? [`took ${tookMs} ms`] : []),
  ];
}

/** The credentials that a config holds where they belong, as far as they are still known by their beginning. */
function secretsIn(config: string | Buffer): string[] {
  const parsed = parsedAs(config);
  if (parsed === undefined) return [API_KEY, CLIENT_SECRET];
  const { credentials } = (parsed ?? {}) as { credentials?: Any };
  return [credentials?.api_key, credentials?.client_secret].filter(
    (value): value is string =>
      typeof value === 'string' &&
      value.isWellFormed() &&
      [API_KEY, CLIENT_SECRET].some((secret) => value.includes(secret.slice(0, 12))),
  );
}

function parsedAs(text: string | Buffer): unknown {
  try {
    return JSON.parse(String(text).replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** Of each stream, the last row is gone, the first is called otherwise, and one is new; every app has moved. */
function wentOn(recorded: Recorded): Recorded {
  const moved = { updatedAt: '2026-11-20T00:00:00Z', modifiedDate: '2026-11-20T00:00:00Z' };
  const lists = Object.entries(recorded).map(([name, rows]) => {
    const [first, ...others] = rows;
    const fresh = name === 'sheets' || name === 'apps' ? [] : [{ ...first, id: 'new-since' }];
    const changed = first ? [{ ...first, name: 'another', title: 'another' }] : [];
    const all = [...changed, ...others.slice(0, -1), ...fresh];
    return [name, name === 'apps' || name === 'sheets' ? all.map((row) => ({ ...row, ...moved })) : all] as const;
  });
  const now: Recorded = Object.fromEntries(lists);
  const idsOf = (name: string) => new Set(now[name]?.map(({ id }) => id));
  const [appIds, spaceIds, sheetIds] = [idsOf('apps'), idsOf('spaces'), idsOf('sheets')];
  const inSpaces = partitionedBy('spaces');
  // What was in an app, a space or on a sheet goes with it.
  const isThere = (name: string, { appId, sheetId, spaceId }: Row) =>
    (appId === undefined || testsOf(name).kind === 'coverage' || appId === null || appIds.has(appId)) &&
    (!inSpaces.includes(name) || spaceIds.has(spaceId)) &&
    (sheetId === undefined || sheetIds.has(sheetId));
  return Object.fromEntries(
    Object.entries(now).map(([name, rows]) => [name, rows.filter((row) => isThere(name, row))]),
  );
}

/** Keys of rows that a warehouse holds otherwise than the source after a sync. */
function wrongRows(name: string, before: Recorded, now: Recorded, { messages }: RawOutcome): string[] {
  const { primaryKey = [], schema } = streams.find((stream) => stream.name === name) ?? {};
  const fields = Object.keys(schema?.properties ?? {});
  const printed = (row: Row) => JSON.stringify(fields.map((field) => row[field] ?? null));
  const tableOf = (rows: readonly Row[] = []) => new Map(rows.map((row) => [keyOf(row, primaryKey), printed(row)]));
  const table = tableOf(before[name]);
  for (const { record } of messages) {
    if (record?.stream !== name) continue;
    const key = keyOf(record.data, primaryKey);
    if (record.data._ab_cdc_deleted_at === null) table.set(key, printed(record.data));
    else table.delete(key);
  }
  const truth = tableOf(now[name]);
  return [...new Set([...truth.keys(), ...table.keys()])].filter((key) => truth.get(key) !== table.get(key));
}

/** The last state of each stream, as a file holds them. */
function statesOf(file: unknown): Map<string, unknown> {
  const messages = Array.isArray(file) ? (file as Any[]) : [];
  return new Map(
    messages.flatMap((message) => {
      const bare = (message?.type === 'STATE' ? message.state : message) as Any;
      const { stream_descriptor, stream_state } = (bare?.stream ?? {}) as {
        stream_descriptor?: Any;
        stream_state?: unknown;
      };
      return typeof stream_descriptor?.name === 'string' ? [[stream_descriptor.name, stream_state] as const] : [];
    }),
  );
}

/** Where what is written may be as true as what was: nothing else in a state depends on it. The whole of a state is such a place. */
const CANNOT_BE_TOLD = new RegExp(
  [
    '^$',
    '^/(sync|latest|upstream|scope|overfull|deliveredUntil|doubted|keys)(/|$)',
    '^/partitions(/\\d+)?$',
    '^/partitions/\\d+/(id|sections|keys|unnamed|doubted|doubtedSections|refusal|refusedAt|readAt|version)(/|$)',
  ].join('|'),
);

/** The places in which two JSON values differ, as JSON pointers. */
function differences(one: unknown, other: unknown, at = ''): string[] {
  if (Object.is(one, other)) return [];
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return [at];
  if (Array.isArray(one) !== Array.isArray(other)) return [at];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    differences((one as never)[name], (other as never)[name], `${at}/${name}`),
  );
}
