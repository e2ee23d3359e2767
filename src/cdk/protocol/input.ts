import { readFile } from 'node:fs/promises';
import { ConnectorError } from '../errors.ts';

/**
 * The JSON value in a file that a caller named; undefined where the file is empty.
 * Throws a `config_error` that names the file; it never quotes the content, which may hold secrets.
 */
export async function readJsonFile(path: string, role: string): Promise<unknown> {
  return parsed(await textIn(path, role), `The ${role} file ${path}`);
}

/** What a file of JSON lines holds. */
interface JsonLines {
  /** The value of the file, or an array of those of its lines, empty lines left out. */
  readonly value: unknown;
  /** What is wrong with the last line, if it ends in the middle of a value: it is left out. */
  readonly cutOff?: ConnectorError;
}

/** The same of a file that may also hold JSON lines; a last line that whoever wrote it had no time to finish is told apart. */
export async function readJsonLinesFile(path: string, role: string): Promise<JsonLines> {
  const text = await textIn(path, role);
  const lines = text.trim().split(/\r?\n/);
  if (lines.length === 1 || !isJson(lines[0] ?? '')) return { value: parsed(text, `The ${role} file ${path}`) };
  const valuesOf = (line: string, i: number) =>
    line.trim() === '' ? [] : [parsed(line, `Line ${i + 1} of the ${role} file ${path}`)];
  const value = lines.slice(0, -1).flatMap(valuesOf);
  const last = lines.at(-1) ?? '';
  try {
    return { value: [...value, ...valuesOf(last, lines.length - 1)] };
  } catch (error) {
    if (!(error instanceof ConnectorError && isUnfinished(last))) throw error;
    return { value, cutOff: error };
  }
}

async function textIn(path: string, role: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code ?? cause.message})`;
    throw new ConnectorError(
      'config_error',
      `The ${role} file ${path} ${reason}. Check the path and its permissions.`,
      { cause },
    );
  });
  return text.replace(/^\uFEFF/, '');
}

function parsed(json: string, name: string): unknown {
  if (json.trim() === '') return undefined;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ConnectorError('config_error', `${name} is not valid JSON${placeOf(error, json)}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * V8's messages quote the text around the mistake, so only the place of it may be shown; not all of them tell it. The place
 * is then where the shortest beginning of the text ends that is wrong already, and not only unfinished.
 */
function placeOf(error: unknown, json: string): string {
  const told = positionIn(error);
  let [from, to] = told === undefined ? [0, json.length] : [told, told];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isUnfinished(json.slice(0, middle + 1))) from = middle + 1;
    else to = middle;
  }
  const before = json.slice(0, from).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

function positionIn(error: unknown): number | undefined {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  return position === undefined ? undefined : Number(position);
}

/** Whether nothing is wrong with the beginning of a JSON text but that it ends. */
function isUnfinished(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    return /end of JSON input|Unterminated/.test(String(error)) || positionIn(error) === beginning.length;
  }
}

/** Whether a JSON value is an object, arrays and null apart. */
export function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
