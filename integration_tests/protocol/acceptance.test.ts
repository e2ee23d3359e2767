import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { configured, discovered, type Run } from '../support/program.ts';

interface AcceptanceTests {
  readonly acceptance_tests: {
    readonly connection: { readonly tests: readonly { readonly config_path: string; readonly status: string }[] };
    readonly incremental: {
      readonly tests: readonly {
        readonly configured_catalog_path: string;
        readonly future_state: { readonly future_state_path: string };
      }[];
    };
  };
}

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { connection, incremental } = (parse(textOf('acceptance-test-config.yml')) as AcceptanceTests).acceptance_tests;

const recordsOf = ({ messages }: Run) => messages.flatMap(({ record }) => record ?? []);
/** Rows without what every read says anew. */
const rowsOf = (run: Run) =>
  recordsOf(run).map(({ stream, data: { _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row } }) => ({ stream, ...row }));
const statesOf = ({ messages }: Run) => messages.filter(({ type }) => type === 'STATE');

// Airbyte's connector acceptance tests as far as they run a connector, by their names: they take an engine of their own to run.
// What they ask of the specification and the catalog is in conventions.test.ts, of rows and schemas in read.test.ts.
describe('the acceptance tests', () => {
  let tenant: SimulatedTenant;
  beforeAll(async () => {
    tenant = await startSimulatedTenant({ users: 230, apps: 4, sheets: 2, charts: 2 });
  });
  afterAll(() => tenant.close());

  it.each(connection.tests)('connection: with $config_path it comes to $status', async ({ config_path, status }) => {
    const isOurs = config_path.startsWith('secrets/');
    const given = isOurs ? {} : JSON.parse(textOf(config_path));
    const { messages } = await runHere('check', {
      tenant,
      ...(!isOurs && { config: { ...given, tenant_url: tenant.url } }),
    });
    const answers = messages.flatMap(({ connectionStatus }) => connectionStatus?.status ?? []);
    expect(answers).toEqual([{ succeed: 'SUCCEEDED', failed: 'FAILED' }[status]]);
  });

  it('basic_read: airbyte_trace_message_on_failure', async () => {
    const catalog = configured(
      [{ ...((await discovered())[0] as never as object), name: 'no such stream' } as never],
      'INVALID',
    );
    const { code, errors } = await runHere('read', { tenant, catalog });
    expect(errors.length).toBeGreaterThan(0);
    expect(code).not.toBe(0);
  });

  it('full_refresh: sequential_reads', async () => {
    const catalog = configured(await discovered());
    const times = async () => recordsOf(await runHere('read', { tenant, catalog })).map(({ emitted_at }) => emitted_at);
    const first = await times();
    const second = await times();
    expect(first.length).toBe(second.length);
    expect(Math.min(...second)).toBeGreaterThan(Math.max(...first));
  });

  describe('incremental', () => {
    const [{ configured_catalog_path, future_state }] = incremental.tests as [(typeof incremental.tests)[0]];
    const catalog = JSON.parse(textOf(configured_catalog_path));
    const env = { STATE_INTERVAL_MS: '0' };
    let first: Run;
    beforeAll(async () => {
      first = await runHere('read', { tenant, catalog, env });
    });

    it('two_sequential_reads', async () => {
      expect(rowsOf(first).length).toBeGreaterThan(0);
      const second = await runHere('read', { tenant, catalog, state: statesOf(first) });
      expect(second.code).toBe(0);
      expect(rowsOf(second)).toEqual([]);
      expect(statesOf(second).length).toBe(catalog.streams.length);
    });

    it('read_sequential_slices', async () => {
      const states = statesOf(first);
      const counts = states.map(({ state }) => state?.sourceStats.recordCount ?? 0);
      expect(states.length).toBeGreaterThan(catalog.streams.length);
      // The first STATE of a stream announces its rows, and comes before them.
      const afterRows = counts.findIndex((count) => count > 0) + 1;
      for (const at of [afterRows, afterRows + 2, Math.floor(states.length / 2), states.length - 2]) {
        const rest = await runHere('read', { tenant, catalog, state: states.slice(0, at) });
        const remaining = counts.slice(at).reduce((sum, count) => sum + count, 0);
        expect(remaining).toBeLessThan(rowsOf(first).length);
        // What a STATE in the middle announces is sent again.
        expect(rowsOf(rest).length).toBeGreaterThanOrEqual(remaining);
        expect(rowsOf(rest).length).toBeLessThan(rowsOf(first).length);
      }
    });

    it('state_with_abnormally_large_values', async () => {
      const state = JSON.parse(textOf(future_state.future_state_path));
      const result = await runHere('read', { tenant, catalog, state });
      expect(result.code).toBe(0);
      expect(rowsOf(result)).toEqual([]);
      expect(statesOf(result).length).toBe(catalog.streams.length);
    });
  });
});
