/**
 * Writes the states that this version leaves into a folder: `npx node integration_tests/sync/states/write.ts <folder>`. To be run
 * before a release, so that the versions after it can be held to reading them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PartitionLedger } from '../../../src/cdk/ledger/partition-ledger.ts';
import { RowLedger } from '../../../src/cdk/ledger/row-ledger.ts';
import type { JsonObject } from '../../../src/cdk/protocol/messages.ts';
import type { Outcome } from '../../../src/cdk/testing/library.ts';
import { type Line, savedIn } from '../../../src/cdk/testing/lines.ts';
import { appIds, openScene } from './scene.ts';

const [folder = ''] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
await using scene = await openScene((proxyUrl) => {
  process.env.HTTPS_PROXY = proxyUrl;
});
const { tenant } = scene;

await write('first-sync', await scene.sync());
await write('full-refresh', await scene.sync({ mode: 'full_refresh', streams: ['sheets', 'charts'] }));
await writeInterrupted();
await writeRefused();
await writeOverfull();

/** The last STATE of each stream, as they were printed. */
async function write(name: string, { lines }: Pick<Outcome, 'lines'>): Promise<void> {
  const states = new Map(lines.flatMap((line) => (line.state ? [[nameOf(line), line]] : [])));
  const text = [...states.values()].map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeFile(join(folder, `${name}.jsonl`), text);
}

/** What a full refresh and an incremental sync leave that are killed after the first app. */
async function writeInterrupted(): Promise<void> {
  for (const mode of ['full_refresh', 'incremental'] as const) {
    const { lines } = await scene.sync({ mode, streams: ['sheets', 'charts'] });
    const [firstApp] = appIds(tenant);
    const isOfAnother = ({ record }: Line) => record !== undefined && record.data.appId !== firstApp;
    await write(`interrupted-${mode.replace('_', '-')}`, { lines: lines.slice(0, lines.findIndex(isOfAnother)) });
  }
}

/** An app may not be opened, and more than half of the users are missing. */
async function writeRefused(): Promise<void> {
  const [app = ''] = appIds(tenant);
  tenant.engine.faults.add({ app, close: 4203 });
  const streams = ['users', 'apps', 'sheets', 'charts', 'app_coverage'];
  const { lines } = await scene.sync({ streams });
  tenant.faults.add({ path: '/api/v1/users', status: 200, body: await halfOfUsers() });
  await write('refused-and-doubted', await scene.sync({ streams, state: savedIn(lines) }));
  tenant.faults.clear();
  tenant.engine.faults.clear();
}

async function halfOfUsers(): Promise<unknown> {
  const data = [...tenant.data.users.all()].slice(0, 10);
  return { data, links: { self: { href: `${tenant.url}/api/v1/users` } } };
}

/** Of ledgers that may name no more than one row, as others name no more than a million. */
async function writeOverfull(): Promise<void> {
  const { lines } = await scene.sync({ streams: ['users', 'charts'] });
  const overfull = { users: fullOfRows, charts: fullOfPartitions };
  const states = savedIn(lines);
  await write('overfull', { lines: states.map((line) => withLedger(line, overfull[nameOf(line) as 'users'])) });
}

function fullOfRows({ keys, prints, ...circumstances }: JsonObject): object {
  const ledger = new RowLedger({}, { isGuarded: true, mostKeys: 1 });
  for (const { id, lastUpdatedAt } of tenant.data.users.all()) ledger.take(id, id, lastUpdatedAt);
  ledger.settle();
  return { ...circumstances, ...ledger.save('complete') };
}

function fullOfPartitions(saved: JsonObject): object {
  const options = { rereadAfterMs: 86_400_000, isGuarded: true, columns: undefined, mostKeys: 1 };
  const { partitions } = new PartitionLedger(saved, options).save('complete');
  // Of other columns than those of the state, the ledger wants all partitions read again.
  const times = (saved.partitions as JsonObject[]).map(({ readAt }) => ({ readAt }));
  return { ...saved, partitions: (partitions as JsonObject[]).map((entry, index) => ({ ...entry, ...times[index] })) };
}

function withLedger(line: Line, full: (saved: JsonObject) => object): Line {
  const { stream } = line.state as NonNullable<Line['state']>;
  const stream_state = full(stream.stream_state) as JsonObject;
  return { ...line, state: { ...line.state, stream: { ...stream, stream_state } } as NonNullable<Line['state']> };
}

function nameOf({ state }: Line): string {
  return state?.stream.stream_descriptor.name ?? '';
}
