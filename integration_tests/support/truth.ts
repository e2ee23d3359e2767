import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from './messages.ts';
import { LIST_NAMES, type Run } from './program.ts';
import { byId, rowsOf } from './truth-in-apps.ts';

/** The rows of each stream that a run delivered, by id and without the `_ab_cdc_` columns, to be compared with the truth. */
export function deliveredBy(run: Run, streams: readonly string[] = LIST_NAMES): { readonly [stream: string]: Json[] } {
  return Object.fromEntries(
    streams.map((stream) => {
      const rows = run.rows(stream).map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row);
      return [stream, rows.sort(byId)];
    }),
  );
}

/** What a run has to deliver: the rows that the tenant holds, cut and masked by the documented rules, by id. */
export function truthOf(
  tenant: SimulatedTenant,
  streams: readonly string[] = LIST_NAMES,
): { readonly [stream: string]: Json[] } {
  return Object.fromEntries(streams.map((stream) => [stream, rowsOf(stream, tenant)]));
}
