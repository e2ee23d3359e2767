import type { TenantError } from '../qlik/error.ts';

/** Whether the tenant's client explains this error. Told by its name: spec and discover load the check, and none of that client. */
export function isTenantError(error: unknown): error is TenantError {
  return error instanceof Error && error.name === 'TenantError';
}
