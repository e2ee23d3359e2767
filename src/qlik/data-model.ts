import { apiPath } from './api-path.ts';
import { TenantError } from './error.ts';
import type { Reading } from './http.ts';
import { failureOfPart } from './refusals.ts';

/** What an app's last reload has made. No more than this is taken: the answer may hold values of fields as well. */
export interface DataModel {
  readonly tables: readonly object[];
  readonly fields: readonly object[];
  readonly measured: Measured;
}

/** What Qlik measures of an app and its last reload, under its own names; what really comes may be anything. */
export interface Measured {
  readonly static_byte_size?: unknown;
  readonly has_section_access?: unknown;
  readonly is_direct_query_mode?: unknown;
  readonly usage?: unknown;
  readonly reload_meta?:
    | {
        readonly cpu_time_spent_ms?: unknown;
        readonly peak_memory_bytes?: unknown;
        readonly fullReloadPeakMemoryBytes?: unknown;
        readonly partialReloadPeakMemoryBytes?: unknown;
        readonly hardware?: unknown;
      }
    | null
    | undefined;
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

/** The data model of an app, which has no tables where that was never reloaded. Rejects with a `TenantError`. */
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
  const measured = measuredIn(json);
  if (isList(tables) && isList(fields)) return { tables, fields, measured };
  const isEmpty = (tables ?? fields ?? null) === null;
  return isEmpty && !reloaded ? { tables: [], fields: [], measured } : undefined;
}

function measuredIn({
  static_byte_size,
  has_section_access,
  is_direct_query_mode,
  usage,
  reload_meta,
}: Measured): Measured {
  return { static_byte_size, has_section_access, is_direct_query_mode, usage, reload_meta };
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
