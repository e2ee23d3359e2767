import { isExplained, type ListStream, type Row } from '../cdk/index.ts';
import type { Tenant } from '../qlik/tenant.ts';
import { isTenantError } from './tenant-error.ts';

/** What trying to read a list has shown. */
export interface ListTrial {
  /** The first row, if there is any. */
  readonly first?: Row | undefined;
  /** Why the list cannot be read, in words. */
  readonly problem?: string;
}

/** Reads the first page of a list. Throws what is wrong with the settings, or with the connector. */
export async function tryList(stream: ListStream<Tenant>, tenant: Tenant, stop: AbortSignal): Promise<ListTrial> {
  try {
    for await (const [first] of stream.read(tenant, () => {})) return { first };
    return {};
  } catch (error) {
    stop.throwIfAborted();
    if (!isExplained(error) || isMistakenSetting(error)) throw error;
    return { problem: `${stream.name} cannot be read: ${error.message}` };
  }
}

/** Whether a setting is wrong by itself: the tenant has refused nothing. */
function isMistakenSetting(error: unknown): boolean {
  return isTenantError(error) && error.failureType === 'config_error' && error.facts.status === undefined;
}
