import { type SimulatedTenant, type SimulatedTenantOptions, startSimulatedTenant } from '../src/simulator/tenant.ts';
import type { TenantData } from '../src/simulator/tenant-data.ts';
import type { Amounts, TenantActs } from './tenant-acts.ts';

const tenant = await startSimulatedTenant(JSON.parse(process.argv[2] ?? '{}') as SimulatedTenantOptions);
// Answers come in their order and nothing comes unasked, so that no client pays for what it never met.
Object.assign(tenant.engine.dials, { answers: 'inOrder', strangeNotifications: false, pushes: false });

const acts = actsOn(tenant);
process.on('message', ({ act, value }: { act: keyof TenantActs; value: number }) => process.send?.(acts[act](value)));
process.on('disconnect', () => void tenant.close());
process.send?.({ url: tenant.url, apiKey: tenant.apiKey });

function actsOn({ counts, engine, dials, data }: SimulatedTenant): TenantActs {
  let cpuBefore = process.cpuUsage();
  return {
    reset() {
      counts.reset();
      engine.counts.reset();
      cpuBefore = process.cpuUsage();
      return true;
    },
    asked() {
      const { opens, opensWithData, messages, roundTrips, bytesIn, bytesOut, mostSessionsOpen } = engine.counts;
      const { user, system } = process.cpuUsage(cpuBefore);
      return {
        ...{ calls: counts.calls, opens, opensWithData, messages, roundTrips },
        engineBytes: bytesIn + bytesOut,
        mostSessions: mostSessionsOpen,
        tenantCpuSeconds: (user + system) / 1e6,
      };
    },
    delay(latencyMs) {
      for (const each of [dials, engine.dials]) each.latencyMs = latencyMs;
      return true;
    },
    truth: () => truthIn(data),
    liveADay: () => liveADay(data),
  };
}

function truthIn(data: TenantData): Amounts {
  const viewer = data.plan.adminId;
  const documents = appIds(data).map((id) => data.document(id));
  const charts = documents.flatMap((app) => app.charts(viewer).filter(({ id }) => app.isVisible(id, viewer)));
  const sheets = documents.flatMap((app) => app.sheetIds(viewer));
  return { apps: documents.length, sheets: sheets.length, charts: charts.length };
}

function liveADay(data: TenantData): Amounts {
  const all = appIds(data);
  const firstChart = (id: string) => data.document(id).charts(data.plan.adminId)[0]?.id;
  const filled = all.values().filter((id) => firstChart(id));
  const edited = new Set(filled.take(Math.ceil(all.length / 100)));
  const reloaded = all.filter((id) => !edited.has(id)).slice(0, Math.ceil(all.length * 0.3));
  for (const id of edited) data.document(id).edit.change(firstChart(id) ?? '', { title: 'Sales at a glance' });
  for (const id of reloaded) data.document(id).edit.reload();
  return { edited: edited.size, reloaded: reloaded.length };
}

function appIds({ items }: TenantData): string[] {
  const apps = [...items.all()].filter(({ resourceType }) => resourceType === 'app');
  return apps.map(({ resourceId }) => resourceId);
}
