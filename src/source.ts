import connectionSpecification from '../schemas/spec.json' with { type: 'json' };
import type { JsonObject, Schema } from './cdk/messages.ts';
import type { Context, Source } from './cdk/source.ts';
import { check } from './check.ts';
import type { App } from './generated/apps.ts';
import type { Config } from './generated/spec.ts';
import type { Tenant, TenantOptions, TenantSettings } from './qlik/tenant.ts';
import type { TenantApp, Visit } from './qlik/visit.ts';
import { apps } from './streams/apps.ts';
import { streams } from './streams/index.ts';

/** Qlik Sense Cloud as a source. */
export const qlikSenseCloud: Source<Tenant, Visit> = {
  specification: {
    protocol_version: '0.18.0',
    supportsIncremental: false,
    connectionSpecification: connectionSpecification as Schema,
  },
  streams,
  partitions: {
    list: apps,
    visitor: (tenant, row) => {
      const app = appOf(row);
      return { name: `App ${app.id}`, open: () => tenant.visit(app) };
    },
    onEnd: (tenant) => tenant.proveEngine(),
    concurrency: (config) => (config as unknown as Config).concurrent_apps ?? DEFAULT_CONCURRENT_APPS,
  },
  check: (config, context) => check(streams, (options) => openTenant(config, context, options), context),
  connect: (config, context) => openTenant(config, context, {}),
};

const DEFAULT_CONCURRENT_APPS = 4;

function appOf({ id, resourceAttributes }: App): TenantApp {
  // Qlik Cloud's own `published` means that the app was distributed from a client-managed Qlik Sense.
  return { id: String(id), published: Boolean(resourceAttributes?.publishTime) };
}

/** The tenant of a config that satisfies the specification. Loaded late: `spec` and `discover` need no network code. */
async function openTenant(config: JsonObject, context: Context, options: Partial<TenantOptions>): Promise<Tenant> {
  const { Tenant } = await import('./qlik/tenant.ts');
  return new Tenant(settingsOf(config as unknown as Config), {
    stop: context.stop,
    onSecret: (value) => context.addSecret(value),
    onWait: (untilMs, gate) => context.onWait(untilMs, gate === 'engine' ? 'visits' : undefined),
    onWarning: (message) => context.log.warn(message),
    onCall: (call) => context.onCall(call),
    ...options,
  });
}

function settingsOf({ tenant_url, credentials, ca_certificate, ...scope }: Config): TenantSettings {
  return {
    scope: {
      includeSpaces: scope.include_spaces ?? [],
      excludeSpaces: scope.exclude_spaces ?? [],
      includePersonalApps: scope.include_personal_apps ?? true,
    },
    tenantUrl: tenant_url,
    credentials:
      credentials.auth_type === 'api_key'
        ? { type: credentials.auth_type, apiKey: credentials.api_key.trim() }
        : {
            type: credentials.auth_type,
            clientId: credentials.client_id.trim(),
            clientSecret: credentials.client_secret.trim(),
            scope: credentials.scope?.trim(),
          },
    // Forms send a field that nobody filled as an empty text.
    caCertificate: ca_certificate?.trim() || undefined,
  };
}
