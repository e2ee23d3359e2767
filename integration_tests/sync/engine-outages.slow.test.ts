import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorsOf, warningsOf } from '../../src/cdk/testing/lines.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import {
  brokenSessions,
  type Case,
  COMPLETE,
  ERRORS,
  ends,
  errorTo,
  inApps,
  METHODS,
  type Scene,
  socketsOf,
  syncWith,
} from '../support/engine-tenant.ts';
import { truthInApps } from '../support/truth-in-apps.ts';

const CODES = [1005, 1006, 1011, 1012, 1013, 4001, 4003, 4004, 4007, 4200, 4206, 4210, 4211, 4220, 4222];

describe('each row is sent once, without a warning, where', () => {
  it.each<[what: string, cases: readonly Case[]]>([
    ['a session is broken off by any code', brokenSessions(CODES)],
    ['a method meets any error', METHODS.flatMap((method) => ERRORS.map((error) => errorTo(method, error)))],
  ])('%s', async (_, cases) => {
    const { tenant, outcome, appOf } = await syncWith(cases);
    await using _open = tenant;
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(warningsOf(outcome.lines)).toEqual([]);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 0, opensWithData: 0, writes: 0 });
    // A session is kept where only an answer failed.
    const socketsFor = (fault: EngineFault) => (fault.close === undefined && fault.method !== 'OpenDoc' ? 1 : 2);
    for (const [name, fault] of cases) expect(socketsOf(tenant, appOf(name)), name).toHaveLength(socketsFor(fault));
  });
});

describe.concurrent('trouble of another kind is borne as well, and each row is sent once:', () => {
  const cases: readonly Case[] = [
    ...METHODS.map((method, index) => errorTo(method, ERRORS[index % ERRORS.length] ?? 0)),
    ['half a frame first', { at: 'connect', garbled: true, times: 1 }],
    ['half a frame for a list', { method: 'GetObjects', garbled: true, times: 1 }],
    ['half a frame for a tree', { method: 'GetFullPropertyTree', garbled: true, times: 1 }],
    ['a binary frame', { method: 'GetFullPropertyTree', binary: true, times: 1 }],
    ['open in a different mode', { method: 'OpenDoc', error: 1009, times: 1 }],
    ['open already', { method: 'OpenDoc', error: 1002, times: 1 }],
    ['502 at the upgrade', { http: 502, times: 1 }],
    ['a connection cut off at the upgrade', { at: 'upgrade', close: 1006, times: 1 }],
    ['an app without a handle', { method: 'OpenDoc', result: {}, times: 1 }],
    ['a list that is none', { method: 'GetObjects', result: null, times: 1 }],
    ['no engine at first', { at: 'connect', sessionState: 'SESSION_ERROR_APP_FAILURE', times: 1 }],
  ];
  let scene: Scene;
  beforeAll(async () => {
    scene = await syncWith(cases);
  });
  afterAll(() => scene.tenant.close());

  it('all streams are COMPLETE, without a warning', () => {
    const { outcome, tenant } = scene;
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(warningsOf(outcome.lines)).toEqual([]);
    expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 0, opensWithData: 0, writes: 0 });
  });

  it.each(cases.map(([name]) => name))('%s', (name) => {
    const { tenant, appOf, delivered, truth } = scene;
    expect(truth(name).sheets?.length).toBeGreaterThan(1);
    expect(delivered(name)).toEqual(truth(name));
    expect(socketsOf(tenant, appOf(name)).length).toBeLessThanOrEqual(2);
  });

  it.each(METHODS)('the session is kept where only an answer failed: %s', (method) => {
    const isOpening = method === 'OpenDoc';
    const [name] = errorTo(method, ERRORS[METHODS.indexOf(method) % ERRORS.length] ?? 0);
    const sockets = socketsOf(scene.tenant, scene.appOf(name));
    expect(sockets).toHaveLength(isOpening ? 2 : 1);
  });
});
