import type { SyncMode } from '../../../src/cdk/protocol/messages.ts';
import { call, type Outcome } from '../../../src/cdk/testing/library.ts';
import { selfSigned } from '../../../src/simulator/self-signed.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../../src/simulator/tenant.ts';
import { qlikSenseCloud } from '../../../src/source.ts';
import { apiKeySettings } from '../../support/program.ts';
import { startProxy } from '../../support/proxy.ts';

/** The address that states, rows and versions name: without the port, which is another at every start. */
const ADDRESS = 'https://localhost';

/** Doubting takes twenty rows of which more than half are missing. */
const SIZE = { users: 21, groups: 1, roles: 1, spaces: 3, apps: 5, connections: 1, sheets: 1, charts: 2, reloads: 1 };

interface Wish {
  readonly streams?: readonly string[];
  readonly mode?: SyncMode;
  readonly state?: unknown;
}

/** The tenant that the saved states are of, to be read at an address that stays the same. */
export interface Scene extends AsyncDisposable {
  readonly tenant: SimulatedTenant;
  /** A sync in this process of these streams, all unless given, with the least time between two STATEs: none. */
  sync(wish?: Wish): Promise<Outcome>;
}

/** Whoever opens a scene lets HTTPS_PROXY be what `enter` is given, before the first sync. */
export async function openScene(enter: (proxyUrl: string) => void): Promise<Scene> {
  const tls = selfSigned();
  const tenant = await startSimulatedTenant({ ...SIZE, collections: 1, automations: 1, tls, seed: 11 });
  tenant.data.documents.propertyPadding = 0;
  const [first] = appIds(tenant);
  // A log remembers by itself what is under way.
  if (first) tenant.data.document(first).reloads.queue();
  const proxy = await startProxy({ to: new URL(tenant.url).host });
  enter(proxy.url);
  const config = { ...apiKeySettings(tenant), tenant_url: ADDRESS, ca_certificate: tls.cert, concurrent_apps: 1 };
  return {
    tenant,
    sync: ({ streams, mode = 'incremental', state } = {}) =>
      call(qlikSenseCloud as never, {
        config,
        mode,
        env: { STATE_INTERVAL_MS: '0' },
        ...(streams && { streams: streams.map((name) => ({ name })) }),
        ...(state !== undefined && { state }),
      }),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await tenant.close();
    },
  };
}

/** Apps in the order of the list. */
export function appIds({ data }: SimulatedTenant): string[] {
  return [...data.items.all()].flatMap(({ resourceType, resourceId }) => (resourceType === 'app' ? [resourceId] : []));
}
