import { expect, test } from 'vitest';
import { type Answer, answersOf, type Request, ScriptedEngine } from '../qlik/testing/scripted-engine.ts';
import { variables } from './variables.ts';

const LIST = [
  {
    ...{ qName: 'vSales', qDefinition: '=Sum(Amount)', qDescription: 'All of it', qIsScriptCreated: true },
    ...{ qInfo: { qId: 'v-1', qType: 'variable' }, qData: { tags: ['shared'] } },
  },
  { qName: 'vToken', qDefinition: 'abc', qInfo: null },
  { qName: 'vUntold' },
  { qName: 'ErrorMode', qDefinition: '1', qIsReserved: true },
  { qName: 'vOfSettings', qDefinition: '1', qIsConfig: true },
];

const ROWS = [
  {
    ...{ appId: 'app-1', name: 'vSales', id: 'v-1', definition: '=Sum(Amount)', isExpression: true },
    ...{ description: 'All of it', tags: ['shared'], isScriptCreated: true },
  },
  {
    ...{ appId: 'app-1', name: 'vToken', id: null, definition: '***', isExpression: false },
    ...{ description: null, tags: null, isScriptCreated: null },
  },
  {
    ...{ appId: 'app-1', name: 'vUntold', id: null, definition: null, isExpression: null },
    ...{ description: null, tags: null, isScriptCreated: null },
  },
];

/** The rows of an app in which some methods are answered so. */
async function rowsWith(answers: { readonly [method: string]: Answer }) {
  const usual = answersOf({});
  const answer = (...call: [Request, never, number]) =>
    answers[call[0].method] ?? (usual as (...given: unknown[]) => Answer)(...call);
  await using engine = await ScriptedEngine.start({ answer: answer as typeof usual });
  await using visit = engine.visit({ patience: { retryMs: 0, pauseMs: 0 } });
  const { sections } = await variables.readPartition(visit);
  return (await Promise.all(sections.map((section) => section.read()))).flat();
}

test('variables are told with their definitions, but for secrets, and without those of Qlik', async () => {
  expect(await rowsWith({ GetVariables: { result: { qList: LIST } } })).toEqual(ROWS);
});

test.each([-32601, -32602, 20])('through a list object, where the engine answers %i', async (code) => {
  const GetVariables = { error: { code, message: 'Not here' } };
  const GetLayout = { result: { qLayout: { qVariableList: { qItems: LIST } } } };
  expect(await rowsWith({ GetVariables, GetLayout })).toEqual(ROWS);
});

test.each([{}, { qList: null }, { qList: [{}] }, { qList: [null] }, { qList: [{ qName: 7 }] }])(
  'an answer of %j is half an answer, and deletes nothing',
  async (result) => {
    await expect(rowsWith({ GetVariables: { result } })).rejects.toThrow('without what was asked for');
  },
);

test('an engine that refuses them is not asked by another way', async () => {
  await expect(rowsWith({ GetVariables: { error: { code: 5, message: 'Access denied' } } })).rejects.toThrow();
});
