import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dice } from '../../src/simulator/data/dice.ts';
import { live } from '../../src/simulator/life.ts';
import { messagesOf } from '../support/messages.ts';
import { startPostgres } from '../support/postgres.ts';
import { apiKeySettings } from '../support/program.ts';
import { editAtRandom } from '../support/random-edits.ts';
import { docker } from './image.ts';
import { begin, call, recipe, tablesIn, wantedTables } from './recipes.ts';
import { cluster } from './recipes-pod.ts';

const ROUNDS = 10;

const load = (files: readonly string[]) => ['sh', recipe('load.sh'), ...files] as const;

describe("the CronJob's script on a bad day", () => {
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
    expect(await stage.states()).toBe('');
    expect(await stage.messages()).toEqual([expect.stringMatching(/\.jsonl\.part$/)]);

    tenant.engine.dials.latencyMs = 0;
    live(tenant.data);
    expect((await call(job)).code).toBe(0);
    const files = await stage.messages();
    expect(files.map((file) => file.replace(/.*T\d{6}\.\d{3}Z/, ''))).toEqual(['.jsonl', '.jsonl']);
    const again = messagesOf(await readFile(files[1] ?? '', 'utf8')).filter(({ record }) => record?.stream === 'users');
    expect(again.length).toBeLessThan(5);
    await using postgres = await startPostgres();
    expect((await call(load(files), postgres.env)).code).toBe(0);
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
  });

  it('ends exact after kills of jobs and loaders at any moment, while the tenant changes', async () => {
    await using postgres = await startPostgres();
    await using stage = await cluster();
    const { tenant, job } = stage;
    Object.assign(tenant.engine.dials, { listedExpressions: 'stored', privateSheets: 'all' });
    await writeFile(stage.config, JSON.stringify(apiKeySettings(tenant, { reread_apps_after_days: 0 })));
    const toLoad = async () => (await stage.messages()).filter((file) => file.endsWith('.jsonl'));
    for (let round = 1; round <= ROUNDS; round += 1) {
      const die = dice(2, 'killed')(round);
      for (let times = 0; times < 5; times += 1) editAtRandom(tenant, die);
      const reading = begin(job);
      await pause(300 + die(600));
      const pods = docker('ps', '--quiet', '--filter', `label=pod=${process.pid}`);
      if (pods) await call(['docker', 'kill', pods]);
      await reading.ended;
      const loading = begin(load(await toLoad()), postgres.env);
      await pause(die(300));
      if (loading.child.exitCode === null) process.kill(-(loading.child.pid as number), 'SIGKILL');
      await loading.ended;
    }
    expect((await call(job)).code).toBe(0);
    expect(await call(load(await toLoad()), postgres.env)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
  });

  it('goes on after a first read that brought no state', async () => {
    await using stage = await cluster();
    const right = await readFile(stage.config, 'utf8');
    await writeFile(stage.config, right.replace(stage.tenant.apiKey, 'wrong'));
    expect((await call(stage.job)).code).toBe(1);
    expect(await stage.states()).toBe('');
    await writeFile(stage.config, right);
    expect(await call(stage.job)).toMatchObject({ code: 0, stderr: '' });
    await using postgres = await startPostgres();
    expect((await call(load(await stage.messages()), postgres.env)).code).toBe(0);
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(stage.tenant));
  });

  it('fails where the disk fills while it reads, and goes on from what was whole', async () => {
    await using stage = await cluster();
    expect((await call(stage.onDiskOf(200_000))).code).not.toBe(0);
    expect((await call(stage.job)).code).toBe(0);
    await using postgres = await startPostgres();
    expect((await call(load(await stage.messages()), postgres.env)).code).toBe(0);
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(stage.tenant));
  });

  it('fails where the disk is full, and keeps its state and what was read', async () => {
    await using stage = await cluster();
    const { tenant, job } = stage;
    expect((await call(job)).code).toBe(0);
    const before = await stage.states();
    live(tenant.data);
    expect((await call(job)).code).toBe(0);
    // As if it had been killed before it moved its state.
    await writeFile(stage.stateFile, before);
    const [, last = ''] = await stage.messages();
    await rename(last, `${last}.part`);
    const kept = await readFile(`${last}.part`, 'utf8');
    const full = await call(stage.onDiskOf(before.length / 2));
    expect(full.code).not.toBe(0);
    expect(full.stderr).not.toBe('');
    expect(await stage.states()).toBe(before);
    expect(await readFile(`${last}.part`, 'utf8')).toBe(kept);

    live(tenant.data);
    expect((await call(job)).code).toBe(0);
    await using postgres = await startPostgres();
    expect((await call(load(await stage.messages()), postgres.env)).code).toBe(0);
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
  });
});
