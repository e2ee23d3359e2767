import { isDeepStrictEqual } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { isLogStream } from '../../src/cdk/stream.ts';
import type { TenantOptions } from '../../src/qlik/tenant.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { openTenant, qlikSenseCloud } from '../../src/source.ts';
import { streams } from '../../src/streams/index.ts';
import { DedupTable, keyOf } from '../support/destination.ts';
import type { Message } from '../support/messages.ts';
import { apiKeySettings } from '../support/program.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';
import { truthOf } from '../support/truth.ts';
import { FalsePast, pastIn } from './past.ts';
import { callRaw, type RawOutcome } from './raw-call.ts';
import { isNamed, type Sent } from './sent.ts';
import { REREAD } from './small-tenant.ts';

const ALL = streams.map(({ name }) => name);
/** Those whose rows stay, whether or not the tenant still has them. */
const LOG_NAMES = new Set(streams.filter(isLogStream).map(({ name }) => name));

/** So little that a case lasts no longer than it must. */
const HURRIED: Partial<TenantOptions> = {
  patience: { retryMs: 200, pauseMs: 20 },
  responseMs: 1_000,
  engineTimeouts: { connectMs: 1_000, openMs: 500, callMs: 500, closeMs: 100 },
};
const HANGS_MS = 60_000;

/** What is sent in place of a message, and which messages are meant. */
export interface Corruption {
  /** Whether a message is meant, by its text and where it comes from: a path of the API, or `engine`. */
  readonly isMeant: (text: string, from: string) => boolean;
  readonly corrupt: (text: string) => string | Buffer;
  /** Whether reloads may be asked for app by app only. */
  readonly byApp?: boolean;
}

/** A sync while answers are corrupted, then one of the tenant as it is, with the state that the first has left: what is wrong. */
export async function faultsAfterCorruption(
  tenant: SimulatedTenant,
  before: readonly Message[],
  corruption: Corruption,
): Promise<string[]> {
  tenant.dials.reloadsOfAllApps = !corruption.byApp;
  const sent = corruptAnswers(tenant, corruption);
  const corrupted = await syncOf(tenant, before, HURRIED);
  tenant.faults.clear();
  tenant.engine.faults.clear();
  // A value of another type than declared passes as it is: who loads it sees it, and nobody would see a null.
  const faults = [...faultsOf(corrupted), ...wrongTombstones(tenant, corrupted, sent)];
  if (faults.length > 0) return faults;
  // Of what a reload has made, nothing is asked before the next one.
  if (sent.some(({ from, text, original }) => from.endsWith('/data/metadata') && text !== original)) reloadAll(tenant);
  const all = [...before, ...corrupted.messages];
  const healed = await syncOf(tenant, all, {});
  return [
    ...[...faultsOf(healed), ...misfits(healed), ...unfinished(healed)].map((fault) => `healed: ${fault}`),
    ...(healed.exitCode === 0 ? inexact(tenant, [...all, ...healed.messages], pastIn(tenant, sent)) : []),
  ];
}

/** A check while answers are corrupted: what is wrong. */
export async function checkFaults(tenant: SimulatedTenant, corruption: Corruption): Promise<string[]> {
  corruptAnswers(tenant, corruption);
  const outcome = await callRaw(qlikSenseCloud, {
    name: 'check',
    files: { config: JSON.stringify(apiKeySettings(tenant, { include_spaces: ['*', 'X'] })) },
    secrets: [tenant.apiKey, SECRET_MARK],
  });
  tenant.faults.clear();
  return faultsOf(outcome);
}

/** A sync of all streams, as it goes on from what was printed before. */
export function syncOf(
  tenant: SimulatedTenant,
  before: readonly Message[],
  options: Partial<TenantOptions> = {},
): Promise<RawOutcome> {
  const states = before.filter(({ type }) => type === 'STATE');
  const connect: typeof qlikSenseCloud.connect = (config, context) => openTenant(config, context, options);
  const catalog = { streams: ALL.map((name) => ({ stream: { name }, sync_mode: 'incremental' })) };
  return callRaw(
    { ...qlikSenseCloud, connect },
    {
      name: 'read',
      streams: ALL,
      files: {
        config: JSON.stringify(apiKeySettings(tenant, REREAD)),
        catalog: JSON.stringify(catalog),
        state: states.length > 0 ? JSON.stringify(states) : undefined,
      },
      secrets: [tenant.apiKey, SECRET_MARK],
    },
  );
}

function reloadAll({ data }: SimulatedTenant): void {
  for (const { resourceType, resourceId } of data.items.all())
    if (resourceType === 'app') data.document(resourceId).edit.reload();
}

function corruptAnswers(tenant: SimulatedTenant, { isMeant, corrupt }: Corruption): Sent[] {
  const sent: Sent[] = [];
  const mutate = (original: string, from: string): string | Buffer => {
    if (!isMeant(original, from)) {
      sent.push({ from, original, text: original });
      return original;
    }
    const corrupted = corrupt(original);
    sent.push({ from, original, text: String(corrupted) });
    return corrupted;
  };
  tenant.faults.mutate = (text, url) => mutate(text, url.pathname);
  tenant.engine.faults.mutate = (text, appId) => mutate(text, `engine ${appId}`);
  return sent;
}

function faultsOf({ faults, tookMs }: RawOutcome): string[] {
  return [...faults, ...(tookMs > HANGS_MS ? [`took ${tookMs} ms`] : [])];
}

function unfinished({ exitCode, errors }: RawOutcome): string[] {
  return exitCode === 0 ? [] : [`exit code ${exitCode}: ${errors.map(({ message }) => message).join(' ')}`];
}

const ajv = addFormats.default(new Ajv({ strict: false }));
const validators = new Map(streams.map(({ name, schema }) => [name, ajv.compile(schema)]));

/** Rows that break the schema of their stream. */
export function misfits({ messages }: Pick<RawOutcome, 'messages'>): string[] {
  return messages.flatMap(({ record }) => {
    const fits = validators.get(record?.stream ?? '');
    if (!record || fits?.(record.data)) return [];
    return [`schema: ${record.stream}: ${ajv.errorsText(fits?.errors)}: ${JSON.stringify(record.data).slice(0, 200)}`];
  });
}

/** Deletions of rows that are there, and that the tenant has not left out of an answer that makes sense. */
function wrongTombstones(tenant: SimulatedTenant, { messages }: RawOutcome, sent: readonly Sent[]): string[] {
  const truth = truthOf(tenant, TENANT_STREAMS);
  return messages.flatMap(({ record }) => {
    if (!record || record.data._ab_cdc_deleted_at === null) return [];
    const { stream, data } = record;
    if (LOG_NAMES.has(stream)) return [`tombstone: ${stream}: ${data.id}, which is no matter of being there`];
    const { primaryKey = [] } = streams.find(({ name }) => name === stream) ?? {};
    const key = keyOf(data, primaryKey);
    const lives = truth[stream]?.some((row) => keyOf(row, primaryKey) === key);
    return lives && isNamed(stream, data, sent) ? [`tombstone: ${stream}: ${key}`] : [];
  });
}

/** Streams of which a warehouse that got all these messages does not hold what the tenant does. */
export function inexact(
  tenant: SimulatedTenant,
  messages: readonly Message[],
  past: FalsePast = new FalsePast(() => true, []),
): string[] {
  const truth = truthOf(tenant, TENANT_STREAMS);
  return TENANT_STREAMS.flatMap((name) => {
    const { primaryKey = [] } = streams.find((stream) => stream.name === name) ?? {};
    const table = new DedupTable(primaryKey);
    for (const { record } of messages) if (record?.stream === name) table.apply(record);
    const rows = new Map(
      [...table.rows].map(([key, { _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }]) => [key, row]),
    );
    const wanted = new Map((truth[name] ?? []).map((row) => [keyOf(row, primaryKey), row]));
    const keys = [...new Set([...wanted.keys(), ...rows.keys()])];
    const differing = keys.filter((key) => !isDeepStrictEqual(wanted.get(key), rows.get(key)));
    const idOf = (key: string) => (JSON.parse(key) as unknown[])[0];
    const wrong = LOG_NAMES.has(name) ? differing.filter((key) => !past.excuses(idOf(key), rows.has(key))) : differing;
    return wrong.map((key) => `inexact: ${name}: ${key} ${wanted.has(key) ? 'there' : 'gone'}, ${rows.has(key)}`);
  });
}
