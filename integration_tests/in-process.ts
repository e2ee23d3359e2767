import { call, type Outcome, savedIn } from '../src/cdk/invented-source.ts';
import type { JsonObject, SyncMode } from '../src/cdk/messages.ts';
import type { SimulatedTenant } from '../src/demo/tenant.ts';
import type { TenantOptions } from '../src/qlik/tenant.ts';
import { openTenant, qlikSenseCloud } from '../src/source.ts';
import { apiKeySettings } from './program.ts';

export interface ReadWish {
  readonly streams?: readonly string[];
  /** The settings; by the tenant's API key, unless given. */
  readonly config?: object;
  readonly mode?: SyncMode;
  /** What earlier reads printed. */
  readonly after?: readonly Outcome[];
  /** The state file's content, instead of what earlier reads printed. */
  readonly state?: unknown;
  readonly env?: { readonly [name: string]: string };
  readonly stop?: AbortController;
}

/**
 * A read in this process, by the source as it is but for its patience: a test cannot wait for two minutes. Everything else goes
 * its usual way, over real sockets, from real files to the lines of stdout.
 */
export function readHere(
  tenant: SimulatedTenant,
  { streams, config = apiKeySettings(tenant), mode = 'full_refresh', after = [], ...more }: ReadWish,
  options: Pick<TenantOptions, 'patience' | 'responseMs' | 'engineTimeouts'>,
): Promise<Outcome> {
  const connect: typeof qlikSenseCloud.connect = (settings, context) => openTenant(settings, context, options);
  return call({ ...qlikSenseCloud, connect } as never, {
    config: config as JsonObject,
    mode,
    ...(streams && { streams: streams.map((name) => ({ name })) }),
    ...(after.length > 0 && { state: savedIn(after.flatMap(({ lines }) => lines)) }),
    ...more,
  });
}
