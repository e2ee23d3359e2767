import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../src/probe/assumptions.ts';
import { chartAssumptions } from '../../src/qlik/assumptions/charts.ts';
import { libraryAssumptions } from '../../src/qlik/assumptions/library.ts';
import { openingAssumptions } from '../../src/qlik/assumptions/opening.ts';
import { sheetAssumptions } from '../../src/qlik/assumptions/sheets.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import type { Dials } from '../../src/simulator/rest/dials.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { withFiles } from '../support/input-files.ts';
import { apiKeySettings, MAIN } from '../support/program.ts';
import { type Probed, probeHere, SIZE } from './probing.ts';

const dial = (dials: Partial<Dials>) => (tenant: SimulatedTenant) => void Object.assign(tenant.dials, dials);
const engineDial = (dials: Partial<EngineDials>) => (tenant: SimulatedTenant) =>
  void Object.assign(tenant.engine.dials, dials);

type Row = { [field: string]: unknown };

/** Answers of a path with something replaced in their text. */
const rewriting = (path: RegExp, text: RegExp, replacement: string) => (tenant: SimulatedTenant) => {
  tenant.faults.mutate = (answer, url) => (path.test(url.pathname) ? answer.replace(text, replacement) : answer);
};

/** Rows of a list with some fields changed. */
const changing =
  (path: RegExp, change: (row: Row, tenant: SimulatedTenant, url: URL) => Row) => (tenant: SimulatedTenant) => {
    tenant.faults.mutate = (answer, url) => {
      if (!path.test(url.pathname)) return answer;
      const { data, ...envelope } = JSON.parse(answer) as { data: Row[] };
      return JSON.stringify({ ...envelope, data: data.map((row) => ({ ...row, ...change(row, tenant, url) })) });
    };
  };

/** Apps as they are listed, with some attributes changed. */
const ofApps = (change: (attributes: Row) => Row) =>
  changing(/items$/, ({ resourceAttributes }) => {
    const attributes = resourceAttributes as Row;
    return { resourceAttributes: { ...attributes, ...change(attributes) } };
  });

/** Apps that the engine does not let in. */
const closing = (isClosed: (app: Item) => boolean) => (tenant: SimulatedTenant) => {
  const apps = [...tenant.data.items.all()].filter((item) => item.resourceType === 'app' && isClosed(item));
  tenant.engine.faults.add({ at: 'connect', app: apps.map(({ resourceId }) => resourceId), close: 4203 });
};

const inEngine = (change: (text: string) => string) => (tenant: SimulatedTenant) => {
  tenant.engine.faults.mutate = change;
};

/** Gives each chart that shows a master visualisation a child. */
const withChildren = (text: string) =>
  JSON.stringify(
    JSON.parse(text, (_, value) =>
      value?.qProperty?.qExtendsId ? { ...value, qChildren: [{ qProperty: { qInfo: { qId: 'a' } } }] } : value,
    ),
  );

/** Lists deleted users only to those who ask for them by a filter. */
function withoutDeleted(tenant: SimulatedTenant): void {
  const deleted = [...tenant.data.users.all()].filter(({ status }) => status === 'deleted').length;
  tenant.faults.mutate = (answer, url) => {
    if (!url.pathname.endsWith('/users') || url.searchParams.has('filter')) return answer;
    const { data, totalResults, ...envelope } = JSON.parse(answer) as { data: Row[]; totalResults?: number };
    const living = data.filter(({ status }) => status !== 'deleted');
    return JSON.stringify({ ...envelope, data: living, totalResults: totalResults && totalResults - deleted });
  };
}

/** What makes a file the one of the first data set, with another locator. */
function fileOfDataset({ data }: SimulatedTenant): Row {
  const dataset = [...data.items.all()].find(({ resourceType }) => resourceType === 'dataset');
  return { name: dataset?.resourceAttributes.technicalName, spaceId: dataset?.spaceId ?? null, qri: 'qri:other' };
}

/** Assumptions that tests of their own try. */
const ELSEWHERE = ['engine-session', 'reload-metadata-of-all', 'connections-moved'];

/** What is asked of opened apps. */
const IN_APPS = [openingAssumptions, sheetAssumptions, libraryAssumptions, chartAssumptions]
  .flatMap((some) => some.map(({ name }) => name))
  .filter((name) => name !== 'opened-without-data');

/** A tenant for which an assumption does not hold: what it does otherwise, and all that changes in the table. */
const TENANTS: readonly [does: string, make: (tenant: SimulatedTenant) => void, fails: string[], unasked?: string[]][] =
  [
    ['takes no pages of 100 spaces', dial({ spacesLimit: 50 }), ['page-of-100']],
    ['names cursors otherwise', dial({ cursorParameter: 'startingAfter' }), ['cursor-parameter'], ['next-page']],
    ['links to another host', dial({ pageLinks: 'otherHost' }), ['link-host']],
    ['links to paths without /api', dial({ pageLinks: 'withoutApi' }), ['link-path']],
    ['ends lists with an empty text', dial({ endOfList: 'emptyHref' }), ['last-page']],
    ['has users of old', dial({ legacyUsers: true }), ['user-times', 'user-roles']],
    ['leaves out deleted users', dial({ deletedUsers: 'leftOut' }), [], ['deleted-users']],
    ['lists no reloads of all apps', dial({ reloadsOfAllApps: false }), ['reloads-of-all'], ['reloads-kept']],
    ['does not know the new path of automations', dial({ workflows: false }), ['automations-moved']],
    [
      'opens no managed apps',
      engineDial({ managedApps: 'close' }),
      ['managed-apps-open'],
      ['preparations-have-no-sheets'],
    ],
    [
      'opens no apps with section access',
      engineDial({ sectionAccessWithoutData: 'refused' }),
      ['section-access-apps-open'],
    ],
    ['opens apps with their data', engineDial({ noData: 'ignored' }), ['opened-without-data'], IN_APPS],
    ['does not know GetVariables', engineDial({ getVariables: 'unknown' }), ['variables-listed'], ['script-variables']],
    [
      'lists no variables of scripts',
      inEngine((text) => text.replaceAll('"qIsScriptCreated":true', '"qIsScriptCreated":false')),
      ['script-variables'],
    ],
    ['says nothing of objects', engineDial({ getObjects: 'emptyMeta' }), ['sheets-by-get-objects']],
    [
      'does not know GetObjects',
      engineDial({ getObjects: 'unknown' }),
      ['sheets-by-get-objects', 'master-items-by-get-objects'],
      ['get-objects-lists-roots'],
    ],
    [
      'lists what is inside of sheets',
      engineDial({ getObjectsLists: 'children' }),
      ['master-item-times', 'get-objects-lists-roots'],
    ],
    ['lists what is stored', engineDial({ listedExpressions: 'stored' }), ['listed-expressions']],
    [
      'says that a list is partial',
      (tenant) => void tenant.faults.add({ path: '/api/v1/roles', partial: true }),
      ['totals', 'whole-answers'],
    ],
    ['has reloads of another status', rewriting(/reloads$/, /SUCCEEDED/g, 'DONE'), ['reload-statuses', 'reload-ends']],
    [
      'has apps of another reload status',
      rewriting(/items$/, /"resourceReloadStatus":"ok"/g, '"resourceReloadStatus":"done"'),
      ['app-reload-status'],
    ],
    ['has times with an offset', rewriting(/roles$/, /(\.\d{3})Z"/g, '$1+02:00"'), ['times']],
    ['has a field more', rewriting(/groups$/, /"status":/g, '"colour":"red","status":'), ['known-fields']],
    [
      'has a collection of another type',
      rewriting(/collections$/, /"publicgoverned"/g, '"shared"'),
      ['collection-types'],
    ],
    ['has a space of another type', rewriting(/spaces$/, /"data"(?!:)/g, '"store"'), ['space-types']],
    [
      'has connections without qID',
      rewriting(/data-connections$/, /"qID":/g, '"qName2":'),
      ['ids', 'known-fields', 'connection-ids'],
    ],
    [
      'has items older than their apps',
      rewriting(/items$/, /"updatedAt":"\d{4}/g, '"updatedAt":"2001'),
      ['app-times', 'app-time-of-sheets'],
    ],
    ['names roles by numbers', changing(/roles$/, () => ({ name: 7 })), ['field-types']],
    ['keeps deleted users for those who ask for them', withoutDeleted, ['deleted-users']],
    [
      'does not say when sheets were made',
      inEngine((text) => text.replaceAll('"createdDate":', '"made":')),
      ['sheet-meta'],
    ],
    ['says another id of itself', rewriting(/tenants\/./, /"id":"[^"]+"/, '"id":"other"'), ['tenant-id']],
    ['does not say who asks', rewriting(/users\/./, /"id":/, '"key":'), ['own-user', 'api-key-id'], ['private-sheets']],
    ['lists keys under other ids', changing(/api-keys$/, () => ({ id: 'other' })), ['api-key-id']],
    [
      'has no next page behind a link',
      (tenant) => void tenant.faults.add({ path: /[?&](next|page|cursor)=/, body: { data: [] } }),
      ['next-page'],
    ],
    [
      'lists collections in another order',
      rewriting(/collections$/, /"createdAt":"\d{4}/, '"createdAt":"2999'),
      ['order'],
    ],
    [
      'lists groups of the system among the others',
      (tenant) =>
        void tenant.faults.add({
          path: /systemGroups=true/,
          body: { data: [...tenant.data.groups.all()].slice(0, 1) },
        }),
      ['system-groups'],
    ],
    ['has roles without a level', changing(/roles$/, () => ({ level: undefined })), ['default-roles']],
    [
      'has an app in a space that it does not list',
      changing(/items$/, ({ spaceId }) => ({ spaceId: spaceId && 'other' })),
      ['spaces-of-apps'],
      ['managed-apps-open'],
    ],
    [
      'lists owners among assignments',
      changing(/assignments$/, ({ spaceId }, tenant) => ({
        assigneeId: tenant.data.spaces.get(String(spaceId))?.ownerId,
      })),
      ['owner-has-no-assignment'],
    ],
    ['assigns teams', changing(/assignments$/, () => ({ type: 'team' })), ['assignment-types']],
    ['lists no shares', (tenant) => void tenant.faults.add({ path: /\/shares/, status: 403 }), ['shares-listed']],
    ['has other ids in attributes', ofApps(() => ({ id: 'other' })), ['app-ids']],
    ['has fewer attributes of apps', ofApps(() => ({ originAppId: undefined })), ['app-attributes']],
    ['has published apps everywhere', ofApps(() => ({ publishTime: '2026-01-01T00:00:00Z' })), ['app-publish-time']],
    ['has no links of apps', changing(/items$/, () => ({ links: {} })), ['app-links']],
    ['has preparations with sheets', ofApps(() => ({ usage: 'DATA_PREPARATION' })), ['preparations-have-no-sheets']],
    [
      'has other locators in data sets',
      changing(/data-files$/, (file, tenant) => (file.spaceId ? {} : fileOfDataset(tenant))),
      ['dataset-locators'],
    ],
    [
      'has connections without times',
      changing(/data-connections$/, () => ({ created: undefined })),
      ['connection-times'],
    ],
    ['lists personal files only', changing(/data-files$/, () => ({ spaceId: null })), ['files-of-all-spaces']],
    ['has data models without tables', rewriting(/data\/metadata$/, /"tables":/, '"sheets":'), ['data-model-lists']],
    [
      'has data models of apps that were never reloaded',
      rewriting(/data\/metadata$/, /"tables":\[/, '"tables":[{"name":"a"},'),
      ['data-model-empty'],
    ],
    ['measures nothing', rewriting(/data\/metadata$/, /"static_byte_size":/, '"size":'), ['data-model-measures']],
    [
      'keeps reloads for a day',
      changing(/reloads$/, () => ({ creationTime: new Date().toISOString() })),
      ['reloads-kept'],
    ],
    [
      'tells of another reload',
      (tenant) => void tenant.faults.add({ path: /reloads\/metadata\/./, body: { data: [{ reloadId: 'other' }] } }),
      ['reload-metadata'],
    ],
    ['opens no personal apps', closing(({ spaceId }) => spaceId === undefined), ['personal-apps-open']],
    [
      'opens no new apps',
      closing(({ resourceAttributes }) => resourceAttributes.lastReloadTime === ''),
      ['new-apps-open'],
    ],
    ["shows others' private sheets", engineDial({ privateSheets: 'all' }), ['private-sheets']],
    [
      'lists measures without definitions',
      inEngine((text) => text.replaceAll('"qMeasure":', '"qOther":')),
      ['master-item-definitions'],
    ],
    [
      'has a handle for what is not there',
      inEngine((text) => text.replace('"qHandle":null', '"qHandle":9')),
      ['missing-object'],
    ],
    ['shows what is in masters', inEngine(withChildren), ['linked-charts-have-no-children']],
  ];

describe.sequential('a probe of a tenant that', () => {
  let usual: Probed | undefined;
  const asItIs = async () => {
    if (usual) return usual;
    await using tenant = await startSimulatedTenant(SIZE);
    usual = await probeHere(tenant);
    return usual;
  };

  it.each(TENANTS)('%s says so', async (_, make, fails, unasked = []) => {
    const before = await asItIs();
    await using tenant = await startSimulatedTenant(SIZE);
    make(tenant);
    const after = await probeHere(tenant);
    const news = (of: 'failing' | 'unasked') => after[of].filter((name) => !before[of].includes(name));
    expect({ fails: news('failing'), unasked: news('unasked') }).toEqual({ fails, unasked });
  });
});

it('is tried with a tenant for which it does not hold, whatever is assumed', async () => {
  await using tenant = await startSimulatedTenant(SIZE);
  const { failing } = await probeHere(tenant);
  const tried = new Set([...failing, ...TENANTS.flatMap(([, , fails]) => fails), ...ELSEWHERE]);
  expect(assumptions.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

describe('a probe', () => {
  it('goes on where something is refused, and says so', async () => {
    await using tenant = await startSimulatedTenant(SIZE);
    tenant.faults.forbid('groups');
    tenant.engine.faults.add({ at: 'upgrade', http: 403 });
    const { report, unasked, failing } = await probeHere(tenant);
    expect(unasked).toEqual(expect.arrayContaining(['system-groups', 'sheet-meta', 'cells-in-tree']));
    expect(failing).toContain('engine-session');
    const came = new Map(report.assumptions.map((assumption) => [assumption.name, assumption.came]));
    expect(came.get('system-groups')).toBe('refused (403)');
    expect(came.get('user-times')).toMatch(/^60 of 60/);
  });

  it('makes no more calls than it may', async () => {
    await using tenant = await startSimulatedTenant(SIZE);
    const { report, unasked } = await probeHere(tenant, 40);
    expect(tenant.counts.calls + tenant.engine.counts.upgrades + tenant.engine.counts.messages).toBeLessThanOrEqual(40);
    expect(unasked.length).toBeGreaterThan(10);
    expect(report.assumptions.map(({ came }) => came)).toContain('refused (BUDGET-SPENT)');
  });
});

it('a probe of a tenant that has what no stream reads yet looks at it', async () => {
  await using tenant = await startSimulatedTenant(SIZE);
  const last = tenant.data.reloads.walk('creationTime', -1).map(([, reload]) => reload);
  const reload = last.find(({ appId, status }) => status === 'SUCCEEDED' && tenant.data.itemOfApp(appId));
  const data = [{ reloadId: reload?.id, statements: [] }];
  tenant.faults.add({ path: new RegExp(`/reloads/metadata/${reload?.id}$`), body: { data } });
  tenant.faults.add({ path: /\/reloads\/metadata\/$/, body: { data: Array(11).fill(data[0]) } });
  const connection = { qID: 'a', qName: 'b', createdAt: '2026-01-01T00:00:00Z' };
  tenant.faults.add({ path: /connectivity/, body: { data: [connection, { ...connection, qID: undefined }] } });
  tenant.faults.add({ path: '/api/v1/audits', body: { data: [{ eventId: 'a', data: { secretKey: 'b' } }] } });
  const { report } = await probeHere(tenant);
  const verdict = (wanted: string) => report.assumptions.find(({ name }) => name === wanted);
  expect(verdict('reload-metadata')).toMatchObject({ holds: true, came: '1 of 1 reloads' });
  expect(verdict('reload-metadata-of-all')).toMatchObject({ holds: false, came: '11 reloads' });
  expect(verdict('connections-moved')).toMatchObject({ holds: false, came: '1 of 2 connections' });
  expect(verdict('later-lists')?.came).toMatch(/^2 of 20 lists/);
  expect(report.shapes.audits?.fields).toMatchObject({ eventId: { in: 1 }, data: { of: { fields: {}, unnamed: 1 } } });
});

it('SIGTERM ends it at once, without a report', async () => {
  await using tenant = await startSimulatedTenant({ users: 5, apps: 2 });
  tenant.faults.add({ path: '/api/v1/groups', silent: true });
  await withFiles({ config: apiKeySettings(tenant) }, async (words) => {
    const program = spawn(process.execPath, [MAIN, 'probe', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const told = Promise.all([text(program.stdout), text(program.stderr)]);
    await expect.poll(() => tenant.counts.paths['/api/v1/groups']).toBeGreaterThan(0);
    program.kill('SIGTERM');
    const [code, signal] = await once(program, 'close');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    expect(await told).toEqual(['', '']);
  });
});
