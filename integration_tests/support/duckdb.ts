import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type FieldSchema, typeIn } from '../../scripts/fields.ts';
import { recordSchema } from '../../src/cdk/index.ts';
import { streams } from '../../src/streams/index.ts';
import type { Json } from './messages.ts';

/** Opens a DuckDB file, or a database in memory, as long as `use` takes. */
export async function withDuckDB<T>(use: (connection: DuckDBConnection) => Promise<T>, path?: string): Promise<T> {
  const instance = await DuckDBInstance.create(path, path === undefined ? {} : { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return await use(connection);
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

/** Makes the tables of all streams, as PyAirbyte does: the names of columns are in lower case, those inside of objects as they are. */
export async function fillTables(
  connection: DuckDBConnection,
  tables: { readonly [stream: string]: readonly Json[] | undefined },
): Promise<void> {
  for (const stream of streams)
    await fill(connection, stream.name, recordSchema(stream) as FieldSchema, tables[stream.name] ?? []);
}

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
  const values = rows.map(inLowerCase);
  await connection.run(
    `INSERT INTO ${table} SELECT row.* FROM (SELECT unnest(from_json($values, '${shape}')) AS row)`,
    { values: JSON.stringify(values) },
  );
}

/** The answer to a query: values are those of JSON, times as DuckDB writes them. */
export async function answerTo(connection: DuckDBConnection, sql: string): Promise<Json[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

/** The rows of a stream's table, those of them that meet a condition, by key; objects and lists are parsed. */
export async function rowsIn(connection: DuckDBConnection, stream: string, condition: string): Promise<Json[]> {
  const known = streams.find(({ name }) => name === stream) as (typeof streams)[number];
  const { properties = {} } = recordSchema(known) as FieldSchema;
  const columns = Object.entries(properties).map(([name, field]) => [name.toLowerCase(), SQL_TYPES[typeIn(field)]]);
  const rows = await answerTo(
    connection,
    `SELECT * FROM ${stream} WHERE ${condition} ORDER BY ${known.primaryKey.join(', ')}`,
  );
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(([name = '', type]) => [name, type ? row[name] : JSON.parse((row[name] as string | null) ?? 'null')]),
    ),
  );
}

/** A row whose columns are named in lower case. */
export function inLowerCase(row: Json): Json {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column.toLowerCase(), value]));
}
