import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import spec from '../../schemas/spec.json' with { type: 'json' };
import { anchorOf } from '../../scripts/markdown.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, configured, discovered, oauthSettings } from '../support/program.ts';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

const security = textOf('../../docs/security.md');

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
      await runHere('check', { tenant, config: settings(tenant) });
      note();
    }
    // The oldest reload is yet to end, when it is no more on the first page.
    const [[, oldest] = []] = tenant.data.reloads.walk('creationTime', 1);
    tenant.data.reloads.change(oldest?.id ?? '', { status: 'RELOADING' });
    for (let day = 1; day <= 100; day += 1) {
      const creationTime = new Date(Date.UTC(2026, 0, day)).toISOString();
      tenant.data.reloads.add({ status: 'SUCCEEDED', creationTime });
    }
    const catalog = configured(await discovered(), 'incremental');
    const { messages } = await runHere('read', { tenant, catalog });
    note();
    const state = messages.flatMap((message) => (message.state ? [message.state] : []));
    tenant.dials.workflows = false;
    await runHere('read', { tenant, catalog, state });
    note();
    const documented = named('What it reads').filter((code) => code.includes('/'));
    const overRest = documented.filter((code) => !code.startsWith('wss:')).map((code) => code.replace(/^\w+ /, ''));
    expect([...paths].sort()).toEqual(overRest.sort());
  });

  it('names every method of the engine that can be called, and no other', () => {
    const [, body = ''] =
      /interface ReadingMethods \{\n(.*?)\n\}/s.exec(textOf('../../src/qlik/reading-methods.ts')) ?? [];
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

describe('the page for Airbyte', () => {
  const page = textOf('../../docs/qlik-sense-cloud.md');
  const sectionOf = (heading: string) => page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

  it('has the headings of Airbyte’s pages, in their order', () => {
    const wanted = [
      '# Qlik Sense Cloud',
      '## Prerequisites',
      '## Setup guide',
      '## Set up Qlik Sense Cloud',
      '## Set up the Qlik Sense Cloud connector in Airbyte',
      '## Supported sync modes',
      '## Supported Streams',
      '### Performance considerations',
      '## Data type map',
      '## Limitations & Troubleshooting',
      '### Tutorials',
      '## IP allow list',
      '## Changelog',
    ];
    const headings = [...page.matchAll(/^#+ .+/gm)].map(([heading]) => heading);
    expect(headings.filter((heading) => wanted.includes(heading))).toEqual(wanted);
    expect(page).toContain('<HideInUI>');
  });

  it('names what has to be at hand, and every setting, as the form does', () => {
    const { required, properties } = spec;
    const titles = Object.entries(properties).map(([name, { title }]) => ({ name, title }));
    for (const { name, title } of titles) {
      if (required.includes(name)) expect(sectionOf('Prerequisites')).toContain(title);
      expect(page).toContain(`| ${title} `);
    }
  });

  it('names every stream with its key', () => {
    const rows = [...sectionOf('Supported Streams').matchAll(/^\| `(\w+)` +\| (.+?) +\|/gm)];
    expect(rows.map(([, name, key]) => [name, key])).toEqual(
      streams.map(({ name, primaryKey }) => [name, primaryKey.map((field) => `\`${field}\``).join(', ')]),
    );
  });

  it('has an entry for this version, the newest first', () => {
    const entries = [...sectionOf('Changelog').matchAll(/^\| (\d\S*) +\| (\S+) +\|/gm)];
    expect(entries[0]?.[1]).toBe(packageJson.version);
    for (const [, , date] of entries) expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

describe('all pages', () => {
  const pages = [
    'README.md',
    ...readdirSync(new URL('../../docs', import.meta.url)).map((file) => `docs/${file}`),
  ].filter((file) => file.endsWith('.md'));

  it.each(pages)('%s leads only to files and headings that are there', (path) => {
    const place = new URL(`../../${path}`, import.meta.url);
    const links = [...textOf(place.href).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    for (const link of links) {
      const target = new URL(link, place);
      const anchor = target.hash.slice(1);
      target.hash = '';
      expect([link, existsSync(target)]).toEqual([link, true]);
      if (anchor) expect(anchorsIn(readFileSync(target, 'utf8'))).toContain(anchor);
    }
  });
});

function anchorsIn(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)/gm)].map(([, heading = '']) => anchorOf(heading));
}
