import { chance, dice } from './dice.ts';
import type { Item } from './items.ts';
import { FIELDS } from './library.ts';

/** A table as GET /apps/{appId}/data/metadata tells of it. */
export interface TableMetadata {
  name: string;
  comment: string;
  no_of_rows: number;
  no_of_fields: number;
  no_of_key_fields: number;
  byte_size: number;
  is_system: boolean;
  is_semantic: boolean;
  is_loose: boolean;
}

export interface FieldMetadata {
  name: string;
  comment: string;
  src_tables: string[];
  tags: string[];
  cardinal: number;
  total_count: number;
  byte_size: number;
  hash: string;
  is_numeric: boolean;
  is_hidden: boolean;
  is_system: boolean;
  is_semantic: boolean;
  is_locked: boolean;
  distinct_only: boolean;
  always_one_selected: boolean;
}

const KEY = '%Key';
/** Where Qlik itself joins tables that have several fields in common. */
const SYNTHETIC = '$Syn 1 Table';

/** What an app's last reload has made; nothing of one that was never reloaded. Each reload brings other numbers of rows. */
export function dataModelOf(seed: number, { resourceId, resourceAttributes }: Item) {
  const { lastReloadTime } = resourceAttributes;
  if (!lastReloadTime) return { tables: [], fields: [] };
  const shape = dice(seed, `data model ${resourceId}`)(0);
  const load = dice(seed, `reload ${resourceId} ${lastReloadTime}`)(0);
  // Qlik gives a number to a table whose name is taken.
  const endings = ['', '', '-1'];
  const names = Array.from({ length: 2 + shape(2) }, (_, index) => {
    return index ? `table_${shape(40)}${endings[index]}` : 'Orders';
  });
  const tableNames = [...new Set(names)];
  const fieldOf = (name: string, tables: string[]): FieldMetadata => {
    const total = 10 + load(100_000);
    const isKey = tables.length > 1;
    return {
      ...{ name, comment: '', src_tables: tables, tags: isKey ? ['$key', '$text'] : ['$text'] },
      ...{
        cardinal: 1 + load(total),
        total_count: total,
        byte_size: total * 8,
        hash: `h${load(1_000_000).toString(36)}`,
      },
      ...{ is_numeric: chance(shape, 30), is_hidden: name.startsWith('%'), is_system: false, is_semantic: false },
      ...{ is_locked: false, distinct_only: false, always_one_selected: false },
    };
  };
  const own = FIELDS.filter(() => chance(shape, 60)).map((name) => fieldOf(name, [tableNames[shape(2)] ?? 'Orders']));
  const fields = [fieldOf(KEY, tableNames.toReversed()), ...own];
  const tables = tableNames.map((name): TableMetadata => {
    const rows = 1 + load(1_000_000);
    const held = fields.filter(({ src_tables }) => src_tables.includes(name));
    return {
      ...ofTable(name),
      ...{ no_of_rows: rows, no_of_fields: held.length, no_of_key_fields: 1, byte_size: rows * 16 },
    };
  });
  if (!chance(dice(seed, `synthetic key ${resourceId}`)(0), 30)) return { tables, fields };
  const key = { ...fieldOf('$Syn 1', [SYNTHETIC, ...tableNames]), is_system: true, is_hidden: true };
  const table = { no_of_rows: 9, no_of_fields: 1, no_of_key_fields: 1, byte_size: 144, ...ofTable(SYNTHETIC) };
  return { tables: [...tables, { ...table, is_system: true }], fields: [...fields, key] };
}

/** What is measured of an app and its last reload, which is another with each. */
export function measuredOf(seed: number, { resourceId, resourceAttributes }: Item) {
  const { lastReloadTime, hasSectionAccess, isDirectQueryMode, usage } = resourceAttributes;
  const model = { has_section_access: hasSectionAccess, is_direct_query_mode: isDirectQueryMode, usage };
  if (!lastReloadTime) return model;
  const load = dice(seed, `measures ${resourceId} ${lastReloadTime}`)(0);
  const peak = 20_000_000 + load(900_000_000);
  return {
    ...{ ...model, static_byte_size: 4096 + load(10_000_000) },
    reload_meta: {
      ...{ cpu_time_spent_ms: 100 + load(600_000), peak_memory_bytes: peak, fullReloadPeakMemoryBytes: peak },
      ...(chance(load, 30) && { partialReloadPeakMemoryBytes: Math.floor(peak / 2) }),
      hardware: { logical_cores: 16, total_memory: 128 * 2 ** 30 },
    },
  };
}

function ofTable(name: string) {
  return { name, comment: '', is_system: false, is_semantic: false, is_loose: false };
}
