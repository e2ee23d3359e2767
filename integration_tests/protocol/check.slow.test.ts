import { describe, expect, it } from 'vitest';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { type Run, run } from '../support/program.ts';
import { WITHOUT_ENGINE } from '../support/stream-tests.ts';

/** A check gives itself 7.5 seconds, since Airbyte wants it within ten; a busy machine may add to that, but not what Airbyte waits at most. */
const LONGEST_MS = 30_000;

/** A check of a tenant that something is wrong with, by the program itself, with the patience that it has. */
async function checkOf(prepare: (tenant: SimulatedTenant) => unknown): Promise<Run> {
  const tenant = await startSimulatedTenant({ users: 10, apps: 12 });
  await prepare(tenant);
  const began = performance.now();
  const result = await run('check', { tenant });
  expect(performance.now() - began).toBeLessThan(LONGEST_MS);
  if (tenant.server.listening) await tenant.close();
  return result;
}

describe.concurrent('check ends by itself, before Airbyte loses patience, where', () => {
  it.each<[where: string, says: RegExp, prepare: (tenant: SimulatedTenant) => unknown]>([
    ['nobody answers', /did not answer/, ({ faults }) => faults.add({ path: /./, silent: true })],
    ['nobody listens', /ECONNREFUSED.*tenant_url.*container/, (tenant) => tenant.close()],
    ['the host shows people a page', /no JSON.*tenant_url/, ({ faults }) => faults.add({ path: /./, html: true })],
  ])('%s', async (_, says, prepare) => {
    const { code, errors, connectionStatus } = await checkOf(prepare);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(connectionStatus).toEqual({ status: 'FAILED', message: expect.stringMatching(says) });
  });

  it('the tenant is in trouble', async () => {
    const { code, errors, connectionStatus } = await checkOf(({ faults }) => faults.add({ path: /./, status: 503 }));
    expect(code).toBe(1);
    expect(connectionStatus).toMatchObject({ status: 'FAILED', message: expect.stringContaining('503') });
    expect(errors).toEqual([expect.objectContaining({ failure_type: 'transient_error' })]);
  });

  it.each<[where: string, fault: EngineFault]>([
    ['WebSockets are refused with 502', { http: 502 }],
    ['WebSockets are cut off', { at: 'upgrade', close: 1006 }],
    ['WebSockets are never answered', { at: 'upgrade', silent: true }],
    ['the engine takes a socket and says nothing', { at: 'connect', silent: true }],
    ['the engine takes a socket and answers nothing', { at: 'connected', halfOpen: true }],
  ])('%s, and warns of sheets and charts', async (_, fault) => {
    const { code, connectionStatus, messages } = await checkOf(({ engine }) => engine.faults.add(fault));
    expect(code).toBe(0);
    expect(connectionStatus).toMatchObject({
      status: 'SUCCEEDED',
      message: expect.stringContaining(`${WITHOUT_ENGINE}. Sheets and charts cannot be read`),
    });
    expect(messages.filter(({ log }) => log?.level === 'WARN')).toHaveLength(1);
  });
});
