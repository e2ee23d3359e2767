import { expect, it } from 'vitest';
import { startSimulatedTenant } from '../src/demo/tenant.ts';
import { only, run } from './program.ts';
import { deliveredBy, truthOf } from './truth.ts';
it.each(['evaluated','stored'] as const)('try %s', async (way) => {
  await using tenant = await startSimulatedTenant({apps: 60});
  tenant.engine.dials.listedExpressions = way; tenant.data.documents.propertyPadding=0; tenant.engine.dials.latencyMs=25;
  const names = ['sheets', 'charts'];
  const result = await run('read', { tenant, catalog: await only(...names) });
  console.log(JSON.stringify({...tenant.engine.counts, visits: tenant.engine.counts.visits.slice(0,30).map(v=>`${v.messages}/${v.roundTrips}`)}), result.ends, result.messages.filter(m=>m.log));
  const got = deliveredBy(result, names), want = truthOf(tenant, names);
  for (const n of names) {
   const g = new Map(got[n]!.map(r=>[`${r.appId} ${r.id}`, r])), w = new Map(want[n]!.map(r=>[`${r.appId} ${r.id}`, r]));
   console.log(n, g.size, w.size, [...w.keys()].filter(k=>!g.has(k)).length, [...g.keys()].filter(k=>!w.has(k)).length);
   let diff=0; const fields: any = {};
   for (const [k, row] of w) { const o = g.get(k); if (!o) continue; for (const f of new Set([...Object.keys(row), ...Object.keys(o)])) if (JSON.stringify(row[f]) !== JSON.stringify(o[f])) { fields[f] ??= []; fields[f].push([row[f], o[f]]); diff++ } }
   for (const f in fields) console.log(n, f, fields[f].length, JSON.stringify(fields[f].slice(0,3)));
  }
}, 30000);
