import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../src/demo/tenant.ts';
import { apiKeySettings, MAIN, only, run } from './program.ts';

/** Far more than fits between the program and its reader. */
const MANY_USERS = { users: 10_000 };
const PAGE = 100;

/** Ends the program as soon as rows arrive. */
function ending(signal: NodeJS.Signals) {
  return async (stdout: Readable, program: ChildProcess) => {
    let output = '';
    for await (const chunk of stdout.setEncoding('utf8')) {
      if (!output.includes('"RECORD"') && chunk.includes('"RECORD"')) program.kill(signal);
      output += chunk;
    }
    return output;
  };
}

describe.concurrent('a read', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('dies by %s, with whole lines behind it', async (signal) => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    const result = await run('read', { tenant, catalog: await only('users'), signal, reader: ending(signal) });
    expect(result.rows('users').length).toBeGreaterThan(0);
    expect(result.rows('users').length).toBeLessThan(MANY_USERS.users);
    expect(result.ends).toEqual({ users: 'RUNNING' });
    expect(result.errors).toEqual([]);
  });

  it('dies by SIGTERM with whole lines also where its reader has stalled', { timeout: 15_000 }, async () => {
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

  it('dies by SIGTERM while it waits for the tenant', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, silent: true });
    tenant.server.once('request', () => asked.resolve());
    const asked = Promise.withResolvers<void>();
    const reader = async (stdout: Readable, program: ChildProcess) => {
      await asked.promise;
      program.kill('SIGTERM');
      return text(stdout);
    };
    const result = await run('read', { tenant, catalog: await only('users'), signal: 'SIGTERM', reader });
    expect(result.ends).toEqual({ users: 'RUNNING' });
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

  it('reads no faster than its reader, in flat memory', { timeout: 20_000 }, async () => {
    await using tenant = await startSimulatedTenant(MANY_USERS);
    let linesTaken = 0;
    let rowsAsked = 0;
    const reader = async (stdout: Readable) => {
      const lines: string[] = [];
      for await (const line of createInterface({ input: stdout })) {
        lines.push(`${line}\n`);
        if (linesTaken >= 1_000) continue;
        await pause(1);
        linesTaken += 1;
        rowsAsked = tenant.counts.calls * PAGE;
      }
      return lines.join('');
    };
    const result = await run('read', { tenant, catalog: await only('users'), preload: TELL_MEMORY, reader });
    expect(result.rows('users')).toHaveLength(MANY_USERS.users);
    expect(rowsAsked - linesTaken).toBeLessThan(MANY_USERS.users / 4);
    const memory = result.aside.trim().split('\n').map(Number);
    const [early, late] = [memory.slice(4, 10), memory.slice(-6)].map((bytes) => Math.max(...bytes)) as [
      number,
      number,
    ];
    expect(late / early).toBeLessThan(1.5);
  });
});

/** Tells the process's memory in bytes on file descriptor 3, ten times a second. */
const TELL_MEMORY = `
  import { writeSync } from 'node:fs';
  setInterval(() => writeSync(3, process.memoryUsage.rss() + '\\n'), 100).unref();`;
