import {
  type CheckResult,
  ConnectorError,
  type Context,
  isExplained,
  isListStream,
  isPartitionStream,
  type ListStream,
  type Row,
  type Stream,
} from '../cdk/index.ts';
import type { TenantError } from '../qlik/error.ts';
import type { AppItem, Tenant, TenantOptions } from '../qlik/tenant.ts';
import { apps } from '../streams/apps.ts';
import { spaces } from '../streams/spaces.ts';
import { lookIntoApps, someOfEachSpace } from './apps.ts';
import { isOfParts, type Parts, refusalsOfParts } from './partitions.ts';

/** People wait for a check; Airbyte wants it within ten seconds, start of the program included. */
const CHECK_MS = 7_500;
const CHECK_PATIENCE = { retryMs: 4_000, pauseMs: 2_000 };

const KEY_WARNING_DAYS = 14;

/**
 * Whether the tenant is there, lets the credentials in, and lets them read each stream: one row of each, side by side, and
 * the sheets of an app. A stream that cannot be read is a warning, unless it is true of all of them. Ends after `longestMs`.
 */
export async function check(
  streams: readonly Stream<Tenant>[],
  open: (options: Partial<TenantOptions>) => Promise<Tenant>,
  context: Context,
  longestMs = CHECK_MS,
): Promise<CheckResult> {
  using deadline = deadlineAfter(longestMs);
  const stop = AbortSignal.any([context.stop, deadline.signal]);
  const told: string[] = [];
  const onWarning = (message: string) => void told.push(message);
  await using tenant = await open({ stop, patience: CHECK_PATIENCE, pageSize: 1, onWarning });
  let user: User;
  try {
    user = await whoAmI(tenant);
  } catch (error) {
    context.stop.throwIfAborted();
    // A host that cannot be reached, or that answers as no tenant does, is a matter of the settings as long as nothing has worked.
    const noTenant = isTenantError(error) && (error.facts.status ?? 0) < 400;
    if (isExplained(error) && (noTenant || deadline.signal.aborted))
      return { status: 'FAILED', message: error.message };
    throw error;
  }
  const lists = streams.filter(isListStream);
  const byPartition = streams.filter(isPartitionStream);
  const visiting = byPartition.filter(({ hasOwnPermission }) => !hasOwnPermission);
  const looks = new Map(lists.map((stream) => [stream.name, lookAt(stream, tenant, context)]));
  const items = someOfEachSpace(tenant);
  const parts = someParts(items, looks.get(spaces.name));
  const [found, ofParts, inApps, aboutKeys] = await Promise.all([
    Promise.all(looks.values()),
    parts.then((some) => refusalsOfParts(streams, tenant, some, context.stop)),
    lookIntoApps(items, tenant, context.stop),
    keyWarnings(tenant, user, context),
  ]);
  const refusals = found.map(({ refusal }) => refusal);
  const unreadable = [...refusals.filter((reason) => reason !== undefined), ...ofParts];
  const warnings = [...new Set(told), ...unreadable, ...inApps.warnings, ...aboutKeys];
  for (const warning of warnings) context.logger.warn(warning);
  // What is told of every app takes the list of apps and no more.
  const asked = lists.length + streams.filter(isOfParts).length;
  const covering = refusals[lists.indexOf(apps)] === undefined ? streams.length - asked - visiting.length : 0;
  const readable = asked - unreadable.length + covering + (inApps.readable ? visiting.length : 0);
  const message = [
    `Signed in to ${tenant.origin}${typeof user.name === 'string' ? ` as ${user.name}` : ''}.`,
    `${readable} of ${streams.length} streams can be read.`,
    ...inApps.findings,
    ...warnings,
  ];
  return { status: readable > 0 ? 'SUCCEEDED' : 'FAILED', message: message.join(' ') };
}

/** Who the credentials are, as far as they may know it. */
interface User {
  readonly id?: string;
  readonly name?: unknown;
}

async function whoAmI(tenant: Tenant): Promise<User> {
  try {
    return await tenant.get({ path: '/api/v1/users/me', parse: (json) => (json ?? {}) as User });
  } catch (error) {
    // An OAuth client with narrow scopes may not look at itself; the tenant has let it in all the same.
    if (isTenantError(error) && error.facts.status === 403) return {};
    throw error;
  }
}

/** What a list begins with, if anything; or why it cannot be read. */
interface ListLook {
  readonly first?: Row | undefined;
  readonly refusal?: string;
}

async function lookAt(stream: ListStream<Tenant>, tenant: Tenant, context: Context): Promise<ListLook> {
  try {
    for await (const [first] of stream.read(tenant, () => {})) return { first };
    return {};
  } catch (error) {
    context.stop.throwIfAborted();
    if (!isExplained(error) || isMistakenSetting(error)) throw error;
    return { refusal: `${stream.name} cannot be read: ${error.message}` };
  }
}

/** Apps and spaces to ask: those to look into, their spaces, and the first one that is listed. */
async function someParts(items: Promise<readonly AppItem[]>, ofSpaces: Promise<ListLook> | undefined): Promise<Parts> {
  const apps = await items.catch(() => undefined);
  const { first, refusal } = (await ofSpaces) ?? {};
  const isId = (id: unknown): id is string => typeof id === 'string' && id !== '';
  const spaceIds = new Set([first?.id, ...(apps ?? []).map(({ spaceId }) => spaceId)].filter(isId));
  return {
    apps: apps?.map(({ resourceId }) => resourceId).filter(isId),
    spaces: refusal === undefined ? [...spaceIds] : undefined,
  };
}

interface ApiKey {
  readonly id?: string;
  readonly sub?: string;
  readonly status?: string;
  readonly expiry?: string;
  readonly description?: string;
}

/** A warning if the API key in use ends soon; where it cannot be told which one that is, for each of the user's keys. */
async function keyWarnings(tenant: Tenant, { id: user }: User, context: Context): Promise<string[]> {
  if (!tenant.apiKey || user === undefined) return [];
  const { id: inUse } = tenant.apiKey;
  const soon = Date.now() + KEY_WARNING_DAYS * 86_400_000;
  try {
    const query = { sub: user, status: 'active', limit: 100 };
    const keys = await tenant.get({ path: '/api/v1/api-keys', query, parse: apiKeys });
    const own = keys.filter(({ sub, status }) => sub === user && status === 'active');
    const known = own.filter(({ id }) => id === inUse);
    return (known.length > 0 ? known : own)
      .filter(({ expiry }) => Date.parse(String(expiry)) < soon)
      .map(({ expiry, description }) => `The API key "${description ?? ''}" ends on ${expiry}: make a new one before.`);
  } catch (error) {
    context.stop.throwIfAborted();
    context.logger.debug(`The tenant does not tell when API keys end: ${String(error)}`);
    return [];
  }
}

function apiKeys(json: unknown): ApiKey[] {
  const { data } = (json ?? {}) as { data?: unknown };
  return Array.isArray(data) ? data : [];
}

/** A signal that is aborted with an explanation, unless disposed of before. */
function deadlineAfter(ms: number): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const message =
    `The tenant did not answer within ${ms / 1_000} seconds. ` +
    'Check tenant_url and the way there (firewall, HTTPS_PROXY), or try later.';
  const timer = setTimeout(() => controller.abort(new ConnectorError('transient_error', message)), ms);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** A setting that can be seen to be wrong without the tenant's refusing anything. */
function isMistakenSetting(error: unknown): boolean {
  return isTenantError(error) && error.failureType === 'config_error' && error.facts.status === undefined;
}

function isTenantError(error: unknown): error is TenantError {
  return error instanceof Error && error.name === 'TenantError';
}
