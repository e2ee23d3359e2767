import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type FieldSchema, typeIn } from '../schemas/fields.ts';
import { type Question, questions } from '../schemas/questions.ts';
import type { Line } from '../src/cdk/invented-lines.ts';
import { streams } from '../src/streams/index.ts';
import { keyOf } from './destination.ts';
import type { Json } from './messages.ts';

/** The rows of each stream as a table holds them that is deduplicated by key: the last version of each, tombstones too. */
export function deduplicated(lines: readonly Line[]): { [stream: string]: Json[] } {
  return Object.fromEntries(
    streams.map(({ name, primaryKey }) => {
      const rows = lines.flatMap(({ record }) => (record?.stream === name ? [record.data] : []));
      return [name, [...new Map(rows.map((row) => [keyOf(row, primaryKey), row])).values()]];
    }),
  );
}

/**
 * What each question is answered, by its name, over tables of what reads have printed: as PyAirbyte makes them in DuckDB. Values are
 * those of JSON, times as DuckDB writes them. The questions are those of docs/questions/, unless others are given.
 */
export async function answersTo(
  lines: readonly Line[],
  asked: readonly Pick<Question, 'name' | 'sql'>[] = questions(),
): Promise<{ [question: string]: Json[] }> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const tables = deduplicated(lines);
    for (const { name, schema } of streams) await fill(connection, name, schema as FieldSchema, tables[name] ?? []);
    const answers: { [question: string]: Json[] } = {};
    for (const { name, sql } of asked) answers[name] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    return answers;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const SQL_TYPES: { readonly [type: string]: string } = {
  string: 'VARCHAR',
  time: 'TIMESTAMP',
  integer: 'BIGINT',
  number: 'DECIMAL(38,9)',
  boolean: 'BOOLEAN',
};

/** PyAirbyte writes the names of columns in lower case, and leaves those inside of objects alone. */
async function fill(
  connection: DuckDBConnection,
  table: string,
  { properties = {} }: FieldSchema,
  rows: readonly Json[],
): Promise<void> {
  const columns = Object.entries(properties).map(
    ([name, field]) => [name.toLowerCase(), SQL_TYPES[typeIn(field)] ?? 'JSON'] as const,
  );
  await connection.run(`CREATE TABLE ${table} (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`);
  const shape = JSON.stringify([Object.fromEntries(columns)]);
  const values = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])),
  );
  await connection.run(
    `INSERT INTO ${table} SELECT row.* FROM (SELECT unnest(from_json($values, '${shape}')) AS row)`,
    { values: JSON.stringify(values) },
  );
}
