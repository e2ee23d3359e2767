import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dice } from '../../src/simulator/data/dice.ts';
import { live } from '../../src/simulator/life.ts';
import { messagesOf } from '../support/messages.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { apiKeySettings } from '../support/program.ts';
import { editAtRandom } from '../support/random-edits.ts';
import { docker } from './image.ts';
import { begin, call, recipe, scene, surroundings, tablesIn, wantedTables } from './recipes.ts';

const ROUNDS = 12;

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose]());

type Scene = Awaited<ReturnType<typeof scene>>;

const words = (folder: string, ...streams: string[]) => ['sh', recipe('sync.sh'), folder, ...streams] as const;
const sync = ({ folder }: Scene, schema: string, ...streams: string[]) =>
  call(words(folder, ...streams), surroundings(postgres, schema));
const printed = ({ folder }: Scene) => readFile(join(folder, 'messages.jsonl'), 'utf8').catch(() => '');
const containersOf = (schema: string) => docker('ps', '--quiet', '--filter', `label=recipe=${schema}-${process.pid}`);

/** Begins a sync, and ends it once some charts are covered by a STATE: its shell alone, or all that it has started. */
async function cutShort(stage: Scene, schema: string, signal: NodeJS.Signals, who: 'shell' | 'group') {
  stage.tenant.engine.dials.latencyMs = 150;
  const env = surroundings(postgres, schema, `--label recipe=${schema}-${process.pid}`);
  const running = begin(words(stage.folder), env);
  // The states that it was read from, which come first, are written with spaces.
  while (!(await printed(stage)).includes('"stream_descriptor":{"name":"charts"},"stream_state"')) await pause(20);
  // What it asks from now on is not answered for a while: it does not end by itself.
  stage.tenant.engine.dials.latencyMs = 20_000;
  await pause(200);
  const { pid } = running.child;
  process.kill(who === 'group' ? -(pid as number) : (pid as number), signal);
  const [code] = await running.ended;
  stage.tenant.engine.dials.latencyMs = 0;
  return code;
}

describe('sync.sh, ended before its time,', () => {
  it('takes in what a killed run left, stops its container, and loses none of what happened since', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    expect(await cutShort(stage, 'killed', 'SIGKILL', 'group')).toBe(null);
    expect(containersOf('killed')).not.toBe('');
    await appendFile(join(folder, 'messages.jsonl'), '{"type":"RECORD","record":{"stream":"users","da');
    live(tenant.data);
    expect(await sync(stage, 'killed')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(containersOf('killed')).toBe('');
    expect(tablesIn(postgres, 'killed')).toEqual(wantedTables(tenant));
    const again = messagesOf(await readFile(join(folder, 'messages.jsonl.loaded'), 'utf8'));
    expect(again.filter(({ record }) => record?.stream === 'users').length).toBeLessThan(5);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('stops its container at %s, and keeps what came', async (signal, code) => {
    await using stage = await scene();
    const schema = signal.toLowerCase();
    expect(await cutShort(stage, schema, signal, 'shell')).toBe(code);
    expect(containersOf(schema)).toBe('');
    expect(tablesIn(postgres, schema).users).toEqual(wantedTables(stage.tenant).users);
    expect(await sync(stage, schema)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, schema)).toEqual(wantedTables(stage.tenant));
  });

  it('loses nothing of the streams that the next run does not read', async () => {
    await using stage = await scene();
    await cutShort(stage, 'narrowed', 'SIGKILL', 'group');
    expect((await sync(stage, 'narrowed', 'users')).code).toBe(0);
    expect((await sync(stage, 'narrowed')).code).toBe(0);
    expect(tablesIn(postgres, 'narrowed')).toEqual(wantedTables(stage.tenant));
  });

  it.each([
    ['emptied', () => postgres.run('SET client_min_messages = warning; DROP SCHEMA emptied CASCADE')],
    [
      'restored',
      () => postgres.run("DELETE FROM restored.sync_state WHERE stream = 'users'; DELETE FROM restored.users"),
    ],
  ])('throws away what was read from other states than those of a schema that was %s', async (schema, befall) => {
    await using stage = await scene();
    expect((await sync(stage, schema)).code).toBe(0);
    live(stage.tenant.data);
    await cutShort(stage, schema, 'SIGKILL', 'group');
    befall();
    expect(await sync(stage, schema)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, schema)).toEqual(wantedTables(stage.tenant));
  });

  it('ends exact after kills at any moment, while the tenant changes', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    Object.assign(tenant.engine.dials, { listedExpressions: 'stored', privateSheets: 'all' });
    const settings = apiKeySettings(tenant, { reread_apps_after_days: 0 });
    await writeFile(join(folder, 'config.json'), JSON.stringify(settings));
    for (let round = 1; round <= ROUNDS; round += 1) {
      const die = dice(1, 'killed')(round);
      for (let times = 0; times < 5; times += 1) editAtRandom(tenant, die);
      const running = begin(words(folder), surroundings(postgres, 'restless'));
      const begun = new Promise<void>((resolve) => tenant.server.once('request', () => resolve()));
      // Some before the tenant is asked, most while it is, some while the tables are filled.
      if (round % 5 !== 0) await Promise.race([begun, running.ended]);
      await pause(die(1200));
      if (running.child.exitCode === null) process.kill(-(running.child.pid as number), 'SIGKILL');
      await running.ended;
    }
    expect(await sync(stage, 'restless')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'restless')).toEqual(wantedTables(tenant));
  });
});
