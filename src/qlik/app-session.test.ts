import { expect, test } from 'vitest';
import type { PropertyTree } from './app-objects.ts';
import { AppSession } from './app-session.ts';
import {
  type Answer,
  answersOf,
  type Behaviour,
  type Request,
  type ScriptedApp,
  ScriptedEngine,
} from './testing/scripted-engine.ts';

const APP: ScriptedApp = {
  'sheet-1': { type: 'sheet', properties: { rank: 1, qMetaDef: { title: 'One' } }, children: ['pane'] },
  'sheet-2': { type: 'sheet', properties: { rank: 0, qMetaDef: { title: 'Two' } } },
  pane: { type: 'filterpane', children: ['box-1', 'box-2'] },
  'box-1': { type: 'listbox', properties: { title: 'First' } },
  'box-2': { type: 'listbox', properties: { title: 'Second' } },
  'measure-1': { type: 'measure', properties: { qMeasure: { qDef: 'Sum(Amount)' } } },
  'dimension-1': { type: 'dimension', properties: { qDim: { qFieldDefs: ['Region'] } } },
};

/** An engine with the app, and what the test answers in its place. */
async function opened(
  instead: (request: Request) => Answer = () => undefined,
  behaviour: Behaviour = {},
): Promise<AsyncDisposable & { engine: ScriptedEngine; session: AppSession }> {
  const usual = answersOf(APP);
  const engine = await ScriptedEngine.start({ answer: (request) => instead(request) ?? usual(request), ...behaviour });
  const stack = new AsyncDisposableStack();
  stack.use(engine);
  try {
    const session = stack.use(await AppSession.open('app-1', await engine.connect()));
    return { engine, session, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

const only = (method: string, answer: Answer) => (request: Request) => (request.method === method ? answer : undefined);
const failing = (method: string, code: number) => only(method, { error: { code, message: 'No' } });

test('an app is opened by name, without its data', async () => {
  await using scene = await opened();
  expect(scene.engine.requests[0]).toMatchObject({
    handle: -1,
    method: 'OpenDoc',
    params: { qDocName: 'app-1', qNoData: true },
  });
});

test('an app that this session has open already is used as it is, and looked at', async () => {
  await using scene = await opened((request) => {
    if (request.method === 'GetActiveDoc') return { result: { qReturn: { qHandle: 7 } } };
    return failing('OpenDoc', 1002)(request);
  });
  await titles(scene);
  expect(scene.engine.requests.map(({ method, handle }) => `${method} ${handle}`)).toEqual([
    'OpenDoc -1',
    'GetActiveDoc -1',
    'GetAppLayout 7',
    'GetObjects 7',
  ]);
});

test.each<[string, Answer]>([
  ['a handle of null', { result: { qReturn: { qType: null, qHandle: null } } }],
  ['no handle', { result: {} }],
  ['nothing', { result: null }],
])('an app that is opened with %s fails for now', async (_, answer) => {
  await expect(opened(only('OpenDoc', answer))).rejects.toMatchObject({
    failureType: 'transient_error',
    facts: { app: 'app-1' },
  });
});

test.each<[boolean | undefined, boolean]>([
  [true, false],
  [undefined, false],
  [false, true],
])('an app that says of its being without data: %s', async (qIsOpenedWithoutData, fails) => {
  await using scene = await opened(only('GetAppLayout', { result: { qLayout: { qIsOpenedWithoutData } } }));
  for (const answer of [titles(scene), scene.session.tree('sheet-1')]) {
    if (fails) await expect(answer).rejects.toMatchObject({ failureType: 'system_error' });
    else await answer;
  }
});

const TITLES = [
  ['sheet-1', { title: 'One' }],
  ['sheet-2', { title: 'Two' }],
];

async function titles({ session }: { session: AppSession }) {
  const sheets = await session.objects(['sheet'], { title: '/qMetaDef/title' });
  return sheets?.map(({ qInfo, qData }) => [qInfo.qId, qData]);
}

test('objects of a type come in one message, with what was wanted of them', async () => {
  await using scene = await opened();
  expect(await titles(scene)).toEqual(TITLES);
  expect(scene.engine.methods).toEqual(['OpenDoc', 'GetAppLayout', 'GetObjects']);
  expect(scene.engine.requests.find(({ method }) => method === 'GetObjects')?.params).toEqual([
    { qTypes: ['sheet'], qIncludeSessionObjects: false, qData: { title: '/qMetaDef/title' } },
  ]);
});

const withoutMeta = (request: Request) => {
  if (request.method !== 'GetObjects') return undefined;
  const { qList } = (answersOf(APP)(request)?.result ?? { qList: [] }) as { qList: object[] };
  return { result: { qList: qList.map((entry) => ({ ...entry, qMeta: {} })) } };
};

test.each<[string, (request: Request) => Answer]>([
  ['it knows no such method', failing('GetObjects', -32601)],
  ['it refuses the parameters', failing('GetObjects', -32602)],
  ['it refuses them in words of its own', failing('GetObjects', 8)],
  ['it has not got so far', failing('GetObjects', 20)],
  ['it tells nothing of them', withoutMeta],
])('the engine cannot tell of objects in one message where %s', async (_, instead) => {
  await using scene = await opened(instead);
  expect(await titles(scene)).toBeUndefined();
  expect(await scene.session.list('sheet', { title: '/qMetaDef/title' })).toMatchObject(
    TITLES.map(([qId, qData]) => ({ qInfo: { qId }, qData })),
  );
  expect(scene.engine.methods).toEqual(['OpenDoc', 'GetAppLayout', 'GetObjects', 'CreateSessionObject', 'GetLayout']);
});

test('objects of several types come in one message', async () => {
  await using scene = await opened();
  const objects = await scene.session.objects(['measure', 'dimension'], { qMeasure: '/qMeasure', qDim: '/qDim' });
  expect(objects).toMatchObject([
    { qInfo: { qId: 'measure-1', qType: 'measure' }, qData: { qMeasure: { qDef: 'Sum(Amount)' } } },
    { qInfo: { qId: 'dimension-1', qType: 'dimension' }, qData: { qDim: { qFieldDefs: ['Region'] } } },
  ]);
});

test('another error of a list is one', async () => {
  await using scene = await opened(failing('GetObjects', 15));
  await expect(titles(scene)).rejects.toMatchObject({ failureType: 'transient_error', facts: { code: 15 } });
});

test('an app without sheets has none', async () => {
  await using scene = await opened(only('GetObjects', { result: { qList: [] } }));
  expect(await titles(scene)).toEqual([]);
  expect(scene.engine.methods).toEqual(['OpenDoc', 'GetAppLayout', 'GetObjects']);
});

test('measures and dimensions come by lists of the session', async () => {
  await using scene = await opened();
  const [measures, dimensions] = await Promise.all([
    scene.session.list('measure', { qMeasure: '/qMeasure' }),
    scene.session.list('dimension', { qDim: '/qDim' }),
  ]);
  expect(measures).toMatchObject([{ qInfo: { qId: 'measure-1' }, qData: { qMeasure: { qDef: 'Sum(Amount)' } } }]);
  expect(dimensions).toMatchObject([{ qInfo: { qId: 'dimension-1' }, qData: { qDim: { qFieldDefs: ['Region'] } } }]);
  expect(scene.engine.methods.filter((method) => method === 'GetLayout')).toHaveLength(2);
});

/** The ids in a tree, those of children in brackets. */
function shape(tree: PropertyTree | undefined): string {
  if (!tree) return 'nothing';
  const { qId } = tree.qProperty.qInfo as { qId: string };
  const children = (tree.qChildren ?? []).map(shape);
  return children.length === 0 ? qId : `${qId}(${children})`;
}

test('a tree is the same in one piece and in many', async () => {
  await using scene = await opened();
  const whole = await scene.session.tree('sheet-1');
  expect(shape(whole)).toBe('sheet-1(pane(box-1,box-2))');
  expect(scene.engine.methods).toEqual(['OpenDoc', 'GetAppLayout', 'GetObject', 'GetFullPropertyTree']);
  expect(await scene.session.treeInPieces('sheet-1')).toEqual(whole);
});

test('the properties of an object are those that are stored', async () => {
  await using scene = await opened();
  expect(await scene.session.tree('box-1')).toMatchObject({ qProperty: { title: 'First' } });
  expect(await scene.session.tree('no such thing')).toBeUndefined();
});

test('a tree in pieces ends where an object is below itself, and leaves out what is gone', async () => {
  await using scene = await opened((request) => {
    if (request.method !== 'GetChildInfos') return undefined;
    return { result: { qInfos: ['sheet-1', 'box-1', 'no such thing'].map((qId) => ({ qId })) } };
  });
  expect(shape(await scene.session.treeInPieces('sheet-1'))).toBe('sheet-1(box-1)');
});

test.each(['GetObject', 'GetFullPropertyTree'])(
  'an object is not there where %s says that it is not found',
  async (method) => {
    await using scene = await opened(failing(method, 2));
    expect(await scene.session.tree('sheet-1')).toBeUndefined();
  },
);

test.each([8000, 8001, 8002, 9003])('an object that leads to one that is gone (%d) is there', async (code) => {
  await using scene = await opened(failing('GetFullPropertyTree', code));
  await expect(scene.session.tree('sheet-1')).rejects.toMatchObject({ facts: { code } });
});

test('an object is not there where its handle is null', async () => {
  await using scene = await opened();
  expect(await scene.session.tree('no such thing')).toBeUndefined();
  expect(await scene.session.treeInPieces('no such thing')).toBeUndefined();
});

test.each([5, 15, -32604])('an object that is refused with %d is no object that is gone', async (code) => {
  await using scene = await opened(failing('GetFullPropertyTree', code));
  await expect(scene.session.tree('sheet-1')).rejects.toMatchObject({ facts: { code } });
});

test.each([[[null]], [[{}]], [[{ qId: 7 }]], [{}], [undefined]])(
  'children in pieces are not lost in %j',
  async (qInfos) => {
    await using scene = await opened(({ method }) => (method === 'GetChildInfos' ? { result: { qInfos } } : undefined));
    await expect(scene.session.treeInPieces('sheet-1')).rejects.toMatchObject({ failureType: 'transient_error' });
  },
);

test('a tree in pieces comes to an end though each object holds another', async () => {
  let last = 0;
  await using scene = await opened(({ method }) => {
    last += 1;
    if (method === 'GetObject') return { result: { qReturn: { qHandle: 100 } } };
    return method === 'GetChildInfos' ? { result: { qInfos: [{ qId: `box-${last}` }] } } : undefined;
  });
  await expect(scene.session.treeInPieces('sheet-1')).rejects.toMatchObject({ failureType: 'transient_error' });
  expect(scene.engine.requests.length).toBeLessThan(1_000);
});

test.each([null, 7, {}, { qLayout: null }])('an app whose layout is %j says nothing against it', async (result) => {
  await using scene = await opened(({ method }) => (method === 'GetAppLayout' ? { result } : undefined));
  expect(shape(await scene.session.tree('sheet-1'))).toBe('sheet-1(pane(box-1,box-2))');
});
