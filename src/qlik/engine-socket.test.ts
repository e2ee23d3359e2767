import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { type Facts, TenantError } from './error.ts';
import { type Request, ScriptedEngine, say, welcome } from './testing/scripted-engine.ts';

const NO_DATA = { qDocName: 'app-1', qNoData: true } as const;

/** What a promise was rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<TenantError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TenantError)) throw error;
  return error;
}

type Expected = readonly [failureType: TenantError['failureType'], refusal?: Facts['refusal'], partitionOut?: boolean];

const DENIED: Expected = ['config_error', 'denied', true];
const UNAUTHORISED: Expected = ['config_error', 'unauthorised'];
const BUSY: Expected = ['transient_error', 'busy'];
const TRANSIENT: Expected = ['transient_error'];
const TOO_LARGE: Expected = ['transient_error', 'tooLarge'];
const LICENCE: Expected = ['config_error'];
const OURS: Expected = ['system_error'];

function facts({ failureType, facts, partitionOut }: TenantError) {
  return { failureType, refusal: facts.refusal, partitionOut: partitionOut !== undefined, app: facts.app };
}

function expected([failureType, refusal, partitionOut = false]: Expected) {
  return { failureType, refusal, partitionOut, app: 'app-1' };
}

test('a session begins with the engine’s first words, under the credentials, and ends with a close', async () => {
  await using engine = await ScriptedEngine.start();
  {
    await using socket = await engine.connect();
    expect(await socket.call(-1, 'GetActiveDoc', [])).toEqual({});
    expect(engine.authorizations).toEqual(['Bearer token-1']);
    expect(engine.requests).toEqual([{ jsonrpc: '2.0', id: 1, handle: -1, method: 'GetActiveDoc', params: [] }]);
    expect(engine.closeCodes).toEqual([]);
  }
  await expect.poll(() => engine.closeCodes).toEqual([1000]);
});

test('nothing is asked before the first words, whatever else is said before them', async () => {
  await using engine = await ScriptedEngine.start({
    greet: (socket) => {
      say(socket, { method: 'OnAuthenticationInformation', params: { mustAuthenticate: false } });
      say(socket, { change: [1], close: [2] });
      setTimeout(() => welcome(socket), 30);
    },
  });
  const began = performance.now();
  await using socket = await engine.connect();
  expect(performance.now() - began).toBeGreaterThan(25);
  await socket.call(-1, 'OpenDoc', NO_DATA);
});

test('answers are matched whatever their order, and between notifications', async () => {
  const waiting: [WebSocket, Request][] = [];
  await using engine = await ScriptedEngine.start({
    answer: (request, socket) => {
      waiting.push([socket, request]);
      if (waiting.length < 20) return undefined;
      for (const [to, { id, params }] of waiting.splice(0).reverse()) {
        say(to, { method: 'OnWeatherChanged', params: { outlook: 'fine' } });
        say(to, { id, result: params[0], change: [1] });
        say(to, { id, result: 'once more' });
        say(to, { id: 999, result: 'of nobody' });
      }
      return undefined;
    },
  });
  await using socket = await engine.connect();
  const asked = Array.from({ length: 20 }, (_, index) => String(index));
  expect(await Promise.all(asked.map((id) => socket.call(1, 'GetObject', [id])))).toEqual(asked);
});

test('at most 32 calls are on their way at once, and each gets its turn', async () => {
  let [now, most] = [0, 0];
  await using engine = await ScriptedEngine.start({
    answer: ({ id }, socket) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        say(socket, { id, result: id });
      }, 5);
      return undefined;
    },
  });
  await using socket = await engine.connect();
  const results = await Promise.all(Array.from({ length: 150 }, () => socket.call(1, 'GetObject', ['a'])));
  expect(most).toBe(32);
  expect(new Set(results).size).toBe(150);
});

test.each<[code: number, Expected]>([
  [1000, TRANSIENT],
  [1009, TOO_LARGE],
  [1011, TRANSIENT],
  [1012, TRANSIENT],
  [1013, TRANSIENT],
  [4001, TRANSIENT],
  [4002, LICENCE],
  [4003, TRANSIENT],
  [4004, TRANSIENT],
  [4005, BUSY],
  [4006, UNAUTHORISED],
  [4007, TRANSIENT],
  [4200, TRANSIENT],
  [4202, OURS],
  [4203, DENIED],
  [4205, BUSY],
  [4206, TRANSIENT],
  [4210, TRANSIENT],
  [4211, TRANSIENT],
  [4220, TRANSIENT],
  [4222, TRANSIENT],
  [4230, BUSY],
  [4240, BUSY],
])('a socket closed with %d says what that means, at first and later', async (code, meaning) => {
  const reason = '{"code":"QEP-104"}';
  await using refusing = await ScriptedEngine.start({ greet: (socket) => socket.close(code, reason) });
  await using leaving = await ScriptedEngine.start({
    answer: (_, socket) => {
      socket.close(code, reason);
      return undefined;
    },
  });
  const atFirst = await failureOf(refusing.connect());
  await using socket = await leaving.connect();
  const later = await failureOf(socket.call(1, 'GetObject', ['a']));
  expect(facts(atFirst)).toEqual(expected(meaning));
  // Once the app is open, it cannot be one that may not be opened; it can still be deleted.
  expect(facts(later)).toEqual({ ...expected(meaning), partitionOut: code === 4204 });
  for (const error of [atFirst, later]) {
    expect(error.message).toMatch(new RegExp(`app-1.*${code}.*QEP-104`));
    expect(error.facts.sessionLost).toBe(true);
  }
  expect(later.facts.method).toBe('GetObject');
});

/** What no text can be made of. */
const STRANGE = { toString: null, valueOf: [] };

test('an error that is none of the engine’s is a matter of time, and a long one is cut', async () => {
  const said = [
    { code: STRANGE, message: STRANGE },
    { code: 7, message: 'x'.repeat(100_000) },
  ];
  await using engine = await ScriptedEngine.start({ answer: ({ id }) => ({ error: said[id - 1] as object }) });
  await using socket = await engine.connect();
  for (const _ of said) {
    const error = await failureOf(socket.call(1, 'GetObject', ['a']));
    expect(facts(error)).toEqual(expected(TRANSIENT));
    expect(error.message.length).toBeLessThan(1_000);
  }
});

test('first words without a state refuse the session', async () => {
  await using engine = await ScriptedEngine.start({
    greet: (socket) => say(socket, { method: 'OnConnected', params: { qSessionState: STRANGE } }),
  });
  expect((await failureOf(engine.connect())).failureType).toBe('transient_error');
});

test('a socket that is reset is lost', async () => {
  await using engine = await ScriptedEngine.start({
    answer: (_, socket) => {
      socket.terminate();
      return undefined;
    },
  });
  await using socket = await engine.connect();
  const error = await failureOf(socket.call(1, 'GetObject', ['a']));
  expect(facts(error)).toEqual(expected(TRANSIENT));
  expect(error.facts).toMatchObject({ code: 1006, sessionLost: true });
});

test.each(['close', 'upgrade', 'error 1003', 'error 1019'])(
  'an app that is gone is left out, by whatever %s',
  async (way) => {
    await using engine = await ScriptedEngine.start({
      upgrade: () => ({ status: way === 'upgrade' ? 404 : 101 }),
      greet: (socket) => (way === 'close' ? socket.close(4204) : welcome(socket)),
      answer: () => ({ error: { code: Number(way.replace('error ', '')), message: 'App not found' } }),
    });
    const opening = engine.connect().then(async (socket) => {
      await using _ = socket;
      await socket.call(-1, 'OpenDoc', NO_DATA);
    });
    const error = await failureOf(opening);
    expect(error.partitionOut).toBeDefined();
    expect(error.facts).toMatchObject({ refusal: 'vanished', app: 'app-1' });
  },
);

test.each<[code: number, Expected]>([
  [5, DENIED],
  [403, DENIED],
  [4000, DENIED],
  [12002, DENIED],
  [401, UNAUTHORISED],
  [15, TRANSIENT],
  [21, TRANSIENT],
  [11000, TRANSIENT],
  [-1, TRANSIENT],
  [19, TOO_LARGE],
  [1015, TOO_LARGE],
  [-32604, TOO_LARGE],
  [8, OURS],
  [-32602, OURS],
])('an answer with error %d says what that means, and the session goes on', async (code, meaning) => {
  let asked = 0;
  await using engine = await ScriptedEngine.start({
    answer: () => (asked++ === 0 ? { error: { code, parameter: 'p', message: 'Said so' } } : { result: 'fine' }),
  });
  await using socket = await engine.connect();
  const error = await failureOf(socket.call(-1, 'OpenDoc', NO_DATA));
  expect(facts(error)).toEqual(expected(meaning));
  expect(error.message).toContain(`answered OpenDoc with error ${code} (Said so)`);
  expect(error.facts).toMatchObject({ code, method: 'OpenDoc' });
  expect(error.facts.sessionLost).toBeFalsy();
  expect(await socket.call(-1, 'OpenDoc', NO_DATA)).toBe('fine');
});

test('a refusal of something in an app is no refusal of the app', async () => {
  await using engine = await ScriptedEngine.start({ answer: () => ({ error: { code: 5, message: 'Access denied' } }) });
  await using socket = await engine.connect();
  const error = await failureOf(socket.call(1, 'GetProperties', []));
  expect(facts(error)).toEqual(expected(['config_error', 'denied', false]));
  expect(error.message).toMatch(/app-1.*GetProperties.*not read all of it/);
});

test.each<[state: string, Expected]>([
  ['SESSION_ERROR_APP_ACCESS_DENIED', DENIED],
  ['SESSION_ACCESS_CONTROL_SETUP_FAILURE', DENIED],
  ['SESSION_ERROR_NO_LICENSE', LICENCE],
  ['SESSION_ERROR_LICENSE_RENEW', LICENCE],
  ['SESSION_ERROR_LIMIT_EXCEEDED', BUSY],
  ['SESSION_ERROR_APP_FAILURE', TRANSIENT],
  ['SESSION_ERROR_SECURITY_HEADER_CHANGED', TRANSIENT],
])('a session refused as %s says what that means', async (qSessionState, meaning) => {
  await using engine = await ScriptedEngine.start({
    greet: (socket) => say(socket, { method: 'OnConnected', params: { qSessionState } }),
  });
  const error = await failureOf(engine.connect());
  expect(facts(error)).toEqual(expected(meaning));
  expect(error.message).toContain(qSessionState);
  await expect.poll(() => engine.closeCodes).toHaveLength(1);
});

test('a session that somebody has begun is joined', async () => {
  await using engine = await ScriptedEngine.start({
    greet: (socket) => say(socket, { method: 'OnConnected', params: { qSessionState: 'SESSION_ATTACHED' } }),
  });
  await using socket = await engine.connect();
  expect(await socket.call(-1, 'GetActiveDoc', [])).toEqual({});
});

test.each<[status: number, Expected, headers?: object]>([
  [401, UNAUTHORISED],
  [403, DENIED],
  [429, BUSY, { 'retry-after': '7' }],
  [500, TRANSIENT],
  [502, TRANSIENT],
  [503, TRANSIENT],
  [200, TRANSIENT],
])('an upgrade answered with %d says what that means', async (status, meaning, headers = {}) => {
  await using engine = await ScriptedEngine.start({ upgrade: () => ({ status, headers }) });
  const error = await failureOf(engine.connect());
  expect(facts(error)).toEqual(expected(meaning));
  expect(error.facts.status).toBe(status);
  expect(error.facts.retryAfterMs).toBe(status === 429 ? 7_000 : undefined);
  expect(error.message).toContain(String(status));
});

test('a host that does not listen is told as such', async () => {
  await using engine = await ScriptedEngine.start();
  await engine.stopListening();
  const error = await failureOf(engine.connect());
  expect(facts(error)).toEqual(expected(TRANSIENT));
  expect(error.message).toContain('ECONNREFUSED');
});

test.each<[string, (socket: WebSocket) => void]>([
  ['half a frame', (socket) => socket.send('{"jsonrpc":"2.0","id":1,"res')],
  ['a binary frame', (socket) => socket.send(Buffer.from('{"id":1,"result":{}}'))],
  ['an empty frame', (socket) => socket.send('')],
])('%s ends the session, and all that is asked in it', async (_, spoil) => {
  await using engine = await ScriptedEngine.start({
    answer: ({ id }, socket) => {
      if (id === 3) spoil(socket);
      return undefined;
    },
  });
  await using socket = await engine.connect();
  const calls = [1, 2, 3].map(() => failureOf(socket.call(1, 'GetObject', ['a'])));
  for (const error of await Promise.all(calls)) {
    expect(facts(error)).toEqual(expected(TRANSIENT));
    expect(error.facts.sessionLost).toBe(true);
  }
  await expect.poll(() => engine.closeCodes).toHaveLength(1);
});

test.each(['null', '[]', '7', '"text"'])('a frame that is JSON and no message is passed over: %s', async (frame) => {
  await using engine = await ScriptedEngine.start({
    answer: (_, socket) => {
      socket.send(frame);
      return { result: 'fine' };
    },
  });
  await using socket = await engine.connect();
  expect(await socket.call(1, 'GetObject', ['a'])).toBe('fine');
});

test('an answer that does not come in its time ends the session', async () => {
  await using engine = await ScriptedEngine.start({ answer: () => undefined });
  await using socket = await engine.connect(undefined, { callMs: 40 });
  const error = await failureOf(socket.call(1, 'GetProperties', []));
  expect(error.message).toContain('did not answer GetProperties within 0.04 seconds');
  expect(facts(error)).toEqual(expected(TRANSIENT));
  expect((await failureOf(socket.call(1, 'GetObject', ['a']))).facts.sessionLost).toBe(true);
  expect(engine.methods).toEqual(['GetProperties']);
  await using patient = await engine.connect(undefined, { openMs: 40 });
  const opening = await failureOf(patient.call(-1, 'OpenDoc', NO_DATA));
  expect(opening.message).toContain('did not answer OpenDoc within 0.04 seconds');
});

test('a session that does not begin in its time is given up', async () => {
  await using engine = await ScriptedEngine.start({ greet: () => {} });
  const error = await failureOf(engine.connect(undefined, { connectMs: 40 }));
  expect(error.message).toContain('did not let the session begin within 0.04 seconds');
  expect(facts(error)).toEqual(expected(TRANSIENT));
  await expect.poll(() => engine.closeCodes).toHaveLength(1);
});

test('an engine that does not agree to an end is cut off in its time, at once where the program stops', async () => {
  await using engine = await ScriptedEngine.start({
    greet: (socket) => {
      welcome(socket);
      socket.pause();
    },
  });
  const stop = new AbortController();
  const hasty = await engine.connect(undefined, { closeMs: 60 });
  const stopped = await engine.connect(stop.signal, { closeMs: 60_000 });
  // The one that has less time is cut off first, though it is closed last.
  const ends = [stopped, hasty].map((socket) => socket[Symbol.asyncDispose]().then(() => socket));
  expect(await Promise.race(ends)).toBe(hasty);
  stop.abort(new Error('that is enough'));
  // It would outlast the test if it waited for its time.
  await Promise.all(ends);
});

test('what is asked of an object that the engine lets go of is not waited for; the rest is', async () => {
  await using engine = await ScriptedEngine.start({
    answer: ({ id, handle }, socket) => {
      if (handle !== 5) return undefined;
      say(socket, { change: [1], close: [5, 6] });
      say(socket, { id: id - 1, result: 'still here' });
      return undefined;
    },
  });
  await using socket = await engine.connect();
  const kept = socket.call(4, 'GetFullPropertyTree', []);
  const error = await failureOf(socket.call(5, 'GetFullPropertyTree', []));
  expect(error.facts).toMatchObject({ code: 2, method: 'GetFullPropertyTree' });
  expect(error.facts.sessionLost).toBeFalsy();
  expect(await kept).toBe('still here');
});

test('a session that is left rejects what is on its way, and what waits for its turn', async () => {
  await using engine = await ScriptedEngine.start({ answer: () => undefined });
  const socket = await engine.connect();
  const calls = Array.from({ length: 100 }, () => failureOf(socket.call(1, 'GetObject', ['a'])));
  await expect.poll(() => engine.requests.length).toBe(32);
  await socket[Symbol.asyncDispose]();
  for (const error of await Promise.all(calls)) expect(error.facts.sessionLost).toBe(true);
  expect(engine.requests).toHaveLength(32);
  await socket[Symbol.asyncDispose]();
});

test('a stop ends everything with its own reason, while connecting and later', async () => {
  const reason = new Error('that is enough');
  await using mute = await ScriptedEngine.start({ greet: () => {} });
  await using engine = await ScriptedEngine.start({ answer: () => undefined });
  const stop = new AbortController();
  const connecting = mute.connect(stop.signal);
  const socket = await engine.connect(stop.signal);
  const ended = Promise.allSettled([connecting, socket.call(1, 'GetObject', ['a'])]);
  await sleep(10);
  stop.abort(reason);
  expect(await ended).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  await expect(socket.call(1, 'GetObject', ['a'])).rejects.toBe(reason);
  await expect(engine.connect(stop.signal)).rejects.toBe(reason);
  await expect.poll(() => engine.closeCodes.length + mute.closeCodes.length).toBe(2);
});
