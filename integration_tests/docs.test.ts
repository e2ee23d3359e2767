import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../src/demo/tenant.ts';
import { streams } from '../src/streams/index.ts';
import { apiKeySettings, configured, discovered, oauthSettings, run } from './program.ts';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

const security = textOf('../docs/security.md');

/** What the first column of the tables under a heading names in code. */
function named(heading: string): string[] {
  const section = security.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

describe('the page on security', () => {
  it('names every call over REST that is made, and no other', async () => {
    await using tenant = await startSimulatedTenant({ users: 30, apps: 8, sheets: 1, charts: 1 });
    // Managed spaces whose apps may not be opened are named by check.
    tenant.engine.dials.managedApps = 'close';
    const paths = new Set<string>();
    const note = () => {
      for (const path of Object.keys(tenant.counts.paths)) paths.add(path);
    };
    for (const settings of [apiKeySettings, oauthSettings]) {
      await run('check', { tenant, config: settings(tenant) });
      note();
    }
    await run('read', { tenant, catalog: configured(await discovered(), 'incremental') });
    note();
    const documented = named('What it reads').filter((code) => code.includes('/'));
    const overRest = documented.filter((code) => !code.startsWith('wss:')).map((code) => code.replace(/^\w+ /, ''));
    expect([...paths].sort()).toEqual(overRest.sort());
  });

  it('names every method of the engine that can be called, and no other', () => {
    const [, body = ''] =
      /interface ReadingMethods \{\n(.*?)\n\}/s.exec(textOf('../src/qlik/reading-methods.ts')) ?? [];
    const methods = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, method]) => method);
    expect(methods.length).toBeGreaterThan(5);
    const documented = named('What it reads').filter((code) => !code.includes('/'));
    expect(documented.sort()).toEqual(methods.sort());
  });

  it('says what each stream takes', () => {
    expect(
      named('Least permissions')
        .filter((code) => streams.some(({ name }) => name === code))
        .sort(),
    ).toEqual(streams.map(({ name }) => name).sort());
  });
});
