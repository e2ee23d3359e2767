import connectionSpecification from '../schemas/spec.json' with { type: 'json' };
import type { Context, Partitions, Source } from './cdk/index.ts';
import { check } from './check/check.ts';
import type { App } from './generated/apps.ts';
import type { Config } from './generated/spec.ts';
import type { AppScope } from './qlik/app-scope.ts';
import type { SpaceVisit } from './qlik/space-visit.ts';
import type { Tenant, TenantOptions, TenantSettings } from './qlik/tenant.ts';
import type { TenantApp, Visit } from './qlik/visit.ts';
import { app_coverage } from './streams/app_coverage.ts';
import { apps } from './streams/apps.ts';
import { streams } from './streams/index.ts';
import { spaces } from './streams/spaces.ts';

/** The tenant by app: each is opened once, for all streams that read what is in it. */
const byApp: Partitions<Tenant, Config, Visit> = {
  labels: { partitions: 'apps', sections: 'sheets' },
  list: apps,
  coverage: app_coverage,
  visitor: (tenant, row) => {
    const app = appOf(row);
    return {
      name: `App ${app.id}`,
      version: [tenant.origin, row.updatedAt, app.published],
      // A reload that failed changes nothing in the app.
      activity: [row.updatedAt, row.resourceReloadEndTime, row.resourceReloadStatus],
      // Roles are granted by space.
      group: (row as App).spaceId,
      open: () => tenant.visit(app),
    };
  },
  onEnd: (tenant) => tenant.proveEngine(),
  concurrency: ({ concurrent_apps }) => concurrent_apps ?? DEFAULT_CONCURRENT_APPS,
  scope: (config) => {
    const { includeSpaces, excludeSpaces, includePersonalApps } = scopeOf(config);
    return [normalised(includeSpaces), normalised(excludeSpaces), includePersonalApps];
  },
  rereadAfterDays: ({ reread_apps_after_days }) => reread_apps_after_days ?? DEFAULT_REREAD_AFTER_DAYS,
};

/** The tenant by space: who may do what in it is asked at every sync, since no time of a space moves with that. */
const bySpace: Partitions<Tenant, Config, SpaceVisit> = {
  labels: { partitions: 'spaces', sections: 'rows' },
  list: spaces,
  visitor: (tenant, { id }) => ({ name: `Space ${id}`, version: null, open: () => tenant.visitSpace(String(id)) }),
  concurrency: () => SPACES_AT_A_TIME,
  scope: () => null,
  rereadAfterDays: () => 0,
};

/** Qlik Sense Cloud as a source. */
export const qlikSenseCloud: Source<Tenant, Config> = {
  connectionSpecification,
  streams,
  partitions: [byApp, bySpace],
  identity: (tenant) => tenant.id(),
  address: (tenant) => tenant.origin,
  check: (config, context) => check(streams, (options) => openTenant(config, context, options), context),
  connect: (config, context) => openTenant(config, context, {}),
};

const DEFAULT_CONCURRENT_APPS = 4;
const DEFAULT_REREAD_AFTER_DAYS = 1;
const SPACES_AT_A_TIME = 4;

function appOf({ id, resourceAttributes }: App): TenantApp {
  // Qlik Cloud's own `published` means that the app was distributed from a client-managed Qlik Sense.
  const { publishTime, lastReloadTime } = resourceAttributes ?? {};
  return { id: String(id), published: Boolean(publishTime), reloaded: Boolean(lastReloadTime) };
}

/** The tenant of a config that satisfies the specification. Loaded late: `spec` and `discover` need no network code. */
export async function openTenant(config: Config, context: Context, options: Partial<TenantOptions>): Promise<Tenant> {
  const { Tenant } = await import('./qlik/tenant.ts');
  return new Tenant(settingsOf(config), {
    stop: context.stop,
    onSecret: (value) => context.addSecret(value),
    onWait: (untilMs, gate) => context.onWait(untilMs, gate === 'engine' ? byApp.labels.partitions : undefined),
    onWarning: (message) => context.logger.warn(message),
    onCall: (call) => context.onCall(call),
    onAnswer: () => context.onAnswer(),
    ...options,
  });
}

function scopeOf({ include_spaces, exclude_spaces, include_personal_apps }: Config): AppScope {
  return {
    includeSpaces: include_spaces ?? [],
    excludeSpaces: exclude_spaces ?? [],
    includePersonalApps: include_personal_apps ?? true,
  };
}

/** Patterns in another order or another case admit the same apps. */
function normalised(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => pattern.trim().toLowerCase()).toSorted();
}

function settingsOf(config: Config): TenantSettings {
  const { tenant_url, credentials, ca_certificate } = config;
  return {
    scope: scopeOf(config),
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
