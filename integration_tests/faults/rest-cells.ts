import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SyncMode } from '../../src/cdk/protocol/messages.ts';
import type { Line } from '../../src/cdk/testing/lines.ts';
import { live } from '../../src/simulator/life.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantData } from '../../src/simulator/tenant-data.ts';
import { readHere } from '../support/in-process.ts';
import { apiKeySettings, oauthSettings } from '../support/program.ts';
import { sizeOfLists } from '../support/sizes.ts';
import { EDITABLE, partitionedBy, TENANT_STREAMS } from '../support/stream-tests.ts';
import { editableRows, textField } from '../support/streams/random-edit.ts';
import { complaints, type Expectation, Warehouse } from './fault-judge.ts';
import type { RestFault } from './rest-faults.ts';
import { faultAt, OVER_LISTS, type Place } from './rest-places.ts';

export interface RestCell {
  readonly place: Place;
  readonly fault: RestFault;
  readonly often: 'once' | 'always';
  readonly mode?: SyncMode;
}

const SMALL = { ...sizeOfLists(4), users: 8, apps: 3, sheets: 2, charts: 3 };

const ENDURING = { retryMs: 20_000, pauseMs: 20_000 };
/** Enough for a second try, and seldom for a third. */
const IMPATIENT = { retryMs: 4_000, pauseMs: 50 };

/** What is wrong with a sync that meets a fault, and with the next one, when all is well again. */
export async function complaintsOf(given: RestCell): Promise<string[]> {
  const { place, often, mode = 'incremental' } = given;
  const fault = faultAt(given.fault, place);
  const cell = { ...given, fault };
  const { settings, byOAuth = false, byApp = false } = place;
  const streams = place.read ?? (fault.withApps ? TENANT_STREAMS : OVER_LISTS);
  await using elsewhere = await anotherHost();
  await using tenant = await tenantOf(place);
  const wish = { mode, streams, config: { ...(byOAuth ? oauthSettings : apiKeySettings)(tenant), ...settings } };
  const isFull = mode === 'full_refresh';
  let warehouse = new Warehouse();
  const first = await readHere(tenant, wish, { patience: ENDURING });
  const unwell = complaints({ tenant, streams, byApp, outcome: first }, warehouse);
  if (unwell.length > 0) return unwell.map((what) => `before all: ${what}`);

  liveADay(tenant.data);
  place.happens?.(tenant);
  const expected = fault[often];
  const asked = strike(tenant, cell, elsewhere.url);
  // A full refresh begins with an empty table, and without a state.
  if (isFull) warehouse = new Warehouse();
  const struck = await readHere(tenant, { ...wish, after: isFull ? [] : [first] }, optionsOf(cell));
  // Where nobody is let in, there is no point in asking for anything else of the apps or spaces.
  const struckOnes = fault.name === '401' ? (place.besides ?? place.streams) : place.streams;
  const harmed = struckOnes.filter((name) => !fault.spares?.includes(name));
  const expectations = Object.fromEntries(harmed.map((name) => [name, expected]));
  const found = [
    ...complaints({ tenant, streams, byApp, outcome: struck, expectations }, warehouse),
    ...askedWrongly(cell, asked()),
    ...(elsewhere.calls() > 0 ? ['another host was asked'] : []),
    ...(often === 'once' && fault.isTold ? untold(struck.lines, place.streams) : []),
  ];
  tenant.faults.clear();
  if (isFull) warehouse = new Warehouse();
  const healed = await readHere(tenant, { ...wish, after: isFull ? [] : [first, struck] }, { patience: ENDURING });
  const unsent = isMended(expected) ? streams : streams.filter((name) => !expectations[name]);
  const afterwards = [
    ...complaints({ tenant, streams, byApp, outcome: healed }, warehouse),
    ...(isFull ? [] : sentAgain(healed.lines, unsent)),
  ];
  return [...found, ...afterwards.map((what) => `afterwards: ${what}`)];
}

function optionsOf({ fault: { responseMs = 0 }, often }: RestCell): Parameters<typeof readHere>[2] {
  const { retryMs, pauseMs } = often === 'once' ? ENDURING : IMPATIENT;
  return { patience: { retryMs: retryMs + 1.5 * responseMs, pauseMs }, ...(responseMs > 0 && { responseMs }) };
}

/** Whether nothing is left of a fault when the sync that meets it is over. */
function isMended({ failure, leaves }: Expectation): boolean {
  return !failure && !leaves;
}

/** A tenant whose charts are as short as they can be. */
export async function tenantOf(place: Place): Promise<SimulatedTenant> {
  const { size, byOAuth = false, dials, before } = place;
  const tenant = await startSimulatedTenant({ ...SMALL, ...size });
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.dials, { tenantsMe: 'direct', ...dials });
  Object.assign(tenant.engine.dials, { listedExpressions: 'stored', ...(byOAuth && { privateSheets: 'all' }) });
  before?.(tenant);
  return tenant;
}

/** Something happens to every list; nothing goes on which other streams hang. */
function liveADay(data: TenantData): void {
  live(data);
  const [systemGroup] = data.systemGroups.all();
  if (systemGroup) data.systemGroups.change(systemGroup.id, { name: `${systemGroup.name} of old` });
  for (const tests of EDITABLE) {
    const [rows, [first, second]] = [tests.rows(data), editableRows(tests, data)];
    const field = textField(tests);
    if (first) rows.change(first.id, { [field]: `${first[field]} of old` });
    if (second && partitionedBy(tests.name).length === 0) rows.delete(second.id);
  }
}

/** Puts the fault where it belongs; the answer tells how often that was asked since: of one thing, where it is asked of several. */
export function strike(tenant: SimulatedTenant, { place, fault, often }: RestCell, elsewhere: string): () => number {
  const { address, method = 'GET' } = place;
  const wrong = typeof fault.wrong === 'function' ? fault.wrong(elsewhere) : fault.wrong;
  tenant.faults.add({ path: address, method, ...wrong, ...(often === 'once' && { times: 1 }) });
  const calls = new Map<string, number>();
  tenant.server.on('request', ({ method: used, url = '' }) => {
    const asked = place.besides ? url : '';
    if (used === method && address.test(url)) calls.set(asked, (calls.get(asked) ?? 0) + 1);
  });
  return () => Math.max(0, ...calls.values());
}

function askedWrongly({ fault, often }: RestCell, calls: number): string[] {
  if (often === 'once' && isMended(fault.once) && fault.asked !== 1)
    return calls < 2 ? [`asked ${calls} times although once was not enough`] : [];
  if (fault.asked === 'maybe again') return calls === 0 ? ['never asked'] : [];
  const isRight = fault.asked === 'again' ? calls > 1 : calls === fault.asked;
  return isRight ? [] : [`asked ${calls} times instead of ${fault.asked}`];
}

/** Streams that do not say until when they wait for the tenant, as a whole number of milliseconds. */
function untold(lines: readonly Line[], streams: readonly string[]): string[] {
  const waits = lines.flatMap(({ trace }) => trace?.stream_status ?? []).filter(({ reasons }) => reasons);
  return streams.flatMap((name) => {
    const told = waits.filter(({ stream_descriptor }) => stream_descriptor.name === name);
    const resets = told.flatMap(({ reasons = [] }) => reasons.map((reason) => reason.rate_limited?.quota_reset));
    const isRight = resets.length > 0 && resets.every((reset) => Number.isInteger(reset));
    return isRight ? [] : [`${name} does not say until when it waits: ${JSON.stringify(told)}`];
  });
}

/** Where all came before, nothing is sent. */
function sentAgain(lines: readonly Line[], streams: readonly string[]): string[] {
  const rows = lines.filter(({ record }) => record && streams.includes(record.stream));
  return rows.length > 0 ? [`${rows.length} rows are sent again, of ${rows[0]?.record?.stream}`] : [];
}

/** A host that nobody may ask, and that counts who does. */
export async function anotherHost() {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.end('{"data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
