import { describe, expect, it } from 'vitest';
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
