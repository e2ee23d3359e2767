import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { live } from '../src/demo/life.ts';
import { streams } from '../src/streams/index.ts';
import { docker, IMAGE } from './image.ts';
import { type Message, messagesOf } from './messages.ts';
import { startPostgres } from './postgres.ts';
import { begin, call, recipe, scene, tablesIn, wantedTables } from './recipes.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const ALL = streams.map(({ name }) => name);

const manifest = parseAllDocuments(await readFile(recipe('cronjob.yaml'), 'utf8')).map((one) => one.toJS());
const cronJob = manifest.find(({ kind }) => kind === 'CronJob');
const pod = cronJob.spec.jobTemplate.spec.template.spec;
const [container] = pod.containers;

/** What docker is told to run the pod's container as Kubernetes would, with folders in the place of its volumes. */
function asInPod(folder: string): [string, ...string[]] {
  const { runAsUser, runAsGroup } = pod.securityContext;
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext;
  const [program, ...words] = container.command;
  const mounts = (container.volumeMounts as { name: string; mountPath: string; readOnly?: boolean }[]).flatMap(
    ({ name, mountPath, readOnly }) => ['-v', `${join(folder, name)}:${mountPath}${readOnly ? ':ro' : ''}`],
  );
  const memory = container.resources.limits.memory.replace('Mi', 'm');
  return [
    ...(['docker', 'run', '--rm', '--network', 'host', '--user', `${runAsUser}:${runAsGroup}`] as const),
    ...(readOnlyRootFilesystem ? ['--read-only'] : []),
    ...(allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...capabilities.drop.flatMap((capability: string) => ['--cap-drop', capability]),
    ...['--memory', memory, '--label', `pod=${process.pid}`, '--env', 'STATE_INTERVAL_MS=0'],
    ...mounts,
    ...['--entrypoint', program, IMAGE, ...words],
  ];
}

/** A tenant, and what Kubernetes would mount. */
async function cluster() {
  await using stack = new AsyncDisposableStack();
  const { tenant, folder } = stack.use(await scene());
  const [config, catalog, data] = ['config', 'catalog', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [config, catalog, data]) await mkdir(path);
  await copyFile(join(folder, 'config.json'), join(config, 'config.json'));
  await chmod(join(config, 'config.json'), 0o644);
  await chmod(data, 0o777);
  const words = ['sh', recipe('catalog.sh'), join(folder, 'config.json')] as const;
  const { stdout } = await call(words, { IMAGE, DOCKER_OPTIONS: '--network host' });
  await writeFile(join(catalog, 'catalog.json'), stdout);
  const kept = stack.move();
  return {
    tenant,
    catalog: join(catalog, 'catalog.json'),
    job: asInPod(folder),
    messages: async () => (await readdir(join(data, 'messages'))).sort().map((name) => join(data, 'messages', name)),
    states: async () => messagesOf(await readFile(join(data, 'state.jsonl'), 'utf8')),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

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
    expect((await stage.messages()).map((file) => file.replace(/.*T\d{6}Z/, ''))).toEqual(['.jsonl']);
    expect(streamsOf(await stage.states()).sort()).toEqual([...ALL].sort());
    expect(typesIn(messagesOf(first.stdout))).toEqual(new Set(['TRACE']));

    live(tenant.data);
    const allow = tenant.faults.forbid('groups');
    const second = await call(job);
    expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining('answered 403') });
    expect(streamsOf(await stage.states()).sort()).toEqual([...ALL].sort());
    allow();
    expect((await call(job)).code).toBe(0);
    const files = await stage.messages();
    const sent = await Promise.all(files.map(async (file) => (await messagesIn(file)).filter(({ record }) => record)));
    expect(sent[1]?.length).toBeLessThan((sent[0]?.length ?? 0) / 2);

    await using postgres = await startPostgres();
    const loaded = await call(['sh', recipe('load.sh'), stage.catalog, ...files], postgres.env);
    expect(loaded).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
  });

  it('takes up what a killed job left', async () => {
    await using stage = await cluster();
    const { tenant, job } = stage;
    tenant.engine.dials.latencyMs = 150;
    const killed = begin(job);
    const printed = async () => readFile((await stage.messages())[0] ?? '', 'utf8').catch(() => '');
    while (!(await printed().catch(() => '')).includes('"stream_descriptor":{"name":"charts"},"stream_state"'))
      await pause(20);
    docker('kill', docker('ps', '--quiet', '--filter', `label=pod=${process.pid}`));
    await killed.ended;
    expect(await stage.states()).toEqual([]);
    expect(await stage.messages()).toEqual([expect.stringMatching(/\.jsonl\.part$/)]);

    tenant.engine.dials.latencyMs = 0;
    live(tenant.data);
    expect((await call(job)).code).toBe(0);
    const files = await stage.messages();
    expect(files.map((file) => file.replace(/.*T\d{6}Z/, ''))).toEqual(['.jsonl', '.jsonl']);
    const again = (await messagesIn(files[1])).filter(({ record }) => record?.stream === 'users');
    expect(again.length).toBeLessThan(5);
    await using postgres = await startPostgres();
    expect((await call(['sh', recipe('load.sh'), stage.catalog, ...files], postgres.env)).code).toBe(0);
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
