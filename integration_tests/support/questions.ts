import { type Question, questions } from '../../scripts/questions.ts';
import { streams } from '../../src/streams/index.ts';
import { keyOf } from './destination.ts';
import { answerTo, fillTables, withDuckDB } from './duckdb.ts';
import type { Json, Message } from './messages.ts';

/** A message of a read, as far as it is a row. */
type Printed = Pick<Message, 'record'>;

/** The rows of each stream as a table holds them that is deduplicated by key: the last version of each, tombstones too. */
export function deduplicated(lines: readonly Printed[]): { [stream: string]: Json[] } {
  return Object.fromEntries(
    streams.map(({ name, primaryKey }) => {
      const rows = lines.flatMap(({ record }) => (record?.stream === name ? [record.data] : []));
      return [name, [...new Map(rows.map((row) => [keyOf(row, primaryKey), row])).values()]];
    }),
  );
}

/** What each question is answered, by its name, over tables of what reads have printed. */
export function answersTo(
  lines: readonly Printed[],
  asked: readonly Pick<Question, 'name' | 'sql'>[] = questions(),
): Promise<{ [question: string]: Json[] }> {
  return withDuckDB(async (connection) => {
    await fillTables(connection, deduplicated(lines));
    const answers: { [question: string]: Json[] } = {};
    for (const { name, sql } of asked) answers[name] = await answerTo(connection, sql);
    return answers;
  });
}
