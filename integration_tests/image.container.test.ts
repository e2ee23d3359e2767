import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { type SimulatedTenant, startSimulatedTenant } from '../src/demo/tenant.ts';
import { configured, discovered, type Options, type Run, run } from './program.ts';

const IMAGE = process.env.IMAGE ?? 'source-qlik-sense-cloud:dev';

/** Docker asks a server of its own where it is: it takes these variables from whoever calls the tests. */
const DOCKER_ENV = Object.fromEntries(
  ['DOCKER_HOST', 'DOCKER_CONFIG', 'HOME'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);

const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8' }).trim();

/** What it takes to run a command in a container that sees the files and the network of this machine. */
const inContainer = (...options: string[]): Pick<Options, 'program' | 'hangsMs' | 'env'> => ({
  program: ['docker', 'run', '--rm', '-i', '--network', 'host', '-v', `${tmpdir()}:${tmpdir()}:ro`, ...options, IMAGE],
  hangsMs: 100_000,
  env: DOCKER_ENV,
});

interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: { readonly [name: string]: string };
  readonly User: string;
}

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

  it('prints the same as the sources', async () => {
    const [fromImage, fromSources] = await Promise.all([run('spec', inContainer()), run('spec')]);
    expect(fromImage.messages).toEqual(fromSources.messages);
  });

  it('runs as the platform calls it, with a root that cannot be written to, as any user, anywhere', () => {
    const asPlatform = ['-c', 'eval "$AIRBYTE_ENTRYPOINT spec"'];
    const odd = ['--read-only', '--user', '12345:12345', '--workdir', '/tmp'];
    const printed = docker('run', '--rm', '--network', 'host', ...odd, '--entrypoint', 'sh', IMAGE, ...asPlatform);
    expect(JSON.parse(printed)).toMatchObject({ type: 'SPEC' });
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
