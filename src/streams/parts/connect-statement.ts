import { harmlessAddress, harmlessValue, isKept } from './harmless-value.ts';
import { isReadable } from './readable.ts';

const MASK = '***';

/** The words before the quotes that Qlik knows. */
const KEYWORDS = /^\s*(?:(?:CUSTOM|CONNECT(?:32|64)?|TO|ODBC|OLEDB|LIB)(?![^\s"[])\s*)*/i;

/** What a connection is described in, and what ends it; doubled, that sign is part of the description. */
const FRAMES: { readonly [opening: string]: string } = { '"': '"', '[': ']' };

/**
 * A connect statement such as `CUSTOM CONNECT TO "provider=…;host=…;password=…;"` with every value replaced by `***` that is not
 * certain to be harmless, user names too; urls keep scheme, host and path. Before the quotes only Qlik's own words stay. What is not
 * of the form key=value is masked whole. Never throws, and takes time in proportion to the length.
 */
export function maskedStatement(statement: string): string {
  const keywords = KEYWORDS.exec(statement)?.[0] ?? '';
  const rest = statement.slice(keywords.length);
  const words = /^[^="[\];:/{']*(?=["[])/.exec(rest)?.[0] ?? '';
  const opening = keywords + (words.trim() === '' ? words : `${MASK} `);
  const sign = rest[words.length] ?? '';
  const closing = FRAMES[sign];
  if (closing === undefined) return opening + maskedPairs(rest, false);
  const end = endOfQuoted(rest, words.length + 1, closing);
  const body = rest
    .slice(words.length + 1, end === undefined ? rest.length : end - 1)
    .replaceAll(closing + closing, closing);
  const masked = `${opening}${sign}${maskedPairs(body, end === undefined)}`;
  if (end === undefined) return masked;
  const behind = rest.slice(end);
  return masked + closing + (/[^\s;]/.test(behind) ? ` ${MASK}` : behind);
}

/** A statement that is nothing but an address. */
const ADDRESS = /^\s*[a-z][a-z0-9+.-]*:\/\//i;

/** Where the end is missing, the last pair may be cut in the middle: its value is no longer certain to be what it seems. */
function maskedPairs(body: string, isCut: boolean): string {
  if (ADDRESS.test(body)) {
    const [address = '', ...others] = body.split(/;/, 2);
    return others.some((other) => other.trim() !== '') || isCut ? MASK : (harmlessAddress(address) ?? MASK);
  }
  const masked: string[] = [];
  for (let from = 0; from <= body.length; ) {
    const end = endOfPair(body, from);
    masked.push(maskedPair(body.slice(from, end), isCut && end === body.length));
    from = end + 1;
  }
  return masked.join(';');
}

/** Of a key only letters, few digits behind them, and what parts words. */
const KEY = /^[a-z][a-z ._-]{0,39}\d{0,2}$/;

function maskedPair(pair: string, isCut: boolean): string {
  if (pair.trim() === '') return pair;
  const equals = pair.indexOf('=');
  const key = pair.slice(0, Math.max(equals, 0));
  const value = pair.slice(equals + 1);
  const name = key.trim().toLowerCase();
  if (!KEY.test(name) || !(isKept(name) || isReadable(key.trim()))) return MASK;
  if (value === '') return pair;
  return `${key}=${(isCut ? undefined : harmlessValue(name, value)) ?? MASK}`;
}

/**
 * The end of the pair that begins at `from`: a semicolon that is in no quotes and no braces, by whichever reading hides more.
 * What begins with an opening sign that has no counterpart reaches to the end of the text.
 */
function endOfPair(text: string, from: number): number {
  let begins = true;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === ';') return at;
    if (sign === '=') begins = true;
    else if ('{"\''.includes(sign)) {
      const end = sign === '{' ? endOfBraces(text, at) : endOfText(text, at, begins);
      if (end === undefined && (begins || sign === '{')) return text.length;
      at = (end ?? at + 1) - 1;
      begins = false;
    }
    // Blanks of any kind, those that cannot be seen and letters drawn as blanks too, are no part of a value.
    else if (begins) begins = !/[[\p{L}\p{N}]--[\u115F\u1160\u3164\uFFA0]]/v.test(sign);
  }
  return text.length;
}

/** The later of the ends by both readings: at the first closing brace that is not doubled, and where as many have closed as opened. */
function endOfBraces(text: string, from: number): number | undefined {
  const first = endOfQuoted(text, from + 1, '}');
  const balanced = endOfNested(text, from);
  return first === undefined || balanced === undefined ? undefined : Math.max(first, balanced);
}

function endOfNested(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** Quotes that are doubled, since the whole statement stands in such quotes, enclose a text too; within another text they are part of it. */
function endOfText(text: string, from: number, begins: boolean): number | undefined {
  const sign = text[from] ?? '';
  if (text[from + 1] !== sign) return endOfQuoted(text, from + 1, sign);
  const end = begins ? endOfQuoted(text, from + 2, sign + sign) : from + 2;
  const isEmpty = /^\s*(?:;|$)/.test(text.slice(from + 2, from + 100));
  return end ?? (isEmpty ? from + 2 : undefined);
}

/** Where a quoted text that begins at `from` ends, its closing sign included; doubled, that sign is part of the text. */
function endOfQuoted(text: string, from: number, closing: string): number | undefined {
  for (let at = text.indexOf(closing, from); at >= 0; at = text.indexOf(closing, at + 2 * closing.length)) {
    if (!text.startsWith(closing, at + closing.length)) return at + closing.length;
  }
  return undefined;
}
