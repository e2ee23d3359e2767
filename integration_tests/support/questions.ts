import { type Question, questions } from '../../scripts/questions.ts';
import type { Line } from '../../src/cdk/testing/lines.ts';
import { streams } from '../../src/streams/index.ts';
import { keyOf } from './destination.ts';
import { answerTo, fillTables, withDuckDB } from './duckdb.ts';
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

/** What each question is answered, by its name, over tables of what reads have printed. */
export function answersTo(
  lines: readonly Line[],
  asked: readonly Pick<Question, 'name' | 'sql'>[] = questions(),
): Promise<{ [question: string]: Json[] }> {
  return withDuckDB(async (connection) => {
    await fillTables(connection, deduplicated(lines));
    const answers: { [question: string]: Json[] } = {};
    for (const { name, sql } of asked) answers[name] = await answerTo(connection, sql);
    return answers;
  });
}
