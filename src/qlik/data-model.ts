import { TenantError } from './error.ts';
import type { Reading } from './http.ts';

/** What an app's last reload has made, of which only lists are taken: the answer may hold values of fields as well. */
export interface DataModel {
  readonly tables: readonly object[];
  readonly fields: readonly object[];
}

/** Whoever asks the tenant for one answer. */
interface Reader {
  get<T>(reading: Reading<T>): Promise<T>;
}

/** The tables and fields of an app; none of one that was never reloaded. Rejects with a `TenantError`. */
export async function dataModelOf(app: string, tenant: Reader): Promise<DataModel> {
  const path = `/api/v1/apps/${encodeURIComponent(app.toWellFormed())}/data/metadata`;
  try {
    return await tenant.get({ path, parse: (json) => dataModel(path, json) });
  } catch (error) {
    const status = error instanceof TenantError ? error.facts.status : undefined;
    if (status !== 403 && status !== 404) throw error;
    const refusal = status === 403 ? 'denied' : 'vanished';
    throw new TenantError('config_error', `App ${app}: its data model is not shown (${status}).`, {
      ...{ status, app, refusal, atOpening: true, cause: error },
      remedy: 'It takes a role in the space, such as Can view.',
    });
  }
}

function dataModel(path: string, json: unknown): DataModel {
  const { tables, fields } = (json ?? {}) as { tables?: unknown; fields?: unknown };
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  // A name of another type would make another row, and take the row before for deleted.
  const isNamed = ({ name = null }: { name?: unknown }) => name === null || typeof name === 'string';
  const isList = (list: unknown): list is object[] =>
    Array.isArray(list) && list.every((entry) => isObject(entry) && isNamed(entry));
  if (isObject(json) && [tables ?? [], fields ?? []].every(isList))
    return { tables: (tables ?? []) as object[], fields: (fields ?? []) as object[] };
  throw new TenantError(
    'transient_error',
    `GET ${path} answered without the lists that belong there. Try again later.`,
    {
      status: 200,
    },
  );
}
