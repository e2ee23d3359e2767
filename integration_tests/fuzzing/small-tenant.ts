import type { JsonObject } from '../../src/cdk/protocol/messages.ts';
import { call } from '../../src/cdk/testing/library.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { qlikSenseCloud } from '../../src/source.ts';
import { sizeOfLists } from '../support/sizes.ts';

/** So few of each that nothing that is missing looks like a mass deletion. */
const FEW: Partial<TenantSize> = {
  ...sizeOfLists(3),
  ...{ users: 4, apps: 2, connections: 10, sheets: 2, charts: 3 },
  // All of both apps take two pages.
  reloads: 55,
};

/** Everything is read at every sync. */
export const REREAD = { reread_apps_after_days: 0 };

/** A tenant with little in it, whose lists show what is stored; of two reloads that wait many others were queued later. */
export async function smallTenant(): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant(FEW);
  tenant.data.documents.propertyPadding = 0;
  tenant.engine.dials.listedExpressions = 'stored';
  tenant.engine.dials.strangeNotifications = false;
  const { reloads, itemOfApp } = tenant.data;
  const all = reloads
    .walk('creationTime', 1)
    .map(([, reload]) => reload)
    .toArray();
  const appId = all.find((reload) => itemOfApp(reload.appId))?.appId ?? '';
  for (const { creationTime } of all.slice(0, 2)) reloads.add({ appId, creationTime });
  return tenant;
}

export const API_KEY = 'eyJhbGciOiJFUzM4NCJ9.of-nobody-in-particular.0123456789';
export const CLIENT_SECRET = 'client-secret-of-nobody-9876543210';

/** Settings that lead to no foreign host, by either kind of credentials, with all that may be set. */
export function goodConfig(kind: 'api_key' | 'oauth'): JsonObject {
  const credentials =
    kind === 'api_key'
      ? { auth_type: 'api_key', api_key: API_KEY }
      : {
          auth_type: 'oauth2_client_credentials',
          client_id: 'client-id',
          client_secret: CLIENT_SECRET,
          scope: 'user_default',
        };
  return {
    tenant_url: 'http://127.0.0.1:9',
    credentials,
    include_spaces: ['*'],
    exclude_spaces: ['Sandbox *'],
    include_personal_apps: true,
    reread_apps_after_days: 1,
    concurrent_apps: 4,
    ca_certificate: '',
  };
}

/** A configured catalog of all streams, as Airbyte makes it of what `discover` prints. */
export async function goodCatalog(sync_mode: 'full_refresh' | 'incremental') {
  const { lines } = await call(qlikSenseCloud as never, { command: 'discover', config: goodConfig('api_key') });
  const streams = lines.flatMap(({ catalog }) => catalog?.streams ?? []);
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode,
      destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
      cursor_field: stream.default_cursor_field,
      primary_key: stream.source_defined_primary_key,
    })),
  };
}
