import type { RowList } from '../../../src/simulator/data/row-list.ts';
import type { TenantData } from '../../../src/simulator/tenant-data.ts';

/** A row as the simulated tenant holds it. */
export type TenantRow = { id: string } & { [field: string]: unknown };

/** Rows that can be edited one by one. */
export interface EditableRows {
  /** The simulator's list of them; rows of other streams may be among them. */
  rows(data: TenantData): RowList<TenantRow>;
  isOwn(row: TenantRow): boolean;
  /** Adds a row to the tenant; nothing where there is nothing to add it to. */
  add(data: TenantData, given: object): TenantRow | undefined;
  /** Fields that hold a text; a new row is known by the first. */
  readonly textFields: readonly string[];
  /** A patch of a field that holds other fields. */
  nested(row: TenantRow, text: string): object;
  /** A patch that only the caller sees: no row that is sent has it. */
  personal(row: TenantRow, text: string): object;
  /** As how Qlik writes the time of a change. */
  readonly timeUnit: 'seconds' | 'milliseconds';
}
