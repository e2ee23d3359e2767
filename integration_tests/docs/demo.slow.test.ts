import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { demo } from '../../src/demo/demo.ts';
import { MAIN } from '../support/program.ts';
import { answersTo } from '../support/questions.ts';
import { performed } from './demo-run.ts';

const WISHES = { serve: false, port: 0, config: '', live: 0, json: false, seed: 1, users: 120, apps: 25 };

/** What the demo shows on a terminal: on stdout, and beside it. */
async function shownOnTerminal(wishes: Partial<typeof WISHES>) {
  const [stdout, stderr] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
  const told = Promise.all([text(stdout), text(stderr)]);
  const { signal: stop } = new AbortController();
  const exitCode = await demo({ ...WISHES, ...wishes }, { program: MAIN, stdout, stderr, stop });
  stdout.end();
  stderr.end();
  const [messages, story] = await told;
  return { exitCode, messages, story };
}

test('a tenant of no apps is enough for the demo', async () => {
  const { syncs, stderr } = await performed('--users', '0', '--apps', '0');
  expect(syncs.get('apps')?.map(({ rows }) => rows.length)).toEqual([0, 1, 0]);
  expect(stderr).toContain('Then the tenant lives');
});

describe('on a terminal', () => {
  // npm says four lines before it, and the shell has one before and one after it.
  test.each([{}, { seed: 2 }, { seed: 3, users: 3, apps: 2 }])('the story of %j fits one screen', async (wishes) => {
    const { exitCode, messages, story } = await shownOnTerminal(wishes);
    expect([exitCode, messages]).toEqual([0, '']);
    const lines = story.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24 - 6);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(story).toMatch(/ {2}apps +\d+ +\d+ +\d+ +0\n/);
  });

  test('the messages are shown to whoever asks for them', async () => {
    const { messages, story } = await shownOnTerminal({ json: true, users: 3, apps: 2 });
    expect(messages).toContain('"type":"RECORD"');
    expect(story).toContain('Then the tenant lives');
  });
});

test('each question of the docs finds something in the demo', async () => {
  const { messages, syncs, stderr } = await performed();
  const answers = await answersTo(messages);
  expect(Object.keys(answers).filter((name) => answers[name]?.length === 0)).toEqual([]);
  const apps = syncs.get('apps')?.[0]?.rows.length ?? 0;
  expect(answers['apps-not-reloaded']?.length).toBeLessThan(apps / 2);
  expect(Math.max(...stderr.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test('each question finds something in the tenant of another seed too', async () => {
  const { messages, syncs } = await performed('--seed', '3');
  const answers = await answersTo(messages);
  expect(Object.keys(answers).filter((name) => answers[name]?.length === 0)).toEqual([]);
  expect(answers['apps-not-reloaded']?.length).toBeLessThan(syncs.get('apps')?.[0]?.rows.length ?? 0);
});
