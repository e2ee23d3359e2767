import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { streams } from '../src/streams/index.ts';
import { type Json, lineViolations, type Message, messagesOf } from './messages.ts';
import { MAIN, run } from './program.ts';

/** A demo starts five processes, one after the other. */
const LONG_MS = 60_000;

function demo(...words: string[]) {
  return spawn(process.execPath, [MAIN, 'demo', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The messages and the summary of a demo that ran to its end. */
async function performed(...words: string[]) {
  const program = demo(...words);
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  expect(code).toBe(0);
  expect(lineViolations(stdout)).toEqual([]);
  const messages = messagesOf(stdout);
  const syncs = streams.map(({ name }) => [name, syncsOf(messages, name)] as const);
  return { messages, syncs: new Map(syncs), stderr };
}

/** What each sync sent of a stream. */
function syncsOf(messages: readonly Message[], stream: string): Sync[] {
  const syncs: Sync[] = [];
  for (const { trace, record } of messages) {
    const { stream_descriptor, status } = trace?.stream_status ?? {};
    if (stream_descriptor?.name === stream && status === 'STARTED') syncs.push({ rows: [], gone: [] });
    if (record?.stream === stream) syncs.at(-1)?.[record.data._ab_cdc_deleted_at ? 'gone' : 'rows'].push(record.data);
  }
  return syncs;
}

interface Sync {
  readonly rows: Json[];
  readonly gone: Json[];
}

/** A line of the summary's table. */
function figuresOf(stderr: string, name: string): string[] {
  const line = stderr.split('\n').find((one) => one.startsWith(`  ${name} `)) ?? '';
  return line
    .slice(name.length + 2)
    .trim()
    .split(/ +/);
}

describe('the demo', async () => {
  const { messages, syncs, stderr } = await performed('--users', '40', '--apps', '12');

  test('prints what check and discover say, and rows of every stream', () => {
    expect(messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus?.status).toBe('SUCCEEDED');
    expect(messages.find(({ catalog }) => catalog)?.catalog?.streams).toHaveLength(streams.length);
    for (const [name, [first]] of syncs) expect(first?.rows.length, name).toBeGreaterThan(0);
  });

  test('tells people what the messages say', () => {
    expect(syncs.size).toBe(streams.length);
    for (const [name, [first, second, third]] of syncs) {
      // What the second sync has read is told to be unchanged; nothing else is told.
      const isNews = name === 'app_coverage' ? ({ status }: Json) => status !== 'unchanged' : () => true;
      expect(third?.rows.filter(isNews)).toEqual([]);
      expect(third?.gone).toEqual([]);
      const figures = [first?.rows, second?.rows, second?.gone, third?.rows].map((rows) => String(rows?.length));
      expect([name, ...figuresOf(stderr, name)]).toEqual([name, ...figures, 'COMPLETE']);
    }
    const all = [...syncs.values()];
    const sums = [
      all.map(([first]) => first?.rows),
      all.map(([, second]) => second?.rows),
      all.map(([, second]) => second?.gone),
    ];
    const inAll = sums.map((lists) => String(lists.flat().length));
    expect(figuresOf(stderr, 'in all')).toEqual([
      ...inAll,
      String(all.flatMap(([, , third]) => third?.rows ?? []).length),
    ]);
    expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('syncs again with the state of the first sync: what has happened is sent, and what is gone', () => {
    const second = new Map([...syncs].map(([name, [, sync]]) => [name, sync ?? { rows: [], gone: [] }]));
    const numbers = [...second].map(([name, { rows, gone }]) => [name, [rows.length, gone.length]]);
    expect(Object.fromEntries(numbers)).toMatchObject({
      users: [2, 1],
      groups: [0, 0],
      roles: [0, 0],
      spaces: [1, 0],
      apps: [5, 1],
      connections: [0, 1],
    });
    for (const name of ['sheets', 'charts']) {
      const known = new Set(syncs.get(name)?.[0]?.rows.map(keyOf));
      const { rows = [], gone = [] } = second.get(name) ?? {};
      expect(new Set(rows.map((row) => known.has(keyOf(row)))), `${name}, known and new`).toEqual(
        new Set([true, false]),
      );
      expect(gone.length, name).toBeGreaterThan(1);
      for (const row of gone) expect(known).toContain(keyOf(row));
    }
  });

  test('opens only apps that have changed', () => {
    const [first, second] = syncs.get('apps') ?? [];
    expect(figuresOf(stderr, 'apps opened')).toEqual([String(first?.rows.length), String(second?.rows.length), '0']);
    expect(figuresOf(stderr, 'engine calls').at(-1)).toBe('0');
  });
});

function keyOf({ appId, id }: Json): string {
  return `${appId} ${id}`;
}

test('a tenant of no apps is enough for the demo', { timeout: LONG_MS }, async () => {
  const { syncs, stderr } = await performed('--users', '0', '--apps', '0');
  expect(syncs.get('apps')?.map(({ rows }) => rows.length)).toEqual([0, 1, 0]);
  expect(stderr).toContain('Then the tenant lives');
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
