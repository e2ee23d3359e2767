import { expect, test } from 'vitest';
import { answersOf, type Request, type ScriptedApp, ScriptedEngine } from './testing/scripted-engine.ts';

const LARGEST = 10_000;
const APP: ScriptedApp = { 'sheet-1': { type: 'sheet', children: ['chart-1'] }, 'chart-1': { type: 'kpi' } };

/** An engine whose answers to some methods are larger than a socket takes, or errors that say so. */
function engineWhose(methods: readonly string[], error?: object): Promise<ScriptedEngine> {
  const usual = answersOf(APP);
  const tooMuch = { result: { qList: [], padding: 'x'.repeat(2 * LARGEST) } };
  return ScriptedEngine.start({
    largestMessage: LARGEST,
    answer: (request: Request) => {
      if (!methods.includes(request.method)) return usual(request);
      return error ? { error } : tooMuch;
    },
  });
}

test('a message that no socket takes is told for what it is, after three sessions', async () => {
  await using engine = await engineWhose(['GetObjects']);
  await using visit = engine.visit({ patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 10 } });
  await expect(visit.sheets()).rejects.toMatchObject({
    failureType: 'transient_error',
    message: expect.stringMatching(/app-1.*1009.*128 MiB.*too large/),
    facts: { refusal: 'tooLarge', code: 1009 },
  });
  expect(engine.sockets).toHaveLength(3);
});

test('a tree that no socket takes is asked in pieces', async () => {
  await using engine = await engineWhose(['GetFullPropertyTree']);
  await using visit = engine.visit({ patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 10 } });
  expect((await visit.tree('sheet-1'))?.qChildren).toHaveLength(1);
  expect(engine.sockets).toHaveLength(3);
});

test('an object that no socket takes either is given up', async () => {
  await using engine = await engineWhose(['GetFullPropertyTree', 'GetProperties']);
  await using visit = engine.visit({ patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 10 } });
  await expect(visit.tree('sheet-1')).rejects.toMatchObject({ facts: { refusal: 'tooLarge' } });
  expect(engine.sockets).toHaveLength(3);
});

test.each([19, 1015, -32604])('an answer that is too large by error %d is asked for once more', async (code) => {
  await using engine = await engineWhose(['GetObjects'], { code, message: 'Too large' });
  await using visit = engine.visit({ patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 10 } });
  await expect(visit.sheets()).rejects.toMatchObject({ facts: { refusal: 'tooLarge', code } });
  expect(engine.methods.filter((method) => method === 'GetObjects')).toHaveLength(2);
});
