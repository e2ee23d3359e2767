import { stat } from 'node:fs/promises';
import { atMost } from '../aims.ts';
import { failures } from '../failures.ts';
import { type Figure, medianOf, ratio, wall, written, writtenOf } from '../figures.ts';
import type { Bench, Table, WalkReport } from '../part.ts';
import { curves } from '../picture/curves.ts';
import { readPrinted } from '../records.ts';
import { type Contender, type Result, takeTurns } from '../rounds.ts';
import { startTenant } from '../tenant.ts';

const TIMEOUT_MS = 1_800_000;
/** Larger tenants have one round. */
const LARGEST_REPEATED = 1_000;
const APPS = { sheets: 2, charts: 5 };
const SYNCS = ['first sync', 'unchanged second sync', "a day's change", 'all apps due'] as const;
/** Nothing of what is in apps is sent by it, and none of them opened. */
const UNCHANGED = { apps: 0, sheets: 0, charts: 0 };

/** What each sync took, at a size. */
interface Grown {
  readonly apps: number;
  readonly syncs: readonly Result[];
}

/** A figure that grows, or does not. */
interface Cost {
  readonly title: string;
  readonly figure: Figure;
}

const COUNTS: readonly Cost[] = [
  { title: 'REST calls', figure: ({ asked }) => asked?.calls ?? 0 },
  { title: 'apps opened', figure: ({ asked }) => asked?.opens ?? 0 },
  { title: 'messages', figure: ({ asked }) => asked?.messages ?? 0 },
  { title: 'MB printed', figure: ({ delivered }) => (delivered.printedBytes ?? 0) / 1e6 },
  { title: 'state, MB', figure: ({ delivered }) => (delivered.stateBytes ?? 0) / 1e6 },
];
const SECONDS: Cost = { title: 'seconds', figure: wall };

/** What a sync costs as the tenant grows: the first one, one after nothing happened, after a day, and one that is to look at all. */
export async function growth(bench: Bench): Promise<WalkReport> {
  const sizes = bench.isSmall ? [10, 30, 100] : [10, 100, 1_000, 10_000];
  const rounds = bench.isSmall ? 1 : 3;
  const measured = sizes.map((apps): Grown => ({ apps, syncs: [] }));
  for (let round = 1; round <= rounds; round++)
    for (const [index, { apps, syncs }] of measured.entries())
      if (round === 1 || apps <= LARGEST_REPEATED)
        measured[index] = { apps, syncs: together(syncs, await syncAll(bench, apps, round)) };
  const plots = [...COUNTS, SECONDS].map(({ title, figure }) => ({
    title,
    curves: SYNCS.map((name, index) => ({ name, points: pointsOf(measured, index, figure) })),
  }));
  return {
    title: 'Growth',
    aims: measured.map(({ apps, syncs }) => {
      const opens = syncs[1] && medianOf(syncs[1], ({ asked }) => asked?.opens ?? 0);
      return atMost(0, `${written(apps)} apps, unchanged second sync, apps opened`, opens);
    }),
    tables: [countTable(measured), multipleTable(measured)],
    picture: curves('What a sync costs as the tenant grows', plots, 'by the number of apps'),
    measured,
  };
}

/** The syncs of a new tenant, as results of one round. */
async function syncAll(bench: Bench, apps: number, round: number): Promise<Result[]> {
  await using tenant = await startTenant({ ...APPS, apps });
  const { connector } = bench;
  const truth = await tenant.ask('truth');
  let states = '';
  const contender = (name: (typeof SYNCS)[number]): Contender => ({
    name,
    ...(name === 'first sync' && { exactly: truth }),
    ...(name === 'unchanged second sync' && { exactly: UNCHANGED }),
    command: (folder) => {
      const settings = name === 'all apps due' ? { reread_apps_after_days: 0 } : {};
      const sync = { target: tenant.target, mode: 'incremental', state: states, settings } as const;
      return connector.readCommand(connector.bundle, folder, sync);
    },
    delivered: async (path) => {
      const { records, state } = await readPrinted(path);
      states = state;
      return { ...records, printedBytes: (await stat(path)).size, stateBytes: Buffer.byteLength(states) };
    },
  });
  const tell = (line: string) => bench.tell(`${written(apps)} apps, ${line}`);
  const results: Result[] = [];
  for (const name of SYNCS) {
    if (name === "a day's change") await tenant.ask('liveADay');
    const [result] = await takeTurns([contender(name)], { rounds: 1, timeoutMs: TIMEOUT_MS, tenant, tell });
    if (!result) continue;
    const run = result.runs[1];
    if (name === 'unchanged second sync' && run?.asked?.opens) throw new Error('an unchanged sync has opened apps');
    results.push({ ...result, runs: run ? { [round]: run } : {} });
  }
  return results;
}

/** Results of other rounds, sync by sync. */
function together(earlier: readonly Result[], later: readonly Result[]): Result[] {
  return later.map((result, index) => {
    const before = earlier[index];
    return before ? { ...result, ...before, runs: { ...before.runs, ...result.runs } } : result;
  });
}

function pointsOf(measured: readonly Grown[], sync: number, figure: Figure): [x: number, y: number][] {
  return measured.flatMap(({ apps, syncs }) => {
    const value = syncs[sync] && medianOf(syncs[sync], figure);
    return value === undefined ? [] : [[apps, value]];
  });
}

function countTable(measured: readonly Grown[]): Table {
  return {
    prose: `All streams of apps of ${APPS.sheets} sheets with ${APPS.charts} charts each, over plain connections, no latency, each tenant new. A day's change: 1 % of the apps are edited, 30 % are reloaded.
The day passes in the tenant, not on the clock, so that its change is alone. On the clock, apps are due by their age too: left to its default, the connector reads every app once a day (all apps due), with a longer \`reread_apps_after_days\` as many days' share.
The unchanged sync prints the coverage of apps that were read before, and now are not. Counts are the same in every round; what is printed also depends on the time, for states come every ten seconds.`,
    head: ['apps', 'sync', ...COUNTS.map(({ title }) => title)],
    rows: rowsOf(measured, (result) => COUNTS.map(({ figure }) => medianOf(result, figure))),
    notes: measured.flatMap(({ apps, syncs }) => failures(syncs).map((note) => `${written(apps)} apps: ${note}`)),
  };
}

function multipleTable(measured: readonly Grown[]): Table {
  const [least] = measured;
  const first = least?.syncs.map((result) => `${written(medianOf(result, wall))} s`).join(', ');
  const costs = [...COUNTS, SECONDS];
  return {
    prose: `The same as multiples of those at ${least?.apps} apps, where the four syncs take ${first}; above ${written(LARGEST_REPEATED)} apps one round.`,
    head: ['apps', 'sync', ...costs.map(({ title }) => title.replace(/^MB |, MB$/, ''))],
    rows: rowsOf(measured.slice(1), (result, sync) => {
      const reference = least?.syncs[sync];
      return costs.map(({ figure }) => reference && ratio(result, reference, figure));
    }),
  };
}

function rowsOf(
  measured: readonly Grown[],
  figures: (result: Result, sync: number) => (number | undefined)[],
): string[][] {
  return measured.flatMap(({ apps, syncs }) =>
    syncs.map((result, sync) => {
      const cells = figures(result, sync).map((value) => writtenOf(result, value));
      return [written(apps), result.name, ...cells];
    }),
  );
}
