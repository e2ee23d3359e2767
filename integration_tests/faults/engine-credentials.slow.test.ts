import { describe, expect, it, vi } from 'vitest';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { readHere } from '../support/in-process.ts';
import { apiKeySettings, oauthSettings } from '../support/program.ts';
import { appsOf, edit } from './engine-cells.ts';
import { FIRST_WORDS, REQUESTS, UPGRADE } from './engine-fault-table.ts';
import { complaints, type Expectation, Warehouse } from './fault-judge.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const STREAMS = ['users', 'apps', 'sheets', 'charts'];
const PATIENCE = { patience: { retryMs: 20_000, pauseMs: 20_000 } };
const REFUSED: Expectation = { failure: { type: 'config_error', says: /credentials/ } };

const FAULTS: readonly (readonly [name: string, fault: EngineFault])[] = [
  // The WebSocket itself asks once more after the first.
  ['401 at the upgrade', { ...UPGRADE.fault, http: 401, times: 2 }],
  ['close 4006 at the first words', { ...FIRST_WORDS.fault, close: 4006 }],
  ...REQUESTS.flatMap(({ name, fault }): [string, EngineFault][] => [
    [`close 4006 at ${name}`, { ...fault, close: 4006 }],
    [`error 401 to ${name}`, { ...fault, error: 401 }],
  ]),
];

interface Credentials {
  readonly byOAuth: boolean;
  readonly often: 'once' | 'always';
  /** What comes of sheets and charts. */
  readonly expected: Expectation;
  /** Token requests of the sync that is struck; each answer between two refusals may make one more. */
  readonly tokens: number;
  readonly mostTokens?: number;
}

const CREDENTIALS: readonly (readonly [name: string, Credentials])[] = [
  ['an API key, once', { byOAuth: false, often: 'once', expected: REFUSED, tokens: 0 }],
  ['an API key, always', { byOAuth: false, often: 'always', expected: REFUSED, tokens: 0 }],
  ['a token of OAuth, once', { byOAuth: true, often: 'once', expected: {}, tokens: 2 }],
  ['a token of OAuth, always', { byOAuth: true, often: 'always', expected: REFUSED, tokens: 2, mostTokens: 5 }],
];

/** What is wrong with a sync in which the engine refuses the credentials for one app, and with the next. */
async function complaintsOf(
  fault: EngineFault,
  { byOAuth, often, expected, tokens, mostTokens = tokens }: Credentials,
  besides: readonly EngineFault[] = [],
): Promise<string[]> {
  await using tenant = await startSimulatedTenant({ users: 4, apps: 5, sheets: 2, charts: 3, connections: 1 });
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.engine.dials, { listedExpressions: 'stored', ...(byOAuth && { privateSheets: 'all' }) });
  const config = (byOAuth ? oauthSettings : apiKeySettings)(tenant);
  const wish = { mode: 'incremental', streams: STREAMS, config } as const;
  const warehouse = new Warehouse();
  const first = await readHere(tenant, wish, PATIENCE);
  const before = complaints({ tenant, streams: STREAMS, outcome: first }, warehouse);
  const apps = appsOf(tenant);
  for (const document of apps) edit(document);
  const { times = 1, ...wrong } = fault;
  const struck = { ...wrong, app: apps[0]?.appId ?? '', ...(often === 'once' && { times }) };
  for (const one of [struck, ...besides.map((more) => ({ ...more, app: struck.app }))]) tenant.engine.faults.add(one);
  const asked = tenant.counts.tokenRequests;
  const second = await readHere(tenant, { ...wish, after: [first] }, PATIENCE);
  const fetched = tenant.counts.tokenRequests - asked;
  const expectations = { sheets: expected, charts: expected };
  const during = [
    ...complaints({ tenant, streams: STREAMS, outcome: second, expectations }, warehouse),
    ...(tenant.engine.faults.struck(struck) > 0 ? [] : ['nothing went wrong']),
    ...(fetched >= tokens && fetched <= mostTokens ? [] : [`${fetched} tokens instead of ${tokens}`]),
  ];
  tenant.engine.faults.clear();
  const third = await readHere(tenant, { ...wish, after: [first, second] }, PATIENCE);
  const after = complaints({ tenant, streams: STREAMS, outcome: third }, warehouse);
  return [...before, ...during, ...after.map((what) => `afterwards: ${what}`)];
}

describe.concurrent.each(CREDENTIALS)('%s', (_, credentials) => {
  it.each(FAULTS)('%s', async (_name, fault) => {
    const found = await complaintsOf(fault, credentials);
    expect(found, found.join('\n')).toEqual([]);
  });
});

it('a session that began after a 401 and breaks is opened again', async () => {
  const healed: Credentials = { byOAuth: false, often: 'once', expected: {}, tokens: 0 };
  const broken: EngineFault = { method: 'GetFullPropertyTree', close: 1012, times: 1 };
  const found = await complaintsOf({ at: 'upgrade', http: 401 }, healed, [broken]);
  expect(found, found.join('\n')).toEqual([]);
});
