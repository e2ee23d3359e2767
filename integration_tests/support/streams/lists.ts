import type { RowList } from '../../../src/simulator/data/row-list.ts';
import type { TenantData, TenantSize } from '../../../src/simulator/tenant-data.ts';
import type { Json } from '../messages.ts';
import type { EditableRows, TenantRow } from './editable-rows.ts';
import type { ListCall, ListTests } from './kinds.ts';
import { editsOfRows } from './random-edit.ts';

type ListName = keyof { [Name in keyof TenantData as TenantData[Name] extends RowList<infer _> ? Name : never]: true };
export type RowOf<List extends ListName> = TenantData[List] extends RowList<infer Row> ? Row : never;

/** What is to be said of rows of one of the simulator's lists. */
export interface RowFacts<List extends ListName> extends Pick<EditableRows, 'nested' | 'personal'> {
  readonly list: List;
  /** A row as it has to be delivered; undefined for one that has not. */
  truth(row: RowOf<List>, url: string): object | undefined;
  readonly textFields: readonly (keyof RowOf<List> & string)[];
  /** The row's time of change, and fields that reading looks into. */
  readonly fuzzedFields: readonly (keyof RowOf<List> & string)[];
}

interface ListFacts<List extends ListName> extends RowFacts<List> {
  readonly call: ListCall;
  readonly size: keyof TenantSize;
}

/** An ordinary list: its rows are all of a list of the simulator, each known by its `id`. */
export function listTests<List extends ListName>(facts: ListFacts<List>): ListTests {
  const { call, size, truth, fuzzedFields } = facts;
  const editable = rowsIn(facts);
  return {
    ...editable,
    ...{ kind: 'list', call, shortCalls: [], size, edits: editsOfRows(editable) },
    truth: ({ data, url }) => [...editable.rows(data).all()].flatMap((row) => truth(row as RowOf<List>, url) ?? []),
    fuzzedFields: ['id', ...fuzzedFields],
    idOf: ({ id }) => id,
  };
}

/** Rows of one of the simulator's lists, all of them a stream's own. */
export function rowsIn<List extends ListName>({ list, textFields, nested, personal }: RowFacts<List>): EditableRows {
  const rows = (data: TenantData) => data[list] as unknown as RowList<TenantRow>;
  return {
    ...{ rows, textFields, nested, personal, timeUnit: 'milliseconds' },
    isOwn: () => true,
    add: (data, given) => rows(data).add(given),
  };
}

/** A list of which the path is enough to know it by. Without a cursor it has no pages. */
export function call(resource: string, cursor?: ListCall['cursor'], root = '/api/v1'): ListCall {
  return { name: `/${resource}`, path: `${root}/${resource}`, resource, where: '', ...(cursor && { cursor }) };
}

/** A row of Qlik's with these times as they have to be delivered; others may have an empty text where there is no time. */
export function withTimes(row: object, times: readonly string[]): object {
  const entries = Object.entries(row);
  return Object.fromEntries(entries.map(([field, value]) => [field, times.includes(field) ? told(value) : value]));
}

/** With three digits behind the point where there are at most as many, else with six. */
function told(time: unknown): unknown {
  if (time === '') return null;
  const [whole, fraction] = String(time).split(/\.|Z/);
  if (typeof time !== 'string' || !fraction) return time;
  const digits = fraction.length > 3 ? 6 : 3;
  return `${whole}.${`${fraction}00000`.slice(0, digits)}Z`;
}

/** A patch of the link of a row to itself. */
export function linkedToItself({ links }: Json, href: string): object {
  return { links: { ...(links as object), self: { href } } };
}

/** A list with one entry more. */
export function more(list: unknown, entry: unknown): unknown[] {
  return [...((list ?? []) as unknown[]), entry];
}
