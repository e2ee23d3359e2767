import { type Die, pick } from '../../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../../src/simulator/data/document.ts';
import type { SimulatedTenant } from '../../../src/simulator/tenant.ts';
import type { TenantData } from '../../../src/simulator/tenant-data.ts';
import type { EditableRows, TenantRow } from './editable-rows.ts';

/** Edits something in a tenant; nothing, where it would take what is not there. */
export type RandomEdit = (tenant: SimulatedTenant, die: Die) => void;

export interface RandomEdits {
  /** Rows come, change or move. */
  readonly keeping: readonly RandomEdit[];
  readonly deleting: readonly RandomEdit[];
}

/** As many rows of a list stay, whatever is deleted. */
const FEWEST_LEFT = 5;

/** The edits of any rows that can be edited one by one. */
export function editsOfRows(tests: EditableRows): RandomEdits {
  const change: RandomEdit = ({ data }, die) => {
    const rows = editableRows(tests, data);
    if (rows.length > 0) tests.rows(data).change(pick(die, rows).id, { [textField(tests)]: `Changed ${die(1e6)}` });
  };
  const remove: RandomEdit = ({ data }, die) => {
    const rows = editableRows(tests, data);
    if (rows.length > FEWEST_LEFT) tests.rows(data).delete(pick(die, rows).id);
  };
  const add: RandomEdit = ({ data }, die) => void tests.add(data, { [textField(tests)]: `Added ${die(1e6)}` });
  return { keeping: [add, change], deleting: [remove] };
}

/** A stream's own rows: all but the admin and the bot, without whom nobody could ask the tenant anything. */
export function editableRows({ rows, isOwn }: EditableRows, data: TenantData): TenantRow[] {
  const { adminId, botId } = data.plan;
  return [...rows(data).all()].filter((row) => isOwn(row) && row.id !== adminId && row.id !== botId);
}

/** Brings a deleted row back as it was, without what the simulator gives a new one. */
export function restoreRow(tests: EditableRows, data: TenantData, row: TenantRow): void {
  const rows = tests.rows(data);
  rows.change(row.id, replaced(rows.add(row), row));
}

/** A patch that makes one row of another. */
export function replaced(now: object, row: object): object {
  return { ...Object.fromEntries(Object.keys(now).map((field) => [field, undefined])), ...row };
}

/** The field by which a new row is known. */
export function textField({ textFields: [first = ''] }: Pick<EditableRows, 'textFields'>): string {
  return first;
}

export function appsOf(data: TenantData): AppDocument[] {
  const items = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  return items.map(({ resourceId }) => data.document(resourceId));
}

/** Edits some sheet of some app, if it has one. */
export function inSheet(edit: (document: AppDocument, sheet: string, die: Die) => unknown): RandomEdit {
  return inApp((document, die) => {
    const sheets = document.sheetIds();
    if (sheets.length > 0) edit(document, pick(die, sheets), die);
  });
}

/** Edits some chart of some app, if it has one. */
export function inChart(edit: (document: AppDocument, chart: string, die: Die) => unknown): RandomEdit {
  return inApp((document, die) => {
    const charts = document.charts().filter(({ depth }) => depth === 1);
    if (charts.length > 0) edit(document, pick(die, charts).id, die);
  });
}

/** Edits some item of the library of some app, if it has one. Those that a sheet holds are in no library. */
export function inLibrary(
  type: 'dimension' | 'measure' | 'masterobject' | 'variable',
  edit: (document: AppDocument, item: string, die: Die) => unknown,
): RandomEdit {
  return inApp((document, die) => {
    const items = document.idsOfType(type).filter((id) => document.meta(id).id !== undefined);
    if (items.length > 0) edit(document, pick(die, items), die);
  });
}

/** Edits some app. */
export function inApp(edit: (document: AppDocument, die: Die) => unknown): RandomEdit {
  return ({ data }, die) => {
    const documents = appsOf(data);
    if (documents.length > 0) edit(pick(die, documents), die);
  };
}
