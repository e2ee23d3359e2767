import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questions } from '../../scripts/questions.ts';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { live } from '../../src/simulator/life.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { answerTo, fillTables, inLowerCase, rowsIn, withDuckDB } from '../support/duckdb.ts';
import { readHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { apiKeySettings, MAIN } from '../support/program.ts';
import { answersTo } from '../support/questions.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';
import { truthOf } from '../support/truth.ts';
import { virtualEnvironment } from '../support/virtual-environment.ts';
import { DOCKER_ENV, IMAGE } from './image.ts';

const RECIPE = new URL('../../docs/recipes/pyairbyte.py', import.meta.url).pathname;

/** Rows by stream, without the columns that tell when the connector saw them. */
interface Tables {
  readonly [stream: string]: readonly Json[];
}

/** The rows of all tables that meet a condition. */
async function tablesIn(connection: DuckDBConnection, condition: string): Promise<Tables> {
  const tables: { [stream: string]: Json[] } = {};
  for (const stream of TENANT_STREAMS) tables[stream] = await rowsIn(connection, stream, condition);
  return withoutTimes(tables);
}

/** What the tenant holds, by way of tables of the same types. */
function truthIn(tenant: SimulatedTenant): Promise<Tables> {
  return withDuckDB(async (connection) => {
    await fillTables(connection, truthOf(tenant, TENANT_STREAMS));
    return tablesIn(connection, 'true');
  });
}

/** Leaves out columns whose values no other sync of the same tenant would have. */
function withoutTimes(tables: Tables): Tables {
  const times = /^(_ab_cdc_\w+|seenat|deletedat|lastreadat)$/;
  const kept = (row: Json) =>
    Object.fromEntries(Object.entries(inLowerCase(row)).filter(([column]) => !times.test(column)));
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map(kept)]));
}

/** What names each row, its columns in lower case; a tombstone holds no more. */
function keysOf(tables: Tables): string[] {
  return Object.entries(tables).flatMap(([name, rows]) => {
    const { primaryKey = [] } = streams.find((stream) => stream.name === name) ?? {};
    return rows.map((row) => [name, ...primaryKey.map((field) => row[field.toLowerCase()])].join(' '));
  });
}

describe.each([
  ['a program', ['--executable', MAIN]],
  ['an image', ['--image', IMAGE, '--host-network']],
])('PyAirbyte, to which the connector is %s', (_, connector) => {
  let tenant: SimulatedTenant;
  let folder: string;
  let path: string;
  const tables: Tables[] = [];
  const truths: Tables[] = [];
  const reads: Outcome[] = [];

  async function sync(): Promise<void> {
    const env = {
      ...DOCKER_ENV,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      DO_NOT_TRACK: '1',
    };
    const words = [RECIPE, join(folder, 'config.json'), ...connector, '--duckdb', path];
    await promisify(execFile)(join(virtualEnvironment('pyairbyte'), 'python'), words, { env, cwd: folder });
    tables.push(await withDuckDB((connection) => tablesIn(connection, '_ab_cdc_deleted_at IS NULL'), path));
    truths.push(await truthIn(tenant));
    reads.push(await readHere(tenant, { mode: 'incremental', after: reads }, {}));
  }

  beforeAll(async () => {
    tenant = await startSimulatedTenant({ users: 150, apps: 8 });
    folder = await mkdtemp(join(tmpdir(), 'pyairbyte-'));
    path = join(folder, 'qlik.duckdb');
    await writeFile(join(folder, 'config.json'), JSON.stringify(apiKeySettings(tenant)));
    await sync();
    live(tenant.data);
    await sync();
  }, 300_000);
  afterAll(async () => {
    await tenant.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['the first sync', 0],
    ['changes and deletions', 1],
  ])('has tables that equal the tenant after %s', (_, at) => {
    expect(tables[at]).toEqual(truths[at]);
  });

  it('keeps what was deleted as rows that say so', async () => {
    const left = new Set(keysOf(truths[1] as Tables));
    const gone = keysOf(truths[0] as Tables).filter((key) => !left.has(key));
    expect(gone.length).toBeGreaterThan(0);
    const buried = await withDuckDB((connection) => tablesIn(connection, '_ab_cdc_deleted_at IS NOT NULL'), path);
    expect(keysOf(buried).sort()).toEqual(gone.sort());
  });

  it('answers the questions as the rows do that were sent', async () => {
    const answers: { [question: string]: Json[] } = {};
    await withDuckDB(async (connection) => {
      for (const { name, sql } of questions()) answers[name] = await answerTo(connection, sql);
    }, path);
    expect(withoutTimes(answers)).toEqual(withoutTimes(await answersTo(reads.flatMap(({ lines }) => lines))));
    expect(Object.values(answers).filter((rows) => rows.length > 0).length).toBeGreaterThan(5);
  });
});
