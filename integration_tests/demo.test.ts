import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { streams } from '../src/streams/index.ts';
import { messagesOf } from './messages.ts';
import { MAIN, run } from './program.ts';

function demo(...words: string[]) {
  return spawn(process.execPath, [MAIN, 'demo', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the demo prints rows of every stream as messages, and a summary for people', async () => {
  const program = demo('--users', '40', '--apps', '6');
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  const messages = messagesOf(stdout);
  expect(code).toBe(0);
  expect(messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus?.status).toBe('SUCCEEDED');
  expect(messages.find(({ catalog }) => catalog)?.catalog?.streams).toHaveLength(streams.length);
  for (const { name } of streams) {
    const records = messages.filter(({ record }) => record?.stream === name).length;
    expect(records, name).toBeGreaterThan(0);
    expect(stderr).toMatch(new RegExp(`^ *${name} +${records} +COMPLETE$`, 'm'));
  }
});

test('a demo that is served can be read with the settings that it writes, until it is ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qlik-served-'));
  const config = join(folder, 'settings.json');
  const program = demo('--serve', '--port', '0', '--apps', '3', '--config', config);
  const ended = once(program, 'close');
  try {
    const settings = await written(config);
    const { connectionStatus } = await run('check', { config: settings });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    program.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
  } finally {
    program.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});

/** The JSON in a file, as soon as it is there. */
async function written(file: string): Promise<unknown> {
  for (;;) {
    const content = await readFile(file, 'utf8').catch(() => '');
    if (content.endsWith('}\n')) return JSON.parse(content);
    await sleep(50);
  }
}
