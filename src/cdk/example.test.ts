import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shop } from './example.ts';
import { call } from './testing/library.ts';
import { type Line, recordsOf, savedIn, statuses } from './testing/lines.ts';

const text = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

const harbour = {
  id: 'b1',
  name: 'Harbour',
  changedAt: '2026-01-01T00:00:00Z',
  products: [
    { id: 'tea', price: 3 },
    { id: 'rum', price: 9 },
  ],
};
const hill = { id: 'b2', name: 'Hill', changedAt: '2026-01-01T00:00:00Z', products: [{ id: 'tea', price: 4 }] };
const placed = { id: 'o1', branchId: 'b1', placedAt: '2026-01-02T00:00:00Z', status: 'placed' };
const before = { branches: [harbour, hill], orders: [placed] };

const cheaper = { ...harbour, changedAt: '2026-01-03T00:00:00Z', products: [{ id: 'tea', price: 2 }] };
const after = { branches: [cheaper], orders: [{ ...placed, status: 'delivered' }] };

let folder: string;
let config: { file: string; password: string };
const stock = (content: object) => writeFile(config.file, JSON.stringify(content));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-'));
  config = { file: join(folder, 'shop.json'), password: 'open sesame' };
  await stock(before);
});
afterEach(() => rm(folder, { recursive: true }));

/** What was sent of a stream, and whether as deleted. */
const sent = (lines: Line[], name: string) =>
  recordsOf(lines, name).map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => [
    row,
    _ab_cdc_deleted_at !== null,
  ]);

describe('the manual', () => {
  test('shows the example as it is, and a test of it that is one', async () => {
    const [readme, ...sources] = await Promise.all(['README.md', 'example.ts', 'example.test.ts'].map(text));
    const blocks = [...(readme ?? '').matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block);
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).toBe(sources[0]);
    expect(sources[1]).toContain(blocks[1]);
  });

  test('names what the door offers, and nothing else of the shim', async () => {
    const [readme, door] = await Promise.all([text('README.md'), text('index.ts')]);
    const files = [...readme.matchAll(/\]\(([\w./-]+\.ts)\)/g)].map(([, file = '']) => file);
    expect(files).toContain('index.ts');
    for (const file of files) await expect(text(file)).resolves.not.toBe('');
    for (const [, name = ''] of readme.matchAll(/^- `([A-Z]\w+)`/gm)) expect(door).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('the example', () => {
  const program = promisify(execFile);
  const main = new URL('example.ts', import.meta.url).pathname;

  /** Calls it as the manual does; stderr has to stay empty. */
  async function called(command: string, files: { [role: string]: unknown } = {}): Promise<Line[]> {
    const words = Object.entries(files).map(async ([role, content]) => {
      const path = join(folder, `${role}.json`);
      await writeFile(path, JSON.stringify(content));
      return [`--${role}`, path];
    });
    const { stdout, stderr } = await program(process.execPath, [main, command, ...(await Promise.all(words)).flat()]);
    expect(stderr).toBe('');
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  test('says what it takes, checks and offers', async () => {
    const [spec, check, discover] = await Promise.all([
      called('spec'),
      called('check', { config }),
      called('discover', { config }),
    ]);
    expect(spec[0]?.spec).toMatchObject({ connectionSpecification: { required: ['file', 'password'] } });
    expect(check[0]?.connectionStatus).toEqual({
      status: 'SUCCEEDED',
      message: 'Connected. 1 of 1 lists can be read.',
    });
    expect(discover[0]?.catalog?.streams.map(({ name }) => name)).toEqual(['branches', 'products', 'orders']);
  });

  test('is read: everything at first, then what differs', async () => {
    const [, [{ catalog } = {} as Line]] = await Promise.all([stock(before), called('discover', { config })]);
    const streams = catalog?.streams.map((stream) => ({ stream, sync_mode: 'incremental' }));
    const first = await called('read', { config, catalog: { streams } });
    expect(sent(first, 'products')).toHaveLength(3);
    expect(['branches', 'products', 'orders'].flatMap((name) => statuses(first, name).at(-1) ?? [])).toEqual(
      Array(3).fill('COMPLETE'),
    );
    await stock(after);
    const second = await called('read', { config, catalog: { streams }, state: savedIn(first) });
    expect(sent(second, 'branches')).toEqual([
      [{ id: 'b1', name: 'Harbour', changedAt: '2026-01-03T00:00:00Z' }, false],
      [{ id: 'b2' }, true],
    ]);
    expect(sent(second, 'products')).toEqual(
      expect.arrayContaining([
        [{ branchId: 'b1', id: 'tea', price: 2 }, false],
        [{ branchId: 'b1', id: 'rum' }, true],
        [{ branchId: 'b2', id: 'tea' }, true],
      ]),
    );
    expect(sent(second, 'products')).toHaveLength(3);
    expect(sent(second, 'orders')).toEqual([[{ ...placed, status: 'delivered' }, false]]);
  });

  test('says what to correct where there is no shop', async () => {
    const { lines, exitCode } = await call(shop, { command: 'check', config: { ...config, file: '/no/shop' } });
    const message = expect.stringContaining('There is no shop at /no/shop. Correct the setting file.');
    expect(lines.at(-1)?.connectionStatus).toEqual({ status: 'FAILED', message });
    expect(exitCode).toBe(0);
  });
});

test('a second sync sends what has changed', async () => {
  const first = await call(shop, { config, mode: 'incremental' });
  await stock(after);
  const second = await call(shop, { config, mode: 'incremental', state: savedIn(first.lines) });
  expect(second.exitCode).toBe(0);
  expect(recordsOf(second.lines, 'products')).toMatchObject([
    { branchId: 'b2', id: 'tea', _ab_cdc_deleted_at: expect.any(String) },
    { branchId: 'b1', id: 'tea', price: 2, _ab_cdc_deleted_at: null },
    { branchId: 'b1', id: 'rum', _ab_cdc_deleted_at: expect.any(String) },
  ]);
});
