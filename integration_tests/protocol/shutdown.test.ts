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
import type { Json } from '../support/messages.ts';
import { apiKeySettings, configured, discovered, MAIN, only, type Run, run } from '../support/program.ts';
import { readSlowly } from '../support/slow-reader.ts';
import { truthOf } from '../support/truth.ts';

/** Far more than fits between the program and its reader. */
const MANY_USERS = { users: 4_000 };
const PAGE = 100;

const MODES = ['full_refresh', 'incremental'];

/** Streams of these names in one mode. */
const inMode = async (mode: string, ...names: string[]) =>
  configured(
    (await discovered()).filter(({ name }) => names.includes(name)),
    mode,
  );

/** Ends the program as soon as a text has arrived some times: that of a row, unless another is given. */
function ending(signal: NodeJS.Signals, text = '"RECORD"', times = 1) {
  return async (stdout: Readable, program: ChildProcess) => {
    let output = '';
    let seen = 0;
    for await (const chunk of stdout.setEncoding('utf8')) {
      output += chunk;
      const before = seen;
      seen += chunk.split(text).length - 1;
      if (before < times && seen >= times) program.kill(signal);
    }
    return output;
  };
}

/** Rows by key, without the change columns: what is left when the rows of several reads have arrived one after the other. */
function arrived(name: string, ...reads: Run[]): Json[] {
  const rows = reads.flatMap((read) => read.rows(name));
  const last = new Map(
    rows.map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => [`${row.appId ?? ''} ${row.id}`, row]),
  );
  return [...last].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

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

  it.each(MODES)(
    'of sheets and charts in %s that is ended by SIGTERM is gone on with, and finished apps are left alone',
    async (mode) => {
      await using tenant = await startSimulatedTenant({ users: 10, apps: 14 });
      tenant.data.documents.propertyPadding = 0;
      tenant.engine.dials.listedExpressions = 'stored';
      const items = [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
      const app = items.slice(10).map(({ resourceId }) => resourceId);
      // It is told to end while it waits, so that it cannot be done before.
      const answer = tenant.engine.faults.add({ app, method: 'OpenDoc', silent: true });
      const catalog = await inMode(mode, 'sheets', 'charts');
      const config = apiKeySettings(tenant, { concurrent_apps: 2 });
      const reader = ending('SIGTERM', '"name":"charts"},"stream_state"', 20);
      const env = { STATE_INTERVAL_MS: '0' };
      const first = await run('read', { tenant, config, catalog, env, signal: 'SIGTERM', reader });
      const states = first.messages.filter(({ type }) => type === 'STATE');
      const opensAtFirst = tenant.engine.counts.opens;
      expect(opensAtFirst).toBeLessThan(items.length);
      answer();
      tenant.engine.counts.reset();
      const second = await runHere('read', { tenant, config, catalog, state: states });
      expect(second.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
      // Those that were open at the end are opened once more.
      expect(opensAtFirst + tenant.engine.counts.opens).toBeLessThanOrEqual(items.length + 2);
      const truth = truthOf(tenant, ['sheets', 'charts']);
      for (const name of ['sheets', 'charts']) expect(arrived(name, first, second)).toEqual(truth[name]);
      const third = await runHere('read', {
        tenant,
        config,
        catalog,
        state: second.messages.filter(({ type }) => type === 'STATE'),
      });
      for (const name of ['sheets', 'charts']) expect(third.rows(name)).toEqual([]);
    },
  );

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

  it('reads no faster than its reader', async () => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    const { result, mostAhead } = await readSlowly(tenant, await inMode('incremental', 'users'));
    expect(result.rows('users')).toHaveLength(MANY_USERS.users);
    expect(mostAhead).toBeLessThan(MANY_USERS.users / 4);
  });
});
