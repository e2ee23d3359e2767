import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { live } from '../../src/simulator/life.ts';
import { streams } from '../../src/streams/index.ts';
import { type Message, messagesOf } from '../support/messages.ts';
import { startPostgres } from '../support/postgres.ts';
import { virtualEnvironment } from '../support/virtual-environment.ts';
import { call, recipe, tablesIn, wantedTables } from './recipes.ts';
import { cluster, container, manifest, pod } from './recipes-pod.ts';

const ALL = streams.map(({ name }) => name);

const streamsOf = (states: readonly Message[]) => states.map(({ state }) => state?.stream.stream_descriptor.name ?? '');

async function messagesIn(file: string | undefined): Promise<Message[]> {
  return messagesOf(await readFile(file ?? '', 'utf8'));
}

const typesIn = (messages: readonly Message[]) => new Set(messages.map(({ type }) => type));

describe("the CronJob's script", () => {
  it('keeps messages and states, goes on from them, and hands the exit code on', async () => {
    await using stage = await cluster();
    const { tenant, job } = stage;
    const first = await call(job);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect((await stage.messages()).map((file) => file.replace(/.*T\d{6}\.\d{3}Z/, ''))).toEqual(['.jsonl']);
    expect(streamsOf(messagesOf(await stage.states())).sort()).toEqual([...ALL].sort());
    expect(typesIn(messagesOf(first.stdout))).toEqual(new Set(['TRACE']));

    live(tenant.data);
    const allow = tenant.faults.forbid('groups');
    const second = await call(job);
    expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining('answered 403') });
    expect(streamsOf(messagesOf(await stage.states())).sort()).toEqual([...ALL].sort());
    allow();
    expect((await call(job)).code).toBe(0);
    const files = await stage.messages();
    const sent = await Promise.all(files.map(async (file) => (await messagesIn(file)).filter(({ record }) => record)));
    expect(sent[1]?.length).toBeLessThan((sent[0]?.length ?? 0) / 2);

    await using postgres = await startPostgres();
    const loaded = await call(['sh', recipe('load.sh'), ...files], postgres.env);
    expect(loaded).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
  });
});

describe('the manifest and the DAG', () => {
  it("are understood by Kubernetes' client and by Airflow as they are meant", async () => {
    const python = join(virtualEnvironment('airflow'), 'python');
    const judge = new URL('python/recipes.py', import.meta.url).pathname;
    const env = { PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout, stderr } = await call([python, judge, recipe('cronjob.yaml'), recipe('')], env);
    const printed = stdout.trim().split('\n').at(-1);
    const { objects, importErrors, dags } = JSON.parse(printed || `{"error": ${JSON.stringify(stderr)}}`);
    expect(objects).toEqual(manifest);
    expect(importErrors).toEqual({});
    expect(dags).toEqual([expect.objectContaining({ id: 'qlik_sense_cloud', maxActiveRuns: 1, catchup: false })]);
    const { read } = dags[0].pods;
    const [{ command, ...asked }] = read.spec.containers;
    expect([...command.slice(0, 2), command[2].trim()]).toEqual(['sh', '-c', container.command[2].trim()]);
    const { command: _, ...own } = container;
    expect(asked).toMatchObject(own);
    const { containers: __, ...around } = pod;
    expect(read.spec).toMatchObject(around);
  }, 300_000);
});
