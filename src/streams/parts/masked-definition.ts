import { isSecretName, maskedLink } from './masked-link.ts';
import { isReadable } from './readable.ts';

const MASK = '***';

const STRING = /'(?:[^']|'')*'/g;

/** A key and its value, such as `apikey=abc`, `"token": "abc"` and `Authorization: Bearer abc`; in an expression the value is a string. */
const PAIR = /(?<![\w-])([\w-]+)(["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?([^\s"',;&(){}<>]+)/gi;

const SCHEME = /\b(bearer|basic)\s+[\w.+/=~-]{8,}/gi;

/** So long is hardly anything that people write in one piece. */
const LONG = /[\w.+/=~-]{20,}/g;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The definition of a variable with `***` for literal secrets: all of a text, or every string of an expression, where the variable's name
 * announces one; else values behind such a name, users and parameters of addresses, and what looks like a token. Ids of Qlik's, which
 * are UUIDs, stay.
 */
export function maskedDefinition(name: string, definition: string): string {
  const isSecret = isSecretName(name);
  if (!definition.trimStart().startsWith('=')) return isSecret && definition !== '' ? MASK : maskedText(definition);
  return definition
    .replace(STRING, (string) => (isSecret && string.length > 2 ? `'${MASK}'` : `'${maskedText(string.slice(1, -1))}'`))
    .replace(/(?<![\w-])([\w-]+)(\s*=\s*)'(?:[^']|'')+'/g, (whole, key: string, equals: string) =>
      isSecretName(key) ? `${key}${equals}'${MASK}'` : whole,
    );
}

function maskedText(text: string): string {
  return maskedLink(text)
    .replace(SCHEME, `$1 ${MASK}`)
    .replace(PAIR, (whole, key: string, between: string) => (isSecretName(key) ? `${key}${between}${MASK}` : whole))
    .replace(LONG, (piece) => (piece.split(/[/=.]/).every(isHarmless) ? piece : MASK));
}

function isHarmless(part: string): boolean {
  return part.length < 20 || UUID.test(part) || isReadable(part);
}
