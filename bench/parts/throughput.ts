import { type Aim, atLeast, atMost } from '../aims.ts';
import type { Program, Sync } from '../connector.ts';
import { failures } from '../failures.ts';
import { cpu, excess, type Figure, medianOf, memory, ratio, wall, written, writtenOf } from '../figures.ts';
import type { Bench, Table, WalkReport } from '../part.ts';
import type { Peer } from '../peer.ts';
import { airbyteCdk, airbyteCdkIncremental } from '../peers/airbyte-cdk.ts';
import { dlt } from '../peers/dlt.ts';
import { faros } from '../peers/faros.ts';
import { floor, floorCompressed } from '../peers/floor.ts';
import { bars } from '../picture/bars.ts';
import { readPrinted } from '../records.ts';
import { type Contender, enter, type Result, runOnce, takeTurns } from '../rounds.ts';
import { startTenant } from '../tenant.ts';
import { memoryBySize } from './memory.ts';
import { readsUsers } from './users.ts';

const TIMEOUT_MS = 1_200_000;
const PEER_ROUNDS = 3;
const CDK = 'Airbyte Python CDK';
const PEERS: { readonly [name: string]: Peer } = {
  [CDK]: airbyteCdk,
  [`${CDK}, incremental`]: airbyteCdkIncremental,
  dlt,
  'faros-airbyte-cdk': faros,
};

/** What it takes to read a long list over REST, and how much memory that needs as the list grows. */
export async function throughput(bench: Bench): Promise<WalkReport> {
  const users = bench.isSmall ? 2_000 : 100_000;
  const rounds = bench.isSmall ? 1 : 5;
  const results = await measureAll(bench, users, rounds);
  const grown = await memoryBySize(bench);
  const [reference] = results as [Result];
  const cdk = results.find(({ name }) => name.startsWith(CDK));
  const rate = rateOf(users);
  const panel = (title: string, value: (result: Result) => number | undefined) => ({
    title,
    bars: results.map((result) => ({
      name: result.name,
      value: value(result),
      text: writtenOf(result, value(result)),
      isOwn: result.name.startsWith('connector'),
    })),
  });
  return {
    title: 'Throughput',
    aims: [...aims(results, { reference, cdk, users, rounds }), ...grown.aims],
    tables: [table(results, { reference, cdk, users, rounds }), grown.table],
    picture: bars(`Reading ${written(users)} users`, [
      panel(`CPU time for ${written(users)} users, times that of the floor`, (each) => ratio(each, reference, cpu)),
      panel('Rows a second, times those of the floor', (each) => ratio(each, reference, rate)),
      panel('Peak memory over that of the floor, MiB', (each) => excess(each, reference, memory)),
      grown.panel,
    ]),
    measured: { users: results, memory: grown.measured },
  };
}

async function measureAll(bench: Bench, users: number, rounds: number): Promise<Result[]> {
  await using tenant = await startTenant({ users });
  const turns = { rounds, timeoutMs: TIMEOUT_MS, tenant, tell: bench.tell };
  const all = { target: tenant.target, expected: { users } };
  const { bundle, sources } = bench.connector;
  // Besides a state to go on from, this makes the tenant warm.
  let state = '';
  const first = readsUsers(bench, bundle, { target: tenant.target, mode: 'incremental' });
  const keepState = async (path: string) => {
    state = (await readPrinted(path)).state;
    return {};
  };
  await runOnce({ ...first, delivered: keepState }, turns);
  const peers = Object.entries(PEERS).map(([name, peer]) => enter(peer, { ...all, name, rounds: PEER_ROUNDS }));
  const own = (name: string, program: Program, sync: Partial<Sync>, exactly = { users }) => ({
    ...readsUsers(bench, program, { target: tenant.target, mode: 'full_refresh', ...sync }),
    name: `connector, ${name}`,
    exactly,
  });
  const contenders: Contender[] = [
    await enter(floor, { ...all, name: 'the floor' }),
    await enter(floorCompressed, { ...all, name: 'the floor, compressed' }),
    own('full refresh', bundle, {}),
    own('first incremental', bundle, { mode: 'incremental' }),
    own('unchanged incremental', bundle, { mode: 'incremental', state }, { users: 0 }),
    own('full refresh, from sources', sources, {}),
    ...(await Promise.all(peers)),
  ];
  return await takeTurns(contenders, turns);
}

/** Rows that are read a second. */
function rateOf(users: number): Figure {
  return ({ wallSeconds }) => users / wallSeconds;
}

function aims(results: readonly Result[], { reference, cdk, users }: Facts): Aim[] {
  const named = (name: string) => results.find((each) => each.name === `connector, ${name}`) as Result;
  const cpuOf = (name: string) => ratio(named(name), reference, cpu);
  const all = `${written(users)} users`;
  return [
    atMost(1.25, `${all}, full refresh, CPU times that of the floor`, cpuOf('full refresh')),
    atMost(1.6, `${all}, first incremental, CPU times that of the floor`, cpuOf('first incremental')),
    atMost(1.6, `${all}, unchanged incremental, CPU times that of the floor`, cpuOf('unchanged incremental')),
    atMost(
      110,
      `${all}, unchanged incremental, MiB over the floor`,
      excess(named('unchanged incremental'), reference, memory),
    ),
    atLeast(
      10,
      `${all}, full refresh, rows a second times those of the Python CDK`,
      cdk && ratio(named('full refresh'), cdk, rateOf(users)),
    ),
  ];
}

interface Facts {
  readonly reference: Result;
  readonly cdk: Result | undefined;
  readonly users: number;
  readonly rounds: number;
}

function table(results: readonly Result[], { reference, cdk, users, rounds }: Facts): Table {
  const rate = rateOf(users);
  const of = (figure: Figure) => written(medianOf(reference, figure));
  const busy = medianOf(reference, ({ asked, wallSeconds }) => (asked?.tenantCpuSeconds ?? 0) / wallSeconds);
  const rows = results.map((result) => [
    result.name,
    ...[
      ratio(result, reference, cpu),
      ratio(result, reference, wall),
      ratio(result, reference, rate),
      cdk && ratio(result, cdk, rate),
      excess(result, reference, memory),
      medianOf(result, ({ delivered }) => delivered.users ?? 0),
    ].map((value) => writtenOf(result, value)),
  ]);
  return {
    prose: `${written(users)} users, 100 a page, no latency. Rounds: ${rounds}, of the peers ${Math.min(rounds, PEER_ROUNDS)}. The floor takes ${of(cpu)} s of CPU and ${of(wall)} s, that is ${of(rate)} rows a second, and ${of(memory)} MiB.
During ${written((busy ?? 0) * 100)} % of that time the tenant is at work, and whoever is faster waits for it: of wall times the ratios are smaller than of CPU times. Rows a second are those that were read; the unchanged sync prints none.
The floor asks for pages as they are. The connector asks for compressed ones, of which the wire carries a fraction: the second floor shows what that takes.`,
    head: ['', 'CPU', 'wall', 'rows a second', 'the same, CDK = 1', 'memory over the floor, MiB', 'rows delivered'],
    rows,
    notes: failures(results),
  };
}
