import { apiPath } from './api-path.ts';
import { TenantError } from './error.ts';
import type { Reading } from './http.ts';
import { failureOfPart } from './refusals.ts';

/** What an app's last reload has made, of which only lists are taken: the answer may hold values of fields as well. */
export interface DataModel {
  readonly tables: readonly object[];
  readonly fields: readonly object[];
}

interface App {
  readonly id: string;
  /** Whether it is known to have been reloaded: then it has a data model. */
  readonly reloaded?: boolean;
}

/** Whoever asks the tenant for one answer. */
interface Reader {
  get<T>(reading: Reading<T>): Promise<T>;
}

/** The tables and fields of an app; none of one that was never reloaded. Rejects with a `TenantError`. */
export async function dataModelOf({ id: app, reloaded }: App, tenant: Reader): Promise<DataModel> {
  const path = apiPath`/api/v1/apps/${app}/data/metadata`;
  try {
    return await tenant.get({ path, parse: (json) => dataModel(json, reloaded) ?? garbled(path) });
  } catch (error) {
    const what = `App ${app}: its data model is not shown`;
    throw failureOfPart(error, { app, what, remedy: 'This requires a role in the space, such as Can view.' });
  }
}

/** Undefined for what is not a data model: half an answer, or an empty one of an app that was reloaded, would delete rows. */
function dataModel(json: unknown, reloaded: boolean | undefined): DataModel | undefined {
  if (!isObject(json)) return undefined;
  const { tables, fields } = json as { tables?: unknown; fields?: unknown };
  if (isList(tables) && isList(fields)) return { tables, fields };
  const isEmpty = (tables ?? fields ?? null) === null;
  return isEmpty && !reloaded ? { tables: [], fields: [] } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names are texts: one of another type would make another row, and take the row before for deleted. */
function isList(value: unknown): value is object[] {
  const isNamed = ({ name = null }: { name?: unknown }) => name === null || typeof name === 'string';
  return Array.isArray(value) && value.every((entry) => isObject(entry) && isNamed(entry));
}

function garbled(path: string): never {
  const message = `GET ${path} answered without the lists that belong there. Try again later.`;
  throw new TenantError('transient_error', message, { status: 200 });
}
