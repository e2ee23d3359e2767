import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../src/probe/assumptions.ts';
import { LISTS } from '../../src/qlik/probe.ts';
import type { Tenant } from '../../src/qlik/tenant.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { withFiles } from '../support/input-files.ts';
import { apiKeySettings, MAIN } from '../support/program.ts';
import { plant } from './planted.ts';
import { probedIn, probeHere, SIZE } from './probing.ts';

/** What the simulated tenant does otherwise on purpose, since real ones were seen to. */
const ODD = ['connection-tags', 'automation-runs', 'cells-in-tree', 'linked-charts-have-types', 'later-lists'];

const documented = ['security.md', 'probe.md']
  .map((page) => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8'))
  .join('\n');

async function runProbe(config: unknown) {
  return withFiles({ config }, async (words) => {
    const program = spawn(process.execPath, [MAIN, 'probe', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, 'close'),
    ]);
    return { stdout, stderr, code };
  });
}

describe.concurrent('the probe', () => {
  it('tells of each assumption whether it holds: a table on stderr, a report on stdout', async () => {
    await using tenant = await startSimulatedTenant(SIZE);
    const { stdout, stderr, code } = await runProbe(apiKeySettings(tenant));
    const { report, failing } = probedIn(stderr, stdout);
    expect(code).toBe(0);
    expect(report.assumptions.map(({ name }) => name)).toEqual(assumptions.map(({ name }) => name));
    expect(failing).toEqual(ODD);
    for (const { name } of assumptions) expect(stderr).toMatch(new RegExp(`^(yes|NO|\\?) +${name} +\\S`, 'm'));
    expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const { rest, apps, messages } = report.calls;
    expect(rest).toBe(tenant.counts.calls);
    expect(apps).toBe(tenant.engine.counts.upgrades);
    expect(messages).toBe(tenant.engine.counts.messages);
    expect(rest + apps + messages).toBeLessThan(300);
    expect(tenant.counts.writes).toBe(0);
    const paths = Object.keys(tenant.counts.paths).filter((path) => !path.includes('/metadata/'));
    expect(paths.filter((path) => !documented.includes(`${path}\``))).toEqual([]);
    expect(tenant.engine.counts).toMatchObject({ writes: 0, opensWithData: 0, layouts: {} });
  });

  it('tells what does not hold', async () => {
    await using tenant = await startSimulatedTenant(SIZE);
    Object.assign(tenant.dials, {
      pageLinks: 'withoutApi',
      endOfList: 'emptyHref',
      legacyUsers: true,
      reloadsOfAllApps: false,
      workflows: false,
    });
    Object.assign(tenant.engine.dials, {
      managedApps: 'close',
      sectionAccessWithoutData: 'refused',
      getObjects: 'emptyMeta',
      getObjectsLists: 'children',
      listedExpressions: 'stored',
      privateSheets: 'all',
    });
    const { failing } = await probeHere(tenant);
    expect(failing).toEqual(
      expect.arrayContaining([
        'link-path',
        'last-page',
        'user-times',
        'user-roles',
        'reloads-of-all',
        'automations-moved',
        'managed-apps-open',
        'section-access-apps-open',
        'sheets-by-get-objects',
        'get-objects-lists-roots',
        'listed-expressions',
      ]),
    );
  });

  it('tells nothing of the tenant: no value, no id, no name', async () => {
    await using tenant = await startSimulatedTenant(SIZE);
    const { isPlanted, leaks } = plant(tenant);
    const { printed, report } = await probeHere(tenant);
    expect(isPlanted()).toBe(true);
    expect(leaks(printed)).toEqual([]);
    expect(report.shapes.users?.fields).toHaveProperty('lastUpdatedAt');
  });

  it('says what is wrong with settings, as other commands do', async () => {
    await using tenant = await startSimulatedTenant({ users: 3, apps: 1 });
    const config = { tenant_url: tenant.url, credentials: { auth_type: 'api_key', api_key: 'a-key-that-is-wrong' } };
    const { stdout, stderr, code } = await runProbe(config);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\/api\/v1\/users\/me answered 401.*The API key is wrong/);
    expect(JSON.parse(stdout).trace.error).toMatchObject({ failure_type: 'config_error', message: stderr.trim() });
  });
});

it('asks for lists as their streams do', async () => {
  for (const stream of streams) {
    if (!('read' in stream) || !Object.hasOwn(LISTS, stream.name)) continue;
    const { path, query } = LISTS[stream.name as keyof typeof LISTS];
    const asked: object[] = [];
    // biome-ignore lint/correctness/useYield: it lists nothing
    const pages = async function* (list: { path: string; query: object }) {
      asked.push({ path: list.path, ...list.query });
    };
    const appItems = () => pages({ path, query });
    const tenant = { pages, appItems, origin: '' } as unknown as Tenant;
    await Array.fromAsync(stream.read(tenant, () => {}));
    expect(asked[0]).toEqual({ path, ...query });
  }
});
