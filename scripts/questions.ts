import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A question about a tenant, and the SQL that answers it over the tables of the streams, in DuckDB's dialect. */
export interface Question {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly path: string;
  /** The question itself: the first line of the file, which is a comment. */
  readonly title: string;
  readonly sql: string;
}

const FOLDER = new URL('../docs/questions/', import.meta.url);

/** The questions in docs/questions/, by name. */
export function questions(): Question[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file) => {
    const path = fileURLToPath(new URL(file, FOLDER));
    const sql = readFileSync(path, 'utf8');
    const title = /^-- (.+)\n/.exec(sql)?.[1];
    if (title === undefined) throw new Error(`${path} does not begin with its question, as a comment`);
    return { name: file.slice(0, -'.sql'.length), path, title, sql };
  });
}
