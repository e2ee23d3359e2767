import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Message } from '../support/messages.ts';
import { apiKeySettings, discovered, runWords } from '../support/program.ts';
import { changed, changes } from './changes.ts';
import { damaged, damages } from './damages.ts';
import { fuzzing } from './fuzzing.ts';
import { bugs } from './raw-call.ts';
import { smallTenant } from './small-tenant.ts';
import { syncOf } from './tenant.ts';

let tenant: SimulatedTenant;
let good: { readonly config: object; readonly catalog: object; readonly state: readonly Message[] };
let folder: string;

beforeAll(async () => {
  tenant = await smallTenant();
  folder = await mkdtemp(join(tmpdir(), 'qlik-fuzz-'));
  const streams = (await discovered()).map((stream) => ({ stream, sync_mode: 'incremental' }));
  const state = (await syncOf(tenant, [])).messages.filter(({ type }) => type === 'STATE');
  good = { config: apiKeySettings(tenant, { include_spaces: ['*'] }), catalog: { streams }, state };
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true });
});

const LONG_MS = 300_000;

/** Whatever host a setting names, nobody but this machine is asked: the way to all others ends at a port without a listener. */
const NOWHERE = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' };

/** What is waited for takes a hundredth of the time. */
const IN_A_HURRY = `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  timers.setTimeout = (ms, ...rest) => setTimeout(ms / 100, ...rest);
  syncBuiltinESMExports();`;

type Role = keyof typeof good;

/** Runs the program with one file corrupted; what is wrong with its output is found by whoever runs it. */
async function runWith(name: 'check' | 'discover' | 'read', role: Role, content: string | Buffer) {
  const roles: readonly Role[] = name === 'read' ? ['config', 'catalog', 'state'] : ['config'];
  const words = roles.map(async (each) => {
    const file = join(folder, `${each}.json`);
    await writeFile(file, each === role ? content : JSON.stringify(good[each]));
    return [`--${each}`, file];
  });
  const command = name === 'read' ? { name, streams: namesIn(role === 'catalog' ? content : '') } : { name };
  const options = { tenant, preload: IN_A_HURRY, env: NOWHERE };
  return runWords([name, ...(await Promise.all(words)).flat()], command, options);
}

function namesIn(catalog: string | Buffer): string[] {
  const entries = (value: unknown) => {
    const { streams } = (value ?? {}) as { streams?: ({ stream?: { name?: unknown } | null } | null)[] };
    return Array.isArray(streams) ? streams.map((entry) => entry?.stream?.name) : [];
  };
  let names = entries(good.catalog);
  try {
    if (catalog !== '') names = entries(JSON.parse(String(catalog)));
  } catch {}
  return names.filter((name) => typeof name === 'string');
}

describe('the program ends with a message, whatever is in its', () => {
  it.each<['check' | 'discover' | 'read', Role, number]>([
    ['check', 'config', 12],
    ['discover', 'config', 8],
    ['read', 'config', 8],
    ['read', 'catalog', 12],
    ['read', 'state', 12],
  ])(
    '%s: %s',
    async (name, role, runs) => {
      const property = fc.asyncProperty(fc.boolean(), changes(), damages(), async (isDamaged, some, odd) => {
        const content = isDamaged ? damaged(JSON.stringify(good[role]), odd) : changed(good[role], some);
        const result = await runWith(name, role, content);
        expect(bugs(result.errors)).toEqual([]);
        expect(result.messages.length).toBeGreaterThan(0);
      });
      await fc.assert(property, fuzzing(runs));
    },
    LONG_MS,
  );
});
