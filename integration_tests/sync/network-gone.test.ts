import { expect, it } from 'vitest';
import { call, type Outcome } from '../../src/cdk/testing/library.ts';
import { recordsOf, statuses } from '../../src/cdk/testing/lines.ts';
import type { TenantOptions } from '../../src/qlik/tenant.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { openTenant, qlikSenseCloud } from '../../src/source.ts';
import { apiKeySettings } from '../support/program.ts';
import { truthInApps } from '../support/truth-in-apps.ts';

const SIZE = { apps: 12, sheets: 2, charts: 2, users: 350, groups: 350, spaces: 8 };
const IN_APPS = ['sheets', 'charts'];

/** What two minutes are to a sync, half a second is to these; no call gives up by itself before. */
const HASTY: Partial<TenantOptions> = {
  patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 20 },
  goneMs: 500,
};

function read(tenant: SimulatedTenant, streams: readonly string[], state?: unknown): Promise<Outcome> {
  const connect: typeof qlikSenseCloud.connect = (settings, context) => openTenant(settings, context, HASTY);
  return call({ ...qlikSenseCloud, connect } as never, {
    config: apiKeySettings(tenant, { concurrent_apps: 3 }) as never,
    mode: 'incremental',
    streams: streams.map((name) => ({ name })),
    env: { STATE_INTERVAL_MS: '0' },
    ...(state !== undefined && { state }),
  });
}

/** Calls `strike` when a question that `fits` comes for the nth time. */
function atQuestion(
  tenant: SimulatedTenant,
  event: 'request' | 'upgrade',
  fits: RegExp,
  nth: number,
  strike: () => void,
) {
  let seen = 0;
  tenant.server.prependListener(event, ({ url = '' }: { url?: string }) => {
    if (fits.test(url) && ++seen === nth) strike();
  });
}

const messagesOf = ({ lines }: Outcome, streams: readonly string[]) =>
  streams.map(
    (name) => lines.flatMap(({ trace }) => (trace?.error?.stream_descriptor?.name === name ? [trace.error] : []))[0],
  );
const warningsOf = ({ lines }: Outcome) => lines.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));

it('a tenant that dies in the middle of its lists ends all streams with one error', async () => {
  const tenant = await startSimulatedTenant({ ...SIZE, groups: 2_000, apps: 60 });
  let closing: Promise<void> | undefined;
  atQuestion(tenant, 'request', /users\?.*next=/, 1, () => {
    closing = tenant.close();
  });
  tenant.dials.latencyMs = 20;
  const streams = ['users', 'groups', ...IN_APPS];
  const outcome = await read(tenant, streams);
  await closing;
  expect(outcome.exitCode).toBe(1);
  const errors = messagesOf(outcome, streams);
  expect(errors.map((error) => error?.message)).toEqual(errors.map(() => errors[0]?.message));
  expect(errors[0]).toMatchObject({
    failure_type: 'transient_error',
    message: expect.stringMatching(/http:\/\/127\.0\.0\.1:\d+ could not be reached for 0\.5 seconds/),
  });
  for (const name of streams) expect(statuses(outcome.lines, name).at(-1)).toBe('INCOMPLETE');
});

it('an engine that dies in the middle of a walk is told once, and the next sync goes on from its last state', async () => {
  const tenant = await startSimulatedTenant(SIZE);
  await using again = await startSimulatedTenant(SIZE);
  let closing: Promise<void> | undefined;
  atQuestion(tenant, 'upgrade', /./, 7, () => {
    closing = tenant.close();
  });
  const outcome = await read(tenant, IN_APPS);
  await closing;
  expect(outcome.exitCode).toBe(1);
  const errors = messagesOf(outcome, IN_APPS);
  expect(errors[0]?.message).toMatch(/could not be reached for 0\.5 seconds/);
  expect(errors[1]?.message).toBe(errors[0]?.message);
  for (const name of IN_APPS) expect(statuses(outcome.lines, name).at(-1)).toBe('INCOMPLETE');
  // Not app after app.
  expect(warningsOf(outcome).filter((warning) => /could not be reached|no whole answer/.test(warning))).toEqual([]);
  const state = outcome.lines.filter(({ type }) => type === 'STATE');
  const next = await read(again, IN_APPS, state);
  expect(next.exitCode).toBe(0);
  const truth = truthInApps(again);
  for (const name of IN_APPS) {
    const [before, after] = [outcome, next].map(({ lines }) => recordsOf(lines, name).length);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
    expect(Number(before) + Number(after)).toBeGreaterThanOrEqual(truth[name]?.length ?? 0);
  }
});
