import { expect } from 'vitest';
import type { SyncMode } from '../../src/cdk/protocol/messages.ts';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { recordsOf, statuses } from '../../src/cdk/testing/lines.ts';
import type { Patience } from '../../src/qlik/retry.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { readHere } from './in-process.ts';
import type { Json } from './messages.ts';
import { apiKeySettings, oauthSettings } from './program.ts';
import { truthInApps } from './truth-in-apps.ts';

const ENOUGH: Patience = { retryMs: 60_000, pauseMs: 60_000 };
/** A tenant whose charts are as short as they can be, and whose lists show what is stored. */
export async function tenantOf(size: Partial<TenantSize>, dials: Partial<EngineDials> = {}): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant(size);
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.engine.dials, { listedExpressions: 'stored' }, dials);
  return tenant;
}

interface Wish {
  readonly patience?: Patience;
  readonly streams?: readonly string[];
  readonly byOAuth?: boolean;
  readonly concurrentApps?: number;
  readonly mode?: SyncMode;
  /** What earlier syncs printed. */
  readonly after?: readonly Outcome[];
}

/** A sync of apps, sheets and charts in this process, with a patience that a test can wait for. */
export function sync(simulated: SimulatedTenant, wish: Wish = {}): Promise<Outcome> {
  const { patience = ENOUGH, streams = ['apps', 'sheets', 'charts'], byOAuth = false, concurrentApps = 10 } = wish;
  const settings = byOAuth ? oauthSettings(simulated) : apiKeySettings(simulated);
  return readHere(
    simulated,
    { ...wish, streams, config: { ...settings, concurrent_apps: concurrentApps } },
    { patience },
  );
}

export const IN_APPS = ['sheets', 'charts'];

/** The sheets and charts that were delivered, as the truth is told. */
export function inApps({ lines }: Outcome): { [stream: string]: Json[] } {
  const key = (row: Json) => `${row.appId} ${row.id}`;
  const rowsOf = (name: string) =>
    recordsOf(lines, name)
      .map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row as Json)
      .sort((one, other) => (key(one) < key(other) ? -1 : 1));
  return Object.fromEntries(IN_APPS.map((name) => [name, rowsOf(name)]));
}

/** How each stream ended. */
export function ends({ lines }: Outcome): { [stream: string]: string | undefined } {
  return Object.fromEntries(['apps', ...IN_APPS].map((name) => [name, statuses(lines, name).at(-1)]));
}

export const COMPLETE = { apps: 'COMPLETE', sheets: 'COMPLETE', charts: 'COMPLETE' };

/** Apps with several sheets, in the order of the listing. */
export function appsOf({ data }: SimulatedTenant): AppDocument[] {
  return [...data.items.all()]
    .filter(({ resourceType }) => resourceType === 'app')
    .map(({ resourceId }) => data.document(resourceId))
    .filter((document) => document.sheetIds(data.plan.adminId).length >= 2);
}

export function documentsIn({ data }: SimulatedTenant): number {
  return [...data.items.all()].filter(({ resourceType }) => resourceType === 'app').length;
}

/** The sockets that an app was asked through. */
export function socketsOf({ engine }: SimulatedTenant, appId: string) {
  return engine.counts.visits.filter((visit) => visit.appId === appId);
}

export type Case = readonly [name: string, fault: EngineFault, says?: RegExp];

/** Gives each case an app of its own, and reads them all in one sync. */
export async function syncWith(cases: readonly Case[], wish: Wish = {}, dials: Partial<EngineDials> = {}) {
  const tenant = await tenantOf({ apps: Math.ceil(cases.length * 1.4) + 3, charts: 3, sheets: 2, users: 10 }, dials);
  const apps = new Map<string, AppDocument>();
  for (const [index, document] of appsOf(tenant).slice(0, cases.length).entries()) {
    const [name, fault] = cases[index] as Case;
    apps.set(name, document);
    tenant.engine.faults.add({ app: document.appId, ...fault });
  }
  expect(apps.size).toBe(cases.length);
  const outcome = await sync(tenant, wish);
  const appOf = (name: string) => apps.get(name)?.appId ?? '';
  const [delivered, truth] = [inApps(outcome), truthInApps(tenant)];
  const ofApp = (rows: { [stream: string]: Json[] }, name: string) =>
    Object.fromEntries(IN_APPS.map((stream) => [stream, rows[stream]?.filter(({ appId }) => appId === appOf(name))]));
  return {
    tenant,
    outcome,
    appOf,
    delivered: (name: string) => ofApp(delivered, name),
    truth: (name: string) => ofApp(truth, name),
  };
}

export type Scene = Awaited<ReturnType<typeof syncWith>>;

/** The methods of a visit. */
export const METHODS = [
  'OpenDoc',
  'GetAppLayout',
  'GetObjects',
  'CreateSessionObject',
  'GetLayout',
  'GetObject',
  'GetFullPropertyTree',
];

/** Errors that pass. */
export const ERRORS = [15, 11000, 21];

export function errorTo(method: string, error: number): Case {
  return [`error ${error} to ${method}`, { method, error, times: 1 }];
}

/** Sessions that are closed with these codes: amid trees, and at the first words or on opening. */
export function brokenSessions(codes: readonly number[]): Case[] {
  return codes.flatMap((close, index): Case[] => [
    [`close ${close} amid trees`, { method: 'GetFullPropertyTree', after: 1, close, times: 1 }],
    index % 2 === 0
      ? [`close ${close} at the first words`, { at: 'connect', close, times: 1 }]
      : [`close ${close} on opening`, { method: 'OpenDoc', close, times: 1 }],
  ]);
}
