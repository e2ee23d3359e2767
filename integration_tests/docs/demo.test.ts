import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import type { Json } from '../support/messages.ts';
import { run } from '../support/program.ts';
import { figuresOf, performed, startDemo } from './demo-run.ts';

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
      apps: [6, 1],
      connections: [1, 1],
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
    const closed = syncs.get('app_coverage')?.[0]?.rows.filter(({ status }) => status === 'denied') ?? [];
    expect(closed).toHaveLength(1);
    const opened = [Number(first?.rows.length) - 1, second?.rows.length, 0];
    expect(figuresOf(stderr, 'apps opened')).toEqual(opened.map(String));
    expect(figuresOf(stderr, 'engine calls').at(-1)).toBe('0');
  });
});

function keyOf({ appId, id }: Json): string {
  return `${appId} ${id}`;
}

test('a demo that is served can be read with the settings that it writes, until it is ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qlik-served-'));
  const config = join(folder, 'settings.json');
  const program = startDemo('--serve', '--port', '0', '--apps', '3', '--live', '1', '--config', config);
  const ended = once(program, 'close');
  try {
    const settings = await written(config);
    const { connectionStatus } = await run('check', { config: settings });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    const told = createInterface({ input: program.stderr })[Symbol.asyncIterator]();
    let line: string | undefined;
    while (line !== 'A day passes:') line = (await told.next()).value as string;
    expect((await told.next()).value).toMatch(/^ {2}\S.*\.$/);
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
