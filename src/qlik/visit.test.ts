import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { AppSession } from './app-session.ts';
import type { EngineTimeouts } from './engine-socket.ts';
import { Limiter } from './limiter.ts';
import { GONE_MS, Reachability } from './reachability.ts';
import {
  type Answer,
  answersOf,
  type Behaviour,
  type Request,
  type ScriptedApp,
  ScriptedEngine,
  type ScriptedObject,
  welcome,
} from './testing/scripted-engine.ts';
import { Visit, type VisitOptions } from './visit.ts';

/** What a test waits for comes late where the machine is busy. `expect.poll` is lost where tests run at the same time. */
const COMES_LATE = { timeout: 60_000 };

const SHEETS = Array.from({ length: 12 }, (_, index) => `sheet-${index}`);

/** Twelve sheets of falling rank, each with one chart, and one item of each kind in the library. */
const APP: ScriptedApp = {
  ...Object.fromEntries(
    SHEETS.map((id, index) => [id, { type: 'sheet', properties: { rank: -index }, children: [`chart-${index}`] }]),
  ),
  ...Object.fromEntries(SHEETS.map((_, index) => [`chart-${index}`, { type: 'kpi' }])),
  master: { type: 'masterobject', properties: { visualization: 'kpi' } },
  measure: { type: 'measure', properties: { qMeasure: { qDef: '1' } } },
  dimension: { type: 'dimension', properties: { qDim: { qFieldDefs: ['A'] } } },
};

type Instead = (request: Request, socket: WebSocket, session: number) => Answer | 'nothing';

/** An engine with the app, and what the test answers in its place. */
async function engineWith(
  instead: Instead = () => undefined,
  behaviour: Behaviour = {},
  app = APP,
): Promise<ScriptedEngine> {
  const usual = answersOf(app);
  return ScriptedEngine.start({
    answer: (request, socket, session) => {
      const answer = instead(request, socket, session);
      return answer === 'nothing' ? undefined : (answer ?? usual(request));
    },
    ...behaviour,
  });
}

const closing =
  (method: string, code: number, sessions = 1): Instead =>
  (request, socket, session) => {
    if (request.method !== method || session > sessions) return undefined;
    socket.close(code);
    return 'nothing';
  };

const counted = (methods: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(methods, (method) => method)].map(([method, all]) => [method, all.length]));

const treesOf = (visit: Visit) => Promise.all(SHEETS.map((id) => visit.tree(id)));
const ids = (trees: Awaited<ReturnType<typeof treesOf>>) =>
  trees.map((tree) => (tree?.qProperty.qInfo as { qId?: string } | undefined)?.qId);

describe('a visit', () => {
  test('opens nothing before it is asked, and may be left without', async () => {
    await using engine = await engineWith();
    {
      await using _ = engine.visit();
      await sleep(10);
    }
    expect(engine.sockets).toHaveLength(0);
  });

  test('opens another session where the one that it had ended while nobody asked, however long that was', async () => {
    await using engine = await engineWith();
    await using visit = engine.visit({ patience: { retryMs: 1_200, pauseMs: 0 } });
    expect(await visit.sheets()).toHaveLength(SHEETS.length);
    await sleep(1_300);
    engine.sockets[0]?.close(1001);
    expect(ids(await treesOf(visit))).toEqual(SHEETS);
    expect(engine.sockets).toHaveLength(2);
  });

  test('opens one session for all questions, and closes it in the end', async () => {
    await using engine = await engineWith();
    {
      await using visit = engine.visit();
      const [sheets, trees] = await Promise.all([
        visit.sheets(),
        treesOf(visit),
        visit.masterVisualizations(),
        visit.measures(),
        visit.dimensions(),
      ]);
      expect(sheets.map(({ qInfo }) => qInfo.qId)).toEqual(SHEETS.toReversed());
      expect(ids(trees)).toEqual(SHEETS);
    }
    expect(engine.sockets).toHaveLength(1);
    await vi.waitFor(() => expect(engine.closeCodes).toEqual([1000]), COMES_LATE);
  });

  test('fetches each list once, also for two who ask at the same time', async () => {
    await using engine = await engineWith();
    await using visit = engine.visit();
    const all = () => Promise.all([visit.sheets(), visit.measures(), visit.dimensions()]);
    const [first, second, masters] = await Promise.all([all(), all(), visit.masterVisualizations()]);
    expect(await all()).toEqual(first);
    expect(second).toEqual(first);
    expect([...masters]).toMatchObject([['master', { qProperty: { visualization: 'kpi' } }]]);
    expect(counted(engine.methods)).toEqual({
      OpenDoc: 1,
      GetObjects: 2,
      GetAppLayout: 1,
      CreateSessionObject: 2,
      GetLayout: 2,
      GetObject: 1,
      GetFullPropertyTree: 1,
    });
  });

  test('reads nothing of an app that was opened with its data', async () => {
    const layout = { result: { qLayout: { qIsOpenedWithoutData: false } } };
    await using engine = await engineWith(({ method }) => (method === 'GetAppLayout' ? layout : undefined));
    await using visit = engine.visit();
    await expect(visit.sheets()).rejects.toMatchObject({ failureType: 'system_error' });
    await expect(visit.tree('sheet-1')).rejects.toMatchObject({ failureType: 'system_error' });
    expect(engine.sockets).toHaveLength(1);
  });
});

const withoutMeta: Instead = (request) => {
  if (request.method !== 'GetObjects') return undefined;
  const { qList } = (answersOf(APP)(request)?.result ?? { qList: [] }) as { qList: object[] };
  return { result: { qList: qList.map((entry) => ({ ...entry, qMeta: {} })) } };
};
const refusingObjects =
  (code: number): Instead =>
  (request) =>
    request.method === 'GetObjects' ? { error: { code, message: 'No' } } : undefined;

test.each<[string, Instead]>([
  ['knows no GetObjects', refusingObjects(-32601)],
  ['refuses its parameters', refusingObjects(-32602)],
  ['tells nothing of the objects', withoutMeta],
])('an engine that %s is asked for lists of the session', async (_, instead) => {
  await using engine = await engineWith(instead);
  const listedTypes: VisitOptions['listedTypes'] = new Set();
  await using visit = engine.visit({ listedTypes });
  const [sheets, masters, version] = await Promise.all([
    visit.sheets(),
    visit.masterVisualizations(),
    visit.libraryVersion(),
  ]);
  expect(sheets.map(({ qInfo }) => qInfo.qId)).toEqual(SHEETS.toReversed());
  expect([...masters.keys()]).toEqual(['master']);
  expect(JSON.stringify(version)).toMatch(/dimension.*"A".*master.*kpi.*measure.*"1"/);
  expect(counted(engine.methods)).toMatchObject({ GetObjects: 2, CreateSessionObject: 4, GetLayout: 4 });
  expect(listedTypes).toEqual(new Set());
});

async function versionIn(app: ScriptedApp, instead?: Instead): Promise<unknown> {
  await using engine = await engineWith(instead, {}, app);
  await using visit = engine.visit();
  return await visit.libraryVersion();
}

/** An engine that lists measures and dimensions by lists of the session only. */
const documentedOnly =
  (app: ScriptedApp): Instead =>
  (request) => {
    if (request.method !== 'GetObjects') return undefined;
    const qTypes = request.params[0].qTypes.filter((type: string) => !['measure', 'dimension'].includes(type));
    return answersOf(app)({ ...request, params: [{ ...request.params[0], qTypes }] });
  };

describe('the version of the library', () => {
  const time = '2026-01-01T00:00:00.000Z';
  const meta = { id: 'object-1', modifiedDate: time, title: 'Sales', description: '', privileges: ['read'] };
  const library: ScriptedApp = {
    sheet: { type: 'sheet', meta },
    master: { type: 'masterobject', properties: { visualization: 'kpi', qMetaDef: { title: 'M' } }, meta },
    sum: { type: 'measure', properties: { qMeasure: { qDef: 'Sum(A)', qLabel: 'Sum' } }, meta },
    max: { type: 'measure', properties: { qMeasure: { qDef: 'Max(A)' } }, meta },
    region: { type: 'dimension', properties: { qDim: { qFieldDefs: ['Region'] } }, meta },
  };
  const { region, ...withoutRegion } = library;
  const changed = (id: string, change: Partial<ScriptedObject>): ScriptedApp => ({
    ...library,
    [id]: { ...(library[id] as ScriptedObject), ...change },
  });
  const later = { ...meta, modifiedDate: '2026-01-02T00:00:00.000Z' };

  const moves: readonly [what: string, app: ScriptedApp][] = [
    [
      'a measure, whose time stands still',
      changed('sum', { properties: { qMeasure: { qDef: 'Sum(B)', qLabel: 'Sum' } } }),
    ],
    ['the label of a measure', changed('sum', { properties: { qMeasure: { qDef: 'Sum(A)', qLabel: 'All' } } })],
    ['a dimension, whose time stands still', changed('region', { properties: { qDim: { qFieldDefs: ['Country'] } } })],
    [
      'the title of a dimension',
      changed('region', { properties: { qDim: { qFieldDefs: ['Region'] }, qMetaDef: { title: 'R' } } }),
    ],
    ['what a master visualisation draws', changed('master', { properties: { visualization: 'table' } })],
    ['the time of a master visualisation', changed('master', { meta: later })],
    ['the time of a measure', changed('sum', { meta: later })],
    ['a new item', { ...library, country: { type: 'dimension', meta } }],
    ['a deleted item', withoutRegion],
  ];

  test.each(moves)('moves with %s', async (_, app) => {
    expect(await versionIn(app)).not.toEqual(await versionIn(library));
  });

  test.each(moves)('moves with %s where GetObjects lists neither measures nor dimensions', async (_, app) => {
    expect(await versionIn(app, documentedOnly(app))).not.toEqual(await versionIn(library, documentedOnly(library)));
  });

  test.each<[what: string, app: ScriptedApp]>([
    ['the order of the items', Object.fromEntries(Object.entries(library).toReversed())],
    ['what the caller may do', changed('master', { meta: { ...meta, privileges: ['read', 'update'], owner: 'me' } })],
    ['a sheet', changed('sheet', { meta: later })],
    [
      'a property that charts do not show',
      changed('sum', { properties: { ...library.sum?.properties, color: 'red' } }),
    ],
    ['nothing', library],
  ])('does not move with %s', async (_, app) => {
    expect(await versionIn(app)).toEqual(await versionIn(library));
    expect(await versionIn(app, documentedOnly(app))).toEqual(await versionIn(library, documentedOnly(library)));
  });

  test('is JSON', async () => {
    const version = await versionIn(library);
    expect(version).toEqual(JSON.parse(JSON.stringify(version)));
    expect(await versionIn({ sheet: { type: 'sheet' } })).toEqual([]);
  });

  test('comes with the list of the sheets, for one message more', async () => {
    await using engine = await engineWith();
    await using visit = engine.visit();
    await Promise.all([visit.sheets(), visit.libraryVersion()]);
    expect(counted(engine.methods)).toEqual({ OpenDoc: 1, GetAppLayout: 1, GetObjects: 2 });
    await Promise.all([visit.libraryVersion(), visit.masterVisualizations()]);
    expect(counted(engine.methods)).toEqual({
      OpenDoc: 1,
      GetAppLayout: 1,
      GetObjects: 2,
      GetObject: 1,
      GetFullPropertyTree: 1,
    });
  });

  test('takes a list of the session for each type that is not there, which charts need not ask again', async () => {
    const app: ScriptedApp = { sheet: { type: 'sheet' }, measure: { type: 'measure' } };
    await using engine = await engineWith(undefined, {}, app);
    await using visit = engine.visit();
    await visit.libraryVersion();
    expect(counted(engine.methods)).toMatchObject({ GetObjects: 1, CreateSessionObject: 1, GetLayout: 1 });
    await visit.dimensions();
    expect(counted(engine.methods)).toMatchObject({ CreateSessionObject: 1 });
    expect(
      engine.requests.flatMap(({ method, params }) => (method === 'CreateSessionObject' ? params : [])),
    ).toMatchObject([{ qDimensionListDef: { qType: 'dimension' } }]);
  });

  test('takes none where another app has shown that GetObjects lists that type', async () => {
    const listedTypes: VisitOptions['listedTypes'] = new Set();
    const sessionLists = async (app: ScriptedApp, instead?: Instead) => {
      await using engine = await engineWith(instead, {}, app);
      await using visit = engine.visit({ listedTypes });
      await visit.libraryVersion();
      return counted(engine.methods).CreateSessionObject ?? 0;
    };
    const empty: ScriptedApp = { sheet: { type: 'sheet' } };
    expect(await sessionLists(empty)).toBe(2);
    expect(await sessionLists(library, documentedOnly(library))).toBe(2);
    expect(await sessionLists(empty)).toBe(2);
    expect(await sessionLists({ measure: { type: 'measure' } })).toBe(1);
    expect(await sessionLists(empty)).toBe(1);
    expect(await sessionLists(library)).toBe(0);
    expect(await sessionLists(empty)).toBe(0);
    // What was learned is of no use where the message itself fails.
    expect(await sessionLists(library, refusingObjects(-32601))).toBe(3);
  });

  test('is the same from an engine that knows no GetObjects, whatever the order', async () => {
    const version = await versionIn(library, refusingObjects(-32601));
    const [, , ...moved] = Object.entries(library);
    expect(await versionIn(Object.fromEntries(Object.entries(library).toReversed()), refusingObjects(-32601))).toEqual(
      version,
    );
    expect(await versionIn(Object.fromEntries(moved), refusingObjects(-32601))).not.toEqual(version);
  });

  test('fails where it cannot be read', async () => {
    await using engine = await engineWith(refusingObjects(5));
    await using visit = engine.visit();
    await expect(visit.libraryVersion()).rejects.toMatchObject({ failureType: 'config_error', facts: { code: 5 } });
  });
});

describe.concurrent('a session that breaks', () => {
  test('under many questions is opened again once, and only what was not answered is asked again', async () => {
    let trees = 0;
    await using engine = await engineWith((request, socket, session) => {
      if (request.method !== 'GetFullPropertyTree' || session > 1) return undefined;
      trees += 1;
      if (trees <= 5) return undefined;
      if (trees === SHEETS.length) socket.close(1012);
      return 'nothing';
    });
    await using visit = engine.visit();
    await visit.sheets();
    expect(ids(await treesOf(visit))).toEqual(SHEETS);
    expect(engine.sockets).toHaveLength(2);
    expect(counted(engine.methods)).toEqual({
      OpenDoc: 2,
      GetObjects: 1,
      GetAppLayout: 2,
      GetObject: 12 + 7,
      GetFullPropertyTree: 12 + 7,
    });
  });

  test('is gone before the next begins, however long its end takes', async () => {
    const open: number[] = [];
    let live = 0;
    const endSlowly: Instead = ({ method }, socket, session) => {
      if (method !== 'GetObjects' || session > 1) return undefined;
      socket.send('{"half":');
      socket.pause();
      setTimeout(() => socket.resume(), 800);
      return 'nothing';
    };
    await using engine = await engineWith(endSlowly, {
      greet: (socket) => {
        live += 1;
        open.push(live);
        socket.on('close', () => {
          live -= 1;
        });
        welcome(socket);
      },
    });
    await using visit = engine.visit();
    await visit.sheets();
    expect(open).toEqual([1, 1]);
  });

  test('while it is opened is opened again', async () => {
    await using engine = await engineWith(closing('OpenDoc', 4200));
    await using visit = engine.visit();
    const [sheets] = await Promise.all([visit.sheets(), visit.measures()]);
    expect(sheets).toHaveLength(12);
    expect(counted(engine.methods).OpenDoc).toBe(2);
    expect(engine.sockets).toHaveLength(2);
  });

  test('twice under the same tree makes it be asked in pieces', async () => {
    await using engine = await engineWith((request, socket) => {
      if (request.method !== 'GetFullPropertyTree') return undefined;
      socket.terminate();
      return 'nothing';
    });
    await using visit = engine.visit();
    const tree = await visit.tree('sheet-3');
    expect(tree?.qChildren?.map(({ qProperty }) => qProperty.qInfo)).toEqual([{ qId: 'chart-3', qType: 'kpi' }]);
    expect(counted(engine.methods)).toMatchObject({ GetFullPropertyTree: 2, GetProperties: 2, GetChildInfos: 2 });
  });

  test('with 1009, since its answer is too large, makes the tree be asked alone, and then in pieces', async () => {
    await using engine = await engineWith(closing('GetFullPropertyTree', 1009, 99));
    await using visit = engine.visit();
    expect((await visit.tree('sheet-3'))?.qChildren).toHaveLength(1);
    expect(counted(engine.methods)).toMatchObject({ OpenDoc: 3, GetFullPropertyTree: 2, GetProperties: 2 });
  });
});

test.each([-32604, 19, 1015, 8000, 8001, 8002, 9003])(
  'a tree that cannot be sent whole (%d) is asked in pieces, in the same session',
  async (code) => {
    await using engine = await engineWith(({ method }) =>
      method === 'GetFullPropertyTree' ? { error: { code, message: 'Too large' } } : undefined,
    );
    await using visit = engine.visit();
    expect((await visit.tree('sheet-3'))?.qChildren).toHaveLength(1);
    expect(counted(engine.methods)).toMatchObject({ OpenDoc: 1, GetFullPropertyTree: 1, GetProperties: 2 });
  },
);

describe.concurrent('an app', () => {
  const refusing: readonly [string, Behaviour][] = [
    ['denied by a close', { greet: (socket) => socket.close(4203) }],
    ['denied at the upgrade', { upgrade: () => ({ status: 403 }) }],
    ['gone by a close', { greet: (socket) => socket.close(4204) }],
    ['gone at the upgrade', { upgrade: () => ({ status: 404 }) }],
    ['gone by an error', { answer: () => ({ error: { code: 1003, message: 'App not found' } }) }],
    ['softly deleted', { answer: () => ({ error: { code: 1019, message: 'App soft deleted' } }) }],
  ];

  test.each(refusing)('that is %s is tried once, for all that is asked', async (_, behaviour) => {
    await using engine = await ScriptedEngine.start(behaviour);
    await using visit = engine.visit({ patience: { retryMs: 900, pauseMs: 0 } });
    const asked = await Promise.allSettled([visit.sheets(), visit.tree('sheet-1')]);
    const later = await Promise.allSettled([visit.measures()]);
    for (const outcome of [...asked, ...later])
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { partitionOut: expect.stringMatching(/^(denied|vanished)$/) },
      });
    expect(engine.authorizations).toHaveLength(1);
  });

  test('that keeps failing is given up for all questions that come later', async () => {
    await using engine = await ScriptedEngine.start({ greet: (socket) => socket.close(1011) });
    await using visit = engine.visit({ patience: { retryMs: 1_500, pauseMs: 0 } });
    await expect(visit.sheets()).rejects.toMatchObject({ failureType: 'transient_error' });
    const tries = engine.sockets.length;
    expect(tries).toBeGreaterThan(1);
    await expect(visit.tree('sheet-1')).rejects.toMatchObject({
      failureType: 'transient_error',
      facts: { code: 1011 },
    });
    await expect(visit.measures()).rejects.toMatchObject({ facts: { code: 1011 } });
    expect(engine.sockets).toHaveLength(tries);
  });

  test('that is busy is tried again after the pause that is asked for', async () => {
    const upgrade = (turn: number) =>
      turn === 1 ? { status: 429, headers: { 'retry-after': '0.3' } } : { status: 101 };
    await using engine = await engineWith(undefined, { upgrade });
    await using visit = engine.visit();
    const began = performance.now();
    expect(await visit.sheets()).toHaveLength(12);
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(engine.authorizations).toHaveLength(2);
  });

  test('that is busy for longer than there is patience is not waited for', async () => {
    const upgrade = () => ({ status: 429, headers: { 'retry-after': '60' } });
    await using engine = await engineWith(undefined, { upgrade });
    await using visit = engine.visit({ patience: { retryMs: 60_000, pauseMs: 1_000 } });
    await expect(visit.sheets()).rejects.toMatchObject({ facts: { refusal: 'busy' } });
    expect(engine.authorizations).toHaveLength(1);
  });
});

describe.concurrent('a visit that is left', () => {
  test.each<[what: string, method: string]>([
    ['questions are on their way', 'GetObjects'],
    ['the app is being opened', 'OpenDoc'],
  ])('while %s leaves at once, and leaves nobody waiting', async (_, method) => {
    await using engine = await engineWith((request) => (request.method === method ? 'nothing' : undefined));
    // It would outlast the test if it waited for an answer.
    const visit = hastyVisit(engine, { openMs: 1e9, callMs: 1e9 }, new AbortController().signal);
    const asked = Promise.allSettled([visit.sheets(), visit.masterVisualizations()]);
    await vi.waitFor(() => expect(engine.methods).toContain(method), COMES_LATE);
    await visit[Symbol.asyncDispose]();
    for (const outcome of await asked) expect(outcome.status).toBe('rejected');
    await vi.waitFor(() => expect(engine.closeCodes).toHaveLength(1), COMES_LATE);
    expect(engine.sockets).toHaveLength(1);
  });

  test('while it waits to try again does not try again', async () => {
    await using engine = await ScriptedEngine.start({ greet: (socket) => socket.close(1011) });
    const visit = engine.visit();
    const asked = Promise.allSettled([visit.sheets()]);
    await vi.waitFor(() => expect(engine.closeCodes).toHaveLength(1), COMES_LATE);
    await visit[Symbol.asyncDispose]();
    expect(await asked).toMatchObject([{ status: 'rejected' }]);
    const tries = engine.sockets.length;
    await sleep(600);
    expect(engine.sockets).toHaveLength(tries);
  });

  test('while it waits as long as it was told leaves at once', async () => {
    const upgrade = () => ({ status: 429, headers: { 'retry-after': '60' } });
    await using engine = await engineWith(undefined, { upgrade });
    const visit = engine.visit({ patience: { retryMs: 0, pauseMs: 60_000 } });
    const asked = Promise.allSettled([visit.sheets()]);
    await vi.waitFor(() => expect(engine.authorizations).toHaveLength(1), COMES_LATE);
    await visit[Symbol.asyncDispose]();
    expect(await asked).toMatchObject([{ status: 'rejected' }]);
    expect(engine.authorizations).toHaveLength(1);
  });

  test('by a stop fails with the reason of that, at once', async () => {
    const stop = new AbortController();
    await using engine = await engineWith((request) => (request.method === 'GetObjects' ? 'nothing' : undefined));
    await using visit = engine.visit({ stop: stop.signal });
    const asked = visit.sheets();
    await vi.waitFor(() => expect(engine.methods).toContain('GetObjects'), COMES_LATE);
    const reason = new Error('that is enough');
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect(visit.tree('sheet-1')).rejects.toBe(reason);
  });
});

/** A visit that gives its sessions other times than the usual ones. */
function hastyVisit(engine: ScriptedEngine, timeouts: Partial<EngineTimeouts>, stop: AbortSignal): Visit {
  const app = { id: 'app-1', published: false, origin: 'https://acme.example.com' };
  return new Visit(app, {
    open: async (leave) => AppSession.open(app.id, await engine.connect(stop, timeouts, leave)),
    renew: () => false,
    readDataModel: () => Promise.reject(new Error('it has none')),
    listedTypes: new Set(),
    gate: new Limiter({ calls: 1, windowMs: 0 }, () => {}),
    reach: new Reachability({ name: 'The engine', goneMs: GONE_MS, remedy: '' }),
    patience: { retryMs: 1_000, pauseMs: 0 },
    stop,
  });
}

describe('an engine that does not agree to the end of a session', () => {
  /** Takes the closing frame and says nothing. */
  const deafToTheEnd: Behaviour = {
    greet: (socket) => {
      socket.close = () => {};
      welcome(socket);
    },
  };

  test('is cut off in time, and its connection is gone', async () => {
    await using engine = await engineWith(undefined, deafToTheEnd);
    const stop = new AbortController();
    const visits = [60_000, 150].map((closeMs) => hastyVisit(engine, { closeMs }, stop.signal));
    for (const visit of visits) await visit.sheets();
    const began = performance.now();
    // The one that has less time is cut off first, though it is left last.
    const left = visits.map((visit) => visit[Symbol.asyncDispose]().then(() => visit));
    expect(await Promise.race(left)).toBe(visits[1]);
    expect(performance.now() - began).toBeGreaterThan(140);
    await vi.waitFor(() => expect(engine.closeCodes).toEqual([1000]), COMES_LATE);
    stop.abort(new Error('that is enough'));
    await Promise.all(left);
  });

  test('is cut off at once when the program is to stop, and its connection is gone', async () => {
    await using engine = await engineWith(undefined, deafToTheEnd);
    const stop = new AbortController();
    const visit = hastyVisit(engine, { closeMs: 60_000 }, stop.signal);
    await visit.sheets();
    const leaving = visit[Symbol.asyncDispose]();
    await sleep(20);
    stop.abort(new Error('that is enough'));
    await leaving;
    await vi.waitFor(() => expect(engine.closeCodes).toEqual([1000]), COMES_LATE);
  });
});

test('a session that is opened again has to come without data, too', async () => {
  await using engine = await engineWith((request, socket, session) => {
    if (request.method === 'GetAppLayout' && session > 1)
      return { result: { qLayout: { qIsOpenedWithoutData: false } } };
    return closing('GetFullPropertyTree', 1012)(request, socket, session);
  });
  await using visit = engine.visit();
  expect(await visit.sheets()).toHaveLength(12);
  await expect(visit.tree('sheet-1')).rejects.toMatchObject({
    failureType: 'system_error',
    message: expect.stringContaining('with its data'),
  });
  await expect(visit.measures()).rejects.toMatchObject({ failureType: 'system_error' });
  expect(engine.sockets).toHaveLength(2);
});

describe.concurrent('a pause that the tenant asks for', () => {
  test('on the way to a session is no trouble of the question', async () => {
    let failures = 0;
    const upgrade = (turn: number) =>
      turn === 1 ? { status: 429, headers: { 'retry-after': '1.6' } } : { status: 101 };
    const failingOnce: Instead = ({ method }) => {
      if (method !== 'GetObjects' || failures > 0) return undefined;
      failures += 1;
      return { error: { code: 15, message: 'Internal error' } };
    };
    await using engine = await engineWith(failingOnce, { upgrade });
    await using visit = engine.visit({ patience: { retryMs: 1_500, pauseMs: 5_000 } });
    expect(await visit.sheets()).toHaveLength(12);
    expect(engine.sockets).toHaveLength(1);
  });
});

describe.concurrent('half an answer', () => {
  const sheet = { qInfo: { qId: 'sheet-1', qType: 'sheet' }, qMeta: null, qData: null };
  const ofLists: readonly [what: string, method: string, result: unknown][] = [
    ['nothing', 'GetObjects', null],
    ['no list', 'GetObjects', {}],
    ['null for a list', 'GetObjects', { qList: null }],
    ['a list that is none', 'GetObjects', { qList: { 0: sheet } }],
    ['nothing but null in a list', 'GetObjects', { qList: [null] }],
    ['objects without an id', 'GetObjects', { qList: [{ qInfo: {} }, { qInfo: null }, {}, 7] }],
  ];

  test.each(ofLists)('with %s is asked again', async (_, method, result) => {
    let asked = 0;
    await using engine = await engineWith((request) => {
      if (request.method !== method) return undefined;
      asked += 1;
      return asked === 1 ? { result } : undefined;
    });
    await using visit = engine.visit();
    expect(await visit.sheets()).toHaveLength(12);
    expect(asked).toBe(2);
  });

  test.each(ofLists)('with %s is no empty list, however often it comes', async (_, method, result) => {
    await using engine = await engineWith((request) => (request.method === method ? { result } : undefined));
    await using visit = engine.visit({ patience: { retryMs: 1_500, pauseMs: 0 } });
    await expect(visit.sheets()).rejects.toMatchObject({ failureType: 'transient_error' });
    expect(counted(engine.methods)[method]).toBeGreaterThan(1);
  });

  const nested = (levels: number) => {
    let tree = {};
    for (let level = 0; level < levels; level += 1) tree = { qProperty: {}, qChildren: [tree] };
    return tree;
  };

  test.each<[what: string, method: string, result: unknown]>([
    ['a tree that is none', 'GetFullPropertyTree', {}],
    ['null for a tree', 'GetFullPropertyTree', { qPropEntry: null }],
    ['a number for a tree', 'GetFullPropertyTree', { qPropEntry: 5 }],
    ['children that are no list', 'GetFullPropertyTree', { qPropEntry: { qProperty: {}, qChildren: {} } }],
    ['a child that is none', 'GetFullPropertyTree', { qPropEntry: { qProperty: {}, qChildren: [{ qChildren: [7] }] } }],
    ['a tree without end', 'GetFullPropertyTree', { qPropEntry: nested(5_000) }],
    ['a handle that is none', 'GetObject', { qReturn: { qHandle: '7' } }],
    ['an object without an answer', 'GetObject', {}],
  ])('with %s is asked again, and is then a matter of time', async (_, method, result) => {
    await using engine = await engineWith((request) => (request.method === method ? { result } : undefined));
    await using visit = engine.visit({ patience: { retryMs: 1_500, pauseMs: 0 } });
    await expect(visit.tree('sheet-1')).rejects.toMatchObject({ failureType: 'transient_error' });
    expect(counted(engine.methods)[method]).toBeGreaterThan(1);
  });
});
