import type { Outcome } from '../../src/cdk/testing/library.ts';
import { warningsOf } from '../../src/cdk/testing/lines.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { readHere } from '../support/in-process.ts';
import { apiKeySettings } from '../support/program.ts';
import type { EngineTrouble, Step } from './engine-fault-table.ts';
import {
  appComplaints,
  type EngineCell,
  IN_APPS,
  type Look,
  othersWrongly,
  STREAMS,
  sentWrongly,
  struckWrongly,
  wrongEnds,
} from './engine-judge.ts';
import { complaints, outputComplaints, truthByKey, Warehouse } from './fault-judge.ts';

/** All cells of some troubles at some steps. */
export function cellsOf(troubles: readonly EngineTrouble[], steps: readonly Step[]): EngineCell[] {
  return troubles.flatMap((trouble) =>
    steps.flatMap((step) => {
      const expectations = trouble.at(step);
      if (!expectations) return [];
      return (['once', 'always'] as const).map((often) => ({
        name: `${step.name}, ${trouble.name}, ${often}`,
        step,
        trouble,
        often,
        expected: expectations[often],
      }));
    }),
  );
}

/** What came of a batch: what is wrong with the syncs, and with each cell. */
export interface BatchFindings {
  readonly general: readonly string[];
  readonly ofCell: ReadonlyMap<EngineCell, readonly string[]>;
}

const ENDURING = { retryMs: 30_000, pauseMs: 30_000 };
const IMPATIENT = { retryMs: 300, pauseMs: 50 };

/** Gives each cell an app of its own beside some that nothing happens to, and reads them all in one sync; then heals them. */
export async function tryBatch(cells: readonly EngineCell[]): Promise<BatchFindings> {
  await using tenant = await tenantFor(cells.length);
  const apps = appsOf(tenant);
  const wish = wishFor(tenant);
  const warehouse = new Warehouse();
  const first = await readHere(tenant, wish, { patience: ENDURING });
  const unwell = complaints({ tenant, streams: STREAMS, outcome: first }, warehouse);
  for (const document of apps) edit(document);
  const struckApps = new Map(cells.map((cell, index) => [cell, apps[index]?.appId ?? '']));
  const faults = new Map<EngineCell, EngineFault>();
  for (const [cell, app] of struckApps) faults.set(cell, strike(tenant, cell, app));

  const before = rowsIn(warehouse);
  const truth = truthByKey(tenant, STREAMS);
  const struck = await readHere(tenant, { ...wish, after: [first] }, optionsOf(cells));
  warehouse.take(struck);
  const look: Look = { outcome: struck, before, after: rowsIn(warehouse), truth };
  const ofCell = new Map<EngineCell, string[]>();
  for (const [cell, appId] of struckApps) {
    const times = tenant.engine.faults.struck(faults.get(cell) as EngineFault);
    ofCell.set(cell, [...struckWrongly(cell, times), ...appComplaints(cell, appId, look)]);
  }
  const appIds = [...struckApps.values()];
  const general = [
    ...unwell.map((what) => `before all: ${what}`),
    ...(apps.length < cells.length + 2 ? [`only ${apps.length} apps for ${cells.length} cells`] : []),
    ...generalComplaints(tenant, cells, look, appIds),
    ...(await heal(tenant, { wish, cells, syncs: [first, struck], warehouse, appIds })),
  ];
  return { general, ofCell };
}

function rowsIn(warehouse: Warehouse): Look['before'] {
  return new Map(IN_APPS.map((name) => [name, warehouse.rows(name)]));
}

/** What is wrong with a struck sync as a whole. */
function generalComplaints(
  tenant: SimulatedTenant,
  cells: readonly EngineCell[],
  look: Look,
  struckIds: readonly string[],
): string[] {
  // A host that reads nothing any more does not see that it was left.
  const mayStay = cells.some(({ trouble }) => trouble.wrong.halfOpen);
  return [
    ...othersWrongly(look, new Set(struckIds)),
    ...sentWrongly(look, cells),
    ...wrongEnds(cells, look.outcome),
    ...outputComplaints({ tenant, streams: STREAMS, outcome: look.outcome }),
    ...(tenant.engine.counts.sessionsOpen > 0 && !mayStay ? ['a session was left open'] : []),
  ];
}

/** How many messages a visit to the first app takes that a batch of one cell strikes. */
export async function messagesOfVisit(): Promise<number> {
  await using tenant = await tenantFor(1);
  const apps = appsOf(tenant);
  const first = await readHere(tenant, wishFor(tenant), { patience: ENDURING });
  for (const document of apps) edit(document);
  tenant.engine.counts.reset();
  await readHere(tenant, { ...wishFor(tenant), after: [first] }, { patience: ENDURING });
  return tenant.engine.counts.visits.find(({ appId }) => appId === apps[0]?.appId)?.messages ?? 0;
}

/** A tenant with an app for each cell, and some more. */
async function tenantFor(cells: number): Promise<SimulatedTenant> {
  const size = { apps: Math.ceil(cells * 1.35) + 4, sheets: 2, charts: 3, users: 4, groups: 1, roles: 1 };
  const tenant = await startSimulatedTenant({ ...size, spaces: 2, connections: 1 });
  tenant.data.documents.propertyPadding = 0;
  tenant.engine.dials.listedExpressions = 'stored';
  return tenant;
}

function wishFor(tenant: SimulatedTenant) {
  const config = { ...apiKeySettings(tenant), concurrent_apps: 10 };
  return { mode: 'incremental', streams: STREAMS, config } as const;
}

/** Apps with several sheets and with charts, in the order of the listing. */
export function appsOf({ data }: SimulatedTenant): AppDocument[] {
  const { adminId } = data.plan;
  return [...data.items.all()]
    .filter(({ resourceType }) => resourceType === 'app')
    .map(({ resourceId }) => data.document(resourceId))
    .filter((document) => {
      const sheets = document.sheetIds(adminId);
      return sheets.length >= 2 && sheets.every((id) => document.chartsOn(id).length > 1);
    });
}

/** A chart of the first sheet gets another title, and the last sheet is replaced. */
export function edit(document: AppDocument): void {
  const sheets = document.sheetIds();
  const [chart] = document.chartsOn(sheets[0] ?? '');
  if (chart) document.edit.change(chart.id, { title: 'Sales at a glance' });
  document.edit.delete(sheets.at(-1) ?? '');
  document.edit.addSheet({ title: 'Forecast' });
}

function strike({ engine }: SimulatedTenant, { step, trouble, often }: EngineCell, app: string): EngineFault {
  const fault = { ...step.fault, ...trouble.wrong, app, ...(often === 'once' && { times: 1 }) };
  engine.faults.add(fault);
  return fault;
}

function optionsOf([cell]: readonly EngineCell[]): Parameters<typeof readHere>[2] {
  const { timeoutMs } = cell?.trouble ?? {};
  const timeouts = timeoutMs && { connectMs: timeoutMs, openMs: timeoutMs, callMs: timeoutMs, closeMs: 300 };
  const patience = cell?.expected.kind === 'failed' ? IMPATIENT : ENDURING;
  return { patience, ...(timeouts && { engineTimeouts: timeouts }) };
}

interface Healing {
  readonly wish: { readonly mode: 'incremental'; readonly streams: readonly string[]; readonly config: object };
  readonly cells: readonly EngineCell[];
  readonly syncs: readonly Outcome[];
  readonly warehouse: Warehouse;
  readonly appIds: readonly string[];
}

/** What is wrong with the syncs that follow when all is well again. */
async function heal(tenant: SimulatedTenant, { wish, cells, syncs, warehouse, appIds }: Healing): Promise<string[]> {
  const { engine } = tenant;
  const kind = cells[0]?.expected.kind;
  engine.faults.clear();
  engine.counts.reset();
  const found: string[] = [];
  let known = syncs;
  if (kind === 'out') {
    // Of what is refused, one app of each space is tried at every sync; all are named.
    const letIn = engine.faults.add({ app: appIds, close: 4203 });
    const next = await readHere(tenant, { ...wish, after: known }, { patience: ENDURING });
    const named = appIds.filter((appId) => warningsOf(next.lines).some((text) => text.includes(appId)));
    if (named.length < appIds.length) found.push(`${named.length} of ${appIds.length} are named by the next sync`);
    letIn();
    const spaces = new Set(appIds.map((appId) => tenant.data.itemOfApp(appId)?.spaceId));
    if (engine.counts.upgrades !== spaces.size)
      found.push(`the next sync tries ${engine.counts.upgrades} apps of ${spaces.size} spaces`);
    found.push(...outputComplaints({ tenant, streams: STREAMS, outcome: next }), ...wrongEnds([], next));
    warehouse.take(next);
    known = [...known, next];
  }
  const isReread = kind === 'out' || kind === 'poorer';
  const config = { ...wish.config, ...(isReread && { reread_apps_after_days: 0 }) };
  const healed = await readHere(tenant, { ...wish, config, after: known }, { patience: ENDURING });
  found.push(...complaints({ tenant, streams: STREAMS, outcome: healed }, warehouse));
  const opens = kind === 'whole' ? 0 : kind === 'failed' ? appIds.length : undefined;
  if (opens !== undefined && engine.counts.opens !== opens)
    found.push(`${engine.counts.opens} opens instead of ${opens}`);
  return found.map((what) => `afterwards: ${what}`);
}
