import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, MAIN, only, run } from '../support/program.ts';
import { truthOf } from '../support/truth.ts';
import { arrived, ending, inMode } from './ended-early.ts';

/** Far more than fits between the program and its reader. */
const MANY_USERS = { users: 4_000 };
const PAGE = 100;

describe.concurrent('a read', () => {
  it.each([
    ['full_refresh', 'SIGTERM'],
    ['incremental', 'SIGINT'],
  ] as const)('in %s dies by %s, with whole lines behind it', async (mode, signal) => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    const result = await run('read', { tenant, catalog: await inMode(mode, 'users'), signal, reader: ending(signal) });
    expect(result.rows('users').length).toBeGreaterThan(0);
    expect(result.rows('users').length).toBeLessThan(MANY_USERS.users);
    expect(result.ends).toEqual({ users: 'RUNNING' });
    expect(result.errors).toEqual([]);
  });

  it('dies by SIGTERM with whole lines also where its reader has stalled', async () => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    const reader = async (stdout: Readable, program: ChildProcess) => {
      let calls = -1;
      // Once no more calls are made, the program waits for its reader.
      while (calls !== tenant.counts.calls || calls < 3) {
        calls = tenant.counts.calls;
        await pause(300);
      }
      program.kill('SIGTERM');
      await pause(300);
      return text(stdout);
    };
    const result = await run('read', { tenant, catalog: await only('users'), signal: 'SIGTERM', reader });
    expect(result.rows('users').length).toBeGreaterThan(0);
    expect(result.rows('users').length).toBeLessThan(MANY_USERS.users);
  });

  it.each([
    ['for its first rows', 'full_refresh', { users: 'RUNNING' }],
    ['to say which one it is, before any stream has begun', 'incremental', {}],
  ])('dies by SIGTERM while it waits for the tenant, %s', async (_, mode, ends) => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, silent: true });
    tenant.server.once('request', () => asked.resolve());
    const asked = Promise.withResolvers<void>();
    const reader = async (stdout: Readable, program: ChildProcess) => {
      await asked.promise;
      program.kill('SIGTERM');
      return text(stdout);
    };
    const result = await run('read', { tenant, catalog: await inMode(mode, 'users'), signal: 'SIGTERM', reader });
    expect(result.ends).toEqual(ends);
  });

  it('that is incremental and ended by SIGTERM is gone on with from its last STATE, and no row before that is sent again', async () => {
    await using tenant = await startSimulatedTenant({ users: 2_500 });
    // It is told to end while it waits, so that it cannot be done before.
    const answer = tenant.faults.add({ path: '/api/v1/users', after: 12, silent: true });
    const catalog = await inMode('incremental', 'users');
    const reader = ending('SIGTERM', '"STATE"', 3);
    const env = { STATE_INTERVAL_MS: '0' };
    const first = await run('read', { tenant, catalog, env, signal: 'SIGTERM', reader });
    const states = first.messages.filter(({ type }) => type === 'STATE');
    const saved = states.reduce((sum, { state }) => sum + (state?.sourceStats.recordCount ?? 0), 0);
    expect(saved).toBeGreaterThan(0);
    expect(saved).toBeLessThan(tenant.data.users.count);
    answer();
    const second = await runHere('read', { tenant, catalog, state: states });
    expect(second.code).toBe(0);
    expect(second.rows('users')).toHaveLength(tenant.data.users.count - saved);
    expect(arrived('users', first, second)).toEqual(truthOf(tenant, ['users']).users);
  });

  it('ends with 1 and without a word once its reader has gone', async () => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    const folder = await mkdtemp(join(tmpdir(), 'qlik-source-'));
    const [config, catalog] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
    await writeFile(config, JSON.stringify(apiKeySettings(tenant)));
    await writeFile(catalog, JSON.stringify(await only('users')));
    const pipeline = '{ "$0" "$1" read --config "$2" --catalog "$3"; echo "exit $?" >&2; } | head -n 5';
    const shell = spawn('sh', ['-c', pipeline, process.execPath, MAIN, config, catalog], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    expect(stdout.split('\n')).toHaveLength(6);
    expect(stderr).toBe('exit 1\n');
    expect(tenant.counts.calls).toBeLessThan(MANY_USERS.users / PAGE);
    await rm(folder, { recursive: true });
  });
});
