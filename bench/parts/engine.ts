import { failures } from '../failures.ts';
import { type Figure, medianOf, ratio, wall, written, writtenOf } from '../figures.ts';
import type { Bench, Findings, Table } from '../part.ts';
import { datahub } from '../peers/datahub.ts';
import { openmetadata } from '../peers/openmetadata.ts';
import { type Bar, bars, type Panel } from '../picture/bars.ts';
import { readPrinted } from '../records.ts';
import { type Amounts, type Contender, enter, type Result, runOnce, takeTurns } from '../rounds.ts';
import { startTenant, type Tenant } from '../tenant.ts';

/** DataHub, which asks one thing after the other, takes a quarter of an hour for 100 apps at 20 ms. */
const TIMEOUT_MS = 3_600_000;

/** Apps of so many sheets, and charts on a sheet. */
interface Apps {
  readonly sheets: number;
  readonly charts: number;
}

/** What is read, how far away it is, and who takes part in how many rounds. */
interface Case {
  readonly apps: number;
  readonly latencyMs: number;
  readonly rounds: number;
  readonly hasPeers: boolean;
}

interface Measured extends Case {
  readonly truth: Amounts;
  readonly results: readonly Result[];
}

/** What it takes to read what is in apps, over TLS. */
export async function engine(bench: Bench): Promise<Findings> {
  const apps = bench.isSmall ? { sheets: 2, charts: 3 } : { sheets: 5, charts: 8 };
  const measured: Measured[] = [];
  for (const cases of bench.isSmall ? SMALL_CASES : CASES) measured.push(...(await measureTenant(bench, apps, cases)));
  const told = measured.filter(({ latencyMs }) => latencyMs === 20);
  return {
    title: 'The engine',
    tables: [wallTable(measured, apps), ...told.map(costTable)],
    picture: bars('Reading what is in apps', measured.filter(({ hasPeers }) => hasPeers).map(panel)),
    measured,
  };
}

const CASES: readonly (readonly Case[])[] = [
  [0, 20, 50].map((latencyMs) => ({ apps: 20, latencyMs, rounds: 3, hasPeers: true })),
  [0, 20, 50].map((latencyMs) => ({ apps: 100, latencyMs, rounds: 3, hasPeers: latencyMs === 20 })),
  [0, 20, 50].map((latencyMs) => ({ apps: 1_000, latencyMs, rounds: 1, hasPeers: false })),
];

const SMALL_CASES: typeof CASES = [
  [0, 20].map((latencyMs) => ({ apps: 3, latencyMs, rounds: 1, hasPeers: true })),
  [{ apps: 10, latencyMs: 20, rounds: 1, hasPeers: false }],
];

/** All cases of one tenant. */
async function measureTenant(bench: Bench, size: Apps, cases: readonly Case[]): Promise<Measured[]> {
  await using tenant = await startTenant({ ...size, apps: cases[0]?.apps ?? 0, users: 20 }, bench.folder);
  const truth = await tenant.ask('truth');
  const measured: Measured[] = [];
  for (const each of cases) {
    await tenant.ask('delay', each.latencyMs);
    const tell = (line: string) => bench.tell(`${each.apps} apps at ${each.latencyMs} ms, ${line}`);
    const turns = { rounds: each.rounds, timeoutMs: TIMEOUT_MS, tenant, tell };
    const all = await contenders(bench, tenant, { truth, hasPeers: each.hasPeers });
    // The tenant is warm for the first, too.
    if (measured.length === 0) await runOnce(all[0] as Contender, turns).catch(() => undefined);
    measured.push({ ...each, truth, results: await takeTurns(all, turns) });
  }
  return measured;
}

async function contenders(
  { connector }: Bench,
  { target }: Tenant,
  { truth, hasPeers }: { truth: Amounts; hasPeers: boolean },
): Promise<Contender[]> {
  const own = (name: string, settings?: object): Contender => ({
    name,
    expected: truth,
    command: (folder) =>
      connector.read(connector.bundle, folder, { target, mode: 'incremental', settings: settings ?? {} }),
    delivered: async (path) => {
      const { apps = 0, sheets = 0, charts = 0 } = (await readPrinted(path)).records;
      return { apps, sheets, charts };
    },
  });
  const peers = [
    enter(datahub, { name: 'DataHub', target, rounds: 1 }),
    enter(openmetadata, { name: 'OpenMetadata', target, rounds: 1 }),
  ];
  const all = [own('connector, 4 apps at a time'), own('connector, 10 apps at a time', { concurrent_apps: 10 })];
  return hasPeers ? [...all, ...(await Promise.all(peers))] : all;
}

function wallTable(measured: readonly Measured[], { sheets, charts }: Apps): Table {
  const names = [...new Set(measured.flatMap(({ results }) => results.map(({ name }) => name)))];
  const references = measured.map(({ results }) => results[0] as Result);
  const cells = (name: string) =>
    measured.map(({ results }, index) => {
      const result = results.find((each) => each.name === name);
      return result ? writtenOf(result, ratio(result, references[index] as Result, wall)) : '-';
    });
  return {
    prose: `Wall time of a first sync of all streams; apps of ${sheets} sheets with ${charts} charts each, and what comes with them. The reference is the connector as it is set by default.
Every answer is kept back for the time named; peers run once a case.`,
    head: ['', ...measured.map(({ apps, latencyMs }) => `${written(apps)} apps, ${latencyMs} ms`)],
    rows: [
      ['the reference', ...references.map((each) => `${written(medianOf(each, wall))} s`)],
      ...names.map((name) => [name, ...cells(name)]),
    ],
    notes: [...leftOut(measured), ...measured.flatMap(failuresOf)],
  };
}

/** Why the slowest is not run with the most: how long it would take, by what it took. */
function leftOut(measured: readonly Measured[]): string[] {
  const largest = measured.at(-1);
  const seen = measured.findLast(({ hasPeers, latencyMs }) => hasPeers && latencyMs > 0);
  const [slowest] = seen?.results.filter(({ failure }) => !failure).toSorted((a, b) => tripsOf(b) - tripsOf(a)) ?? [];
  if (!largest || !seen || !slowest) return [];
  const trips = Math.round(tripsOf(slowest) / seen.apps);
  const hours = (trips * largest.apps * largest.latencyMs) / 3_600_000;
  return [
    `Peers are left out of the other cases for the time that it takes: ${slowest.name} makes about ${trips} round trips an app, one after the other, so ${written(largest.apps)} apps at ${largest.latencyMs} ms are ${trips} x ${written(largest.apps)} x ${largest.latencyMs} ms = ${written(hours)} hours.`,
  ];
}

/** Of REST and of the engine. */
function tripsOf(result: Result): number {
  return medianOf(result, ({ asked }) => (asked?.roundTrips ?? 0) + (asked?.calls ?? 0)) ?? 0;
}

function failuresOf({ apps, latencyMs, results }: Measured): string[] {
  return failures(results).map((failure) => `${written(apps)} apps, ${latencyMs} ms: ${failure}`);
}

const bytes: Figure = ({ asked }) => asked?.engineBytes ?? 0;
const COUNTS: { readonly [title: string]: Figure } = {
  'REST calls': ({ asked }) => asked?.calls ?? 0,
  opened: ({ asked }) => asked?.opens ?? 0,
  'with data': ({ asked }) => asked?.opensWithData ?? 0,
  messages: ({ asked }) => asked?.messages ?? 0,
  'round trips': ({ asked }) => asked?.roundTrips ?? 0,
  'sessions at once': ({ asked }) => asked?.mostSessions ?? 0,
};
const KINDS = ['apps', 'sheets', 'charts'];

/** What each asked and delivered. */
function costTable({ apps, latencyMs, truth, results }: Measured): Table {
  const [reference] = results as [Result];
  const rows = results.map((result) => {
    const counts = Object.values(COUNTS).map((figure) => medianOf(result, figure));
    const delivered = KINDS.map((kind) => medianOf(result, (run) => run.delivered[kind] ?? 0));
    const figures = [...counts, ratio(result, reference, bytes), ...delivered];
    return [result.name, ...figures.map((value) => writtenOf(result, value))];
  });
  const titles = [...Object.keys(COUNTS), 'bytes'];
  const there = [...titles.map(() => ''), ...KINDS.map((kind) => written(truth[kind]))];
  const megabytes = written((medianOf(reference, bytes) ?? Number.NaN) / 1e6);
  return {
    prose: `What each asked, and delivered, of ${written(apps)} apps at ${latencyMs} ms. The reference exchanges ${megabytes} MB with the engine, before compression.`,
    head: ['', ...titles, ...KINDS],
    rows: [...rows, ['the tenant holds', ...there]],
  };
}

function panel({ apps, latencyMs, results }: Measured): Panel {
  const [reference] = results as [Result];
  const title = `Wall time for ${written(apps)} apps at ${latencyMs} ms, times that of the connector`;
  return {
    title,
    bars: results.map((result): Bar => {
      const value = ratio(result, reference, wall);
      return { name: result.name, value, text: writtenOf(result, value), isOwn: result.name.startsWith('connector') };
    }),
  };
}
