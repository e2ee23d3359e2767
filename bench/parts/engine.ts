import { type Aim, atLeast } from '../aims.ts';
import { failures } from '../failures.ts';
import { type Figure, medianOf, ratio, wall, written, writtenOf } from '../figures.ts';
import type { Bench, Table, WalkReport } from '../part.ts';
import type { Peer } from '../peer.ts';
import { datahub } from '../peers/datahub.ts';
import { openmetadata } from '../peers/openmetadata.ts';
import { type Bar, bars, type Panel } from '../picture/bars.ts';
import { readPrinted } from '../records.ts';
import { type Contender, enter, type Result, runOnce, takeTurns } from '../rounds.ts';
import { startTenant, type Tenant } from '../tenant.ts';
import type { Amounts } from '../tenant-acts.ts';

/** For whoever asks one thing after the other. */
const TIMEOUT_MS = 3_600_000;

/** Apps of so many sheets, and charts on a sheet. */
interface Apps {
  readonly sheets: number;
  readonly charts: number;
}

const PEERS: { readonly [name: string]: Peer } = { DataHub: datahub, OpenMetadata: openmetadata };

/** What is read, how far away it is, and who takes part in how many rounds. */
interface Case {
  readonly apps: number;
  readonly latencyMs: number;
  readonly rounds: number;
  /** Of those that take part. */
  readonly peerRounds: { readonly [name: string]: number };
}

interface Measured extends Case {
  readonly truth: Amounts;
  readonly results: readonly Result[];
}

/** What it takes to read what is in apps, over TLS. */
export async function engine(bench: Bench): Promise<WalkReport> {
  const apps = bench.isSmall ? { sheets: 2, charts: 3 } : { sheets: 5, charts: 8 };
  const measured: Measured[] = [];
  for (const cases of bench.isSmall ? SMALL_CASES : CASES) measured.push(...(await measureTenant(bench, apps, cases)));
  const told = measured.filter(({ latencyMs }) => latencyMs === 20);
  return {
    title: 'The engine',
    aims: told.flatMap(aims),
    tables: [wallTable(measured, apps), ...told.map(costTable)],
    picture: bars('Reading what is in apps', measured.filter(hasPeers).map(panel)),
    measured,
  };
}

const CASES: readonly (readonly Case[])[] = [
  [
    { apps: 20, latencyMs: 0, rounds: 3, peerRounds: { DataHub: 1, OpenMetadata: 1 } },
    { apps: 20, latencyMs: 20, rounds: 3, peerRounds: { DataHub: 3, OpenMetadata: 3 } },
    { apps: 20, latencyMs: 50, rounds: 3, peerRounds: { DataHub: 1, OpenMetadata: 1 } },
  ],
  [
    { apps: 100, latencyMs: 0, rounds: 3, peerRounds: { DataHub: 1, OpenMetadata: 1 } },
    { apps: 100, latencyMs: 20, rounds: 3, peerRounds: { DataHub: 3, OpenMetadata: 3 } },
    { apps: 100, latencyMs: 50, rounds: 3, peerRounds: { DataHub: 1, OpenMetadata: 1 } },
  ],
  [
    { apps: 1_000, latencyMs: 0, rounds: 1, peerRounds: { OpenMetadata: 1 } },
    { apps: 1_000, latencyMs: 20, rounds: 1, peerRounds: { OpenMetadata: 1 } },
    { apps: 1_000, latencyMs: 50, rounds: 1, peerRounds: {} },
  ],
];

const SMALL_CASES: typeof CASES = [
  [0, 20].map((latencyMs) => ({ apps: 3, latencyMs, rounds: 1, peerRounds: { DataHub: 1, OpenMetadata: 1 } })),
  [{ apps: 10, latencyMs: 20, rounds: 1, peerRounds: {} }],
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
    const all = await contenders(bench, tenant, { truth, peerRounds: each.peerRounds });
    // The tenant is warm for the first, too.
    if (measured.length === 0) await runOnce(all[0] as Contender, turns);
    measured.push({ ...each, truth, results: await takeTurns(all, turns) });
  }
  return measured;
}

async function contenders(
  { connector }: Bench,
  { target }: Tenant,
  { truth, peerRounds }: Pick<Measured, 'truth' | 'peerRounds'>,
): Promise<Contender[]> {
  const own = (name: string, settings?: object): Contender => ({
    name,
    exactly: truth,
    command: (folder) =>
      connector.readCommand(connector.bundle, folder, { target, mode: 'incremental', settings: settings ?? {} }),
    delivered: async (path) => {
      const { apps = 0, sheets = 0, charts = 0, ...more } = (await readPrinted(path)).records;
      return { apps, sheets, charts, others: Object.values(more).reduce((sum, rows) => sum + rows, 0) };
    },
  });
  const peers = Object.entries(peerRounds).map(([name, rounds]) =>
    enter(PEERS[name] as Peer, { name, target, rounds }),
  );
  const all = [own('connector, 4 apps at a time'), own('connector, 10 apps at a time', { concurrent_apps: 10 })];
  return [...all, ...(await Promise.all(peers))];
}

/** Beside each peer, of 100 apps. */
function aims({ apps, latencyMs, results }: Measured): Aim[] {
  const [own, , ...peers] = results as [Result, Result, ...Result[]];
  if (apps !== 100) return [];
  const of = `${written(apps)} apps at ${latencyMs} ms`;
  return peers.map((peer) =>
    atLeast(10, `${of}, ${peer.name}, wall time times that of the connector`, ratio(peer, own, wall)),
  );
}

function hasPeers({ peerRounds }: Case): boolean {
  return Object.keys(peerRounds).length > 0;
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
Every answer is kept back for the time named. Rounds: 3, above 100 apps and of peers 1, of peers at 20 ms up to 100 apps 3.
A round trip is a wave: all that is asked before an answer comes. Others are spaces and people, of the connector also roles, groups, connections and coverage, of the peers also tables that apps load.
DataHub lists apps space by space, and of personal ones those of whoever asks; both peers open apps with their data.`,
    head: ['', ...measured.map(({ apps, latencyMs }) => `${written(apps)} apps, ${latencyMs} ms`)],
    rows: [
      ['the reference', ...references.map((each) => `${written(medianOf(each, wall))} s`)],
      ...names.map((name) => [name, ...cells(name)]),
    ],
    notes: [...leftOut(measured), ...measured.flatMap(failuresOf)],
  };
}

/** Why peers are not run with the most: how long it would take, by the trips they make for an app that they open. */
function leftOut(measured: readonly Measured[]): string[] {
  const largest = measured.at(-1);
  const seen = measured.findLast(({ latencyMs, results }) => latencyMs > 0 && results.length > 3);
  const slow = seen?.results.slice(2).filter(({ failure }) => !failure) ?? [];
  return slow.flatMap((result) => {
    if (!largest || largest.results.some(({ name }) => name === result.name)) return [];
    const trips = Math.round(tripsOf(result) / (medianOf(result, ({ asked }) => asked?.opens ?? 0) || 1));
    const minutes = (trips * largest.apps * largest.latencyMs) / 60_000;
    return [
      `${result.name} is left out of the largest cases for the time that it takes: it makes about ${trips} round trips for an app that it opens, one after the other, so ${written(largest.apps)} apps at ${largest.latencyMs} ms take at least ${trips} x ${written(largest.apps)} x ${largest.latencyMs} ms = ${written(minutes)} minutes.`,
    ];
  });
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
const KINDS = ['apps', 'sheets', 'charts', 'others'];

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
  const there = [...titles.map(() => ''), ...KINDS.map((kind) => (kind in truth ? written(truth[kind]) : ''))];
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
