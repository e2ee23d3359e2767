import { describe, expect, it } from 'vitest';
import type { EngineFault } from '../src/demo/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../src/demo/tenant.ts';
import { only, run } from './program.ts';

/** A small tenant with something wrong on the way to its apps. */
async function tenantWith(...faults: EngineFault[]): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({ users: 4, apps: 5, sheets: 2, charts: 2 });
  tenant.data.documents.propertyPadding = 0;
  for (const fault of faults) tenant.engine.faults.add(fault);
  return tenant;
}

const inApps = () => only('sheets', 'charts');

describe.concurrent('where no WebSocket comes about', () => {
  it.each([403, 404])('%d in place of every session is no app that is closed', async (http) => {
    await using tenant = await tenantWith({ http });
    const result = await run('read', { tenant, catalog: await inApps() });
    expect(result.ends).toEqual({ sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    expect(result.errorOf('sheets')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/wss:/),
    });
  });

  it('check says so, and why', async () => {
    await using tenant = await tenantWith({ http: 404 });
    const { connectionStatus } = await run('check', { tenant });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    expect(connectionStatus?.message).toMatch(/6 of 8 streams.*Sheets and charts cannot be read.*404/s);
  });
});

describe.concurrent('where some of it is closed', () => {
  it('one app whose session is refused is named, and no failure', async () => {
    await using tenant = await tenantWith({ http: 403, times: 1 });
    const result = await run('read', { tenant, catalog: await inApps() });
    expect(result.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(result.messages.filter(({ log }) => log?.level === 'WARN')).toHaveLength(1);
  });

  it('an app that is closed after its sheets were told leaves charts INCOMPLETE', async () => {
    await using tenant = await tenantWith({ method: 'GetFullPropertyTree', close: 4203, times: 1 });
    const result = await run('read', { tenant, catalog: await inApps() });
    expect(result.ends.charts).toBe('INCOMPLETE');
    expect(result.errorOf('charts')?.failure_type).toBe('config_error');
  });

  it('check tries all that charts take', async () => {
    await using tenant = await tenantWith({ method: 'CreateSessionObject', error: 5 });
    const { connectionStatus } = await run('check', { tenant });
    expect(connectionStatus?.message).toMatch(/6 of 8 streams.*CreateSessionObject/s);
  });

  it('an app that the engine lets go of is opened again', async () => {
    await using tenant = await tenantWith();
    const whole = await run('read', { tenant, catalog: await inApps() });
    tenant.engine.faults.add({ method: 'GetObject', dropsHandle: true, times: 1 });
    const broken = await run('read', { tenant, catalog: await inApps() });
    expect(broken.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(broken.rows('charts')).toHaveLength(whole.rows('charts').length);
  });
});
