import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { DedupTable } from '../support/destination.ts';
import { apiKeySettings, configured, discovered, type Run, run } from '../support/program.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';
import { asPlatform, docker, dockerMeanwhile, IMAGE, inContainer } from './image.ts';

interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: { readonly [name: string]: string };
  readonly User: string;
}

/** As little as any platform grants: a root that cannot be written to, a user whom the image does not know, anywhere. */
const BARELY = ['--read-only', '--user', '12345:12345', '--workdir', '/tmp', '--cap-drop', 'ALL', '--memory', '256m'];

describe('the image', () => {
  const { Env, Entrypoint, Labels, User } = JSON.parse(
    docker('inspect', '--format', '{{json .Config}}', IMAGE),
  ) as ImageConfig;

  it('says how it is called, in both ways that the platform knows', () => {
    expect(Env).toContain(`AIRBYTE_ENTRYPOINT=${Entrypoint.join(' ')}`);
    expect(Labels).toMatchObject({
      'io.airbyte.name': 'airbyte/source-qlik-sense-cloud',
      'io.airbyte.version': packageJson.version,
    });
    expect(User).toBe('1000:1000');
  });

  const shell = (script: string, ...options: string[]) =>
    docker('run', '--rm', '--network', 'host', ...options, '--entrypoint', 'sh', IMAGE, '-c', script);

  it('holds one bundled file, its map and the licences, and no package', () => {
    const files = ['LICENSE', 'LICENSES.txt', 'main.cjs', 'main.cjs.map'];
    expect(shell('ls /airbyte/integration_code').split('\n')).toEqual(files);
    expect(shell('id -un; date +%Z')).toBe('airbyte\nUTC');
  });

  it('starts from what was compiled when it was built, and writes nothing', () => {
    const told = shell('$AIRBYTE_ENTRYPOINT spec 2>&1 > /dev/null', '--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE');
    expect(told).toMatch(/main\.cjs was accepted/);
    expect(told).not.toMatch(/writing|renaming/i);
    const before = shell('ls -lR --full-time /airbyte');
    expect(shell('$AIRBYTE_ENTRYPOINT spec > /dev/null; ls -lR --full-time /airbyte')).toBe(before);
  });

  it('takes a part of what its container is granted for its heap, and leaves some for the rest', () => {
    const flags = Entrypoint.slice(1, -1);
    const show = 'process.stdout.write(String(require("node:v8").getHeapStatistics().heap_size_limit))';
    for (const mib of [256, 1024]) {
      const options = ['run', '--rm', '--network', 'host', '--memory', `${mib}m`, '--entrypoint', 'node', IMAGE];
      const limitMib = Number(docker(...options, ...flags, '-e', show)) / 1024 / 1024;
      expect(limitMib).toBeGreaterThan(mib * 0.5);
      expect(limitMib).toBeLessThan(mib * 0.75);
    }
  });
});

describe.each([
  ['by docker run', inContainer],
  ['by the shell of the platform', asPlatform],
])('a command that is called %s', (_, within) => {
  let tenant: SimulatedTenant;
  beforeAll(async () => {
    tenant = await startSimulatedTenant({ users: 250, apps: 6 });
  });
  afterAll(() => tenant.close());

  it('prints the same specification and catalog as the sources', async () => {
    for (const name of ['spec', 'discover'] as const) {
      const [fromImage, fromSources] = await Promise.all([
        run(name, { tenant, ...within(...BARELY) }),
        run(name, { tenant }),
      ]);
      expect(fromImage.messages).toEqual(fromSources.messages);
    }
  });

  it('checks settings, right and wrong ones', async () => {
    expect((await run('check', { tenant, ...within(...BARELY) })).connectionStatus?.status).toBe('SUCCEEDED');
    const config = apiKeySettings(tenant, { credentials: { auth_type: 'api_key', api_key: 'an unknown key' } });
    expect((await run('check', { tenant, config, ...within(...BARELY) })).connectionStatus?.status).toBe('FAILED');
  });

  it.each(['full_refresh', 'incremental'])('reads all streams in %s', async (mode) => {
    const result = await run('read', { tenant, catalog: configured(await discovered(), mode), ...within(...BARELY) });
    expect(result.code).toBe(0);
    expect(deliveredBy(result, TENANT_STREAMS)).toEqual(truthOf(tenant, TENANT_STREAMS));
  });
});

describe('a read as the first process of its container', () => {
  const USERS = 3_000;

  /** Does something to the container as soon as some states have arrived. */
  const meeting =
    (...words: string[]) =>
    async (stdout: Readable) => {
      let output = '';
      let done: Promise<string> | undefined;
      for await (const chunk of stdout.setEncoding('utf8')) {
        output += chunk;
        if (output.split('"STATE"').length > 3) done ??= dockerMeanwhile(...words);
      }
      await done;
      // Nobody who is killed outright can end the line that is being written.
      return words[0] === 'kill' ? output.slice(0, output.lastIndexOf('\n') + 1) : output;
    };

  it.each([
    ['docker stop, and exits as if it had died by SIGTERM', 143, (name: string) => ['stop', '--time', '30', name]],
    ['SIGKILL', 137, (name: string) => ['kill', name]],
  ])('ends by %s; the next one makes the tables whole', async (_, code, words) => {
    await using tenant = await startSimulatedTenant({ users: USERS, apps: 2 });
    tenant.dials.latencyMs = 20;
    const catalog = configured(
      (await discovered()).filter(({ name }) => name === 'users'),
      'incremental',
    );
    const name = `read-${randomUUID()}`;
    const cut = await run('read', {
      tenant,
      catalog,
      ...inContainer('--name', name, '--env', 'STATE_INTERVAL_MS=0'),
      reader: meeting(...words(name)),
      cut: true,
    });
    expect(cut.code).toBe(code);
    const sent = cut.rows('users').length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(USERS);
    const [gone] = [...tenant.data.users.all()].slice(2);
    tenant.data.users.delete(gone?.id ?? '');
    const state = cut.messages.filter(({ type }) => type === 'STATE');
    const next = await run('read', { tenant, catalog, state, ...inContainer() });
    expect(next.code).toBe(0);
    expect(next.rows('users').length).toBeLessThan(USERS);
    const table = new DedupTable(['id']);
    for (const { record } of [...cut.messages, ...next.messages]) if (record) table.apply(record);
    expect([...table.rows.values()].map(({ id }) => id).sort()).toEqual(
      [...tenant.data.users.all()].map(({ id }) => id).sort(),
    );
  });

  it('leaves no container behind', () => {
    expect(docker('ps', '--all', '--filter', 'name=read-', '--format', '{{.Names}}')).toBe('');
  });
});

describe('a read in a container that is too small', () => {
  const USERS = 150_000;
  let tenant: SimulatedTenant;
  let small: Run;
  const catalog = async () =>
    configured(
      (await discovered()).filter(({ name }) => name === 'users'),
      'incremental',
    );

  beforeAll(async () => {
    tenant = await startSimulatedTenant({ users: USERS, apps: 1 });
    small = await run('read', {
      tenant,
      catalog: await catalog(),
      ...inContainer('--memory', '128m', '--memory-swap', '128m'),
    });
  }, 110_000);
  afterAll(() => tenant.close());

  it('ends by itself with a clear error, before it is killed', () => {
    expect(small.code).toBe(1);
    expect(small.ends).toEqual({ users: 'INCOMPLETE' });
    expect(small.errorOf('users')).toMatchObject({
      failure_type: 'transient_error',
      message: expect.stringMatching(/Memory runs out.*more memory/),
    });
  });

  it('leaves a last state, from which the next one goes on', async () => {
    const state = small.messages.filter(({ type }) => type === 'STATE');
    const next = await run('read', { tenant, catalog: await catalog(), state, ...inContainer('--memory', '512m') });
    expect(next.code).toBe(0);
    expect(next.rows('users')).toHaveLength(USERS - small.rows('users').length);
    expect(small.rows('users').length).toBeGreaterThan(1_000);
  });
});
