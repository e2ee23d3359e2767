import { type CheckResult, ConnectorError, type Context, isExplained, type Stream } from '../cdk/index.ts';
import type { Tenant, TenantOptions } from '../qlik/tenant.ts';
import { keyWarnings } from './keys.ts';
import { tryStreams } from './streams.ts';
import { isTenantError } from './tenant-error.ts';

/** People wait for a check; Airbyte wants it within ten seconds, start of the program included. */
const CHECK_MS = 7_500;
const CHECK_PATIENCE = { retryMs: 4_000, pauseMs: 2_000 };

/**
 * Whether the tenant is there, lets the credentials in, and lets them read each stream: one row of each list, and the sheets of an
 * app. A stream that cannot be read is a warning; if none can be read, the check has failed. Ends after `longestMs`.
 */
export async function check(
  streams: readonly Stream<Tenant>[],
  open: (options: Partial<TenantOptions>) => Promise<Tenant>,
  context: Context,
  longestMs = CHECK_MS,
): Promise<CheckResult> {
  using deadline = deadlineAfter(longestMs);
  const stop = AbortSignal.any([context.stop, deadline.signal]);
  const ofTenant = new Set<string>();
  const onWarning = (message: string) => void ofTenant.add(message);
  await using tenant = await open({ stop, patience: CHECK_PATIENCE, pageSize: 1, onWarning });
  let user: User;
  try {
    user = await whoAmI(tenant);
  } catch (error) {
    context.stop.throwIfAborted();
    if (isMatterOfSettings(error) || (isExplained(error) && deadline.signal.aborted))
      return { status: 'FAILED', message: error.message };
    throw error;
  }
  const [trials, ofKeys] = await Promise.all([
    tryStreams(streams, tenant, context),
    keyWarnings(tenant, user.id, context),
  ]);
  const warnings = [...ofTenant, ...trials.warnings, ...ofKeys];
  for (const warning of warnings) context.logger.warn(warning);
  const message = [
    `Signed in to ${tenant.origin}${typeof user.name === 'string' ? ` as ${user.name}` : ''}.`,
    `${trials.readable} of ${streams.length} streams can be read.`,
    ...trials.notes,
    ...warnings,
  ];
  return { status: trials.readable > 0 ? 'SUCCEEDED' : 'FAILED', message: message.join(' ') };
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
    // An OAuth client with narrow scopes may not read its own user; the tenant has let it in all the same.
    if (isTenantError(error) && error.facts.status === 403) return {};
    throw error;
  }
}

/** As long as nothing has worked, the settings are why a host cannot be reached, or does not answer as a tenant does. */
function isMatterOfSettings(error: unknown): error is Error {
  return isTenantError(error) && (error.facts.status ?? 0) < 400;
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
