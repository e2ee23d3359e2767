import { apiPath, wellFormed } from './api-path.ts';
import { TenantError } from './error.ts';
import type { Reading } from './http.ts';
import type { List } from './pages.ts';
import { failureOfPart, failureOfTenantList } from './refusals.ts';

/** Whoever asks the tenant. */
interface Reader {
  get<T>(reading: Reading<T>): Promise<T>;
  pages<Item>(list: List): AsyncGenerator<Item[]>;
}

/**
 * Reloads of the whole tenant or of one app, the last first. Throws a `TenantError`; it shows as a refusal where only Tenant Admins
 * may read those of all apps (RELOADS-003; it ends with what the caller `needs`), or where the caller may not read this app's.
 */
export async function* reloads<Item>(tenant: Reader, needs: string, app?: string): AsyncGenerator<Item[]> {
  const list = tenant.pages<Item>({
    path: '/api/v1/reloads',
    mayEndEarly: true,
    query: { sort: '-creationTime', appId: app === undefined ? undefined : wellFormed(app) },
    needs,
  });
  try {
    yield* list;
  } catch (error) {
    if (app === undefined) throw failureOfTenantList(error);
    const what = `App ${app}: its reloads are not shown`;
    throw failureOfPart(error, { app, what, remedy: 'This requires a role in the space, such as Can view.' });
  }
}

/** One reload; undefined if the tenant no longer has it. Rejects with a `TenantError`, which shows as a refusal where it is one. */
export async function reload<Item>(tenant: Reader, id: string): Promise<Item | undefined> {
  const path = apiPath`/api/v1/reloads/${id}`;
  try {
    return await tenant.get({ path, parse: (json) => entry<Item>(path, json, id) });
  } catch (error) {
    if (error instanceof TenantError && error.facts.status === 404) return undefined;
    throw failureOfTenantList(error);
  }
}

function entry<Item>(path: string, json: unknown, id: string): Item {
  if ((json as { id?: unknown } | null)?.id === id) return json as Item;
  throw new TenantError('transient_error', `GET ${path} answered with another reload, or none. Try again later.`, {
    status: 200,
  });
}
