const MASK = '***';

/** Keys whose values say what a connection reads, and nothing of who reads it with which key. */
const HARMLESS = new Set(
  `provider sourceType driver host hostname server port database dbname catalog schema warehouse project dataset
   bucketName region path folder`
    .toLowerCase()
    .split(/\s+/),
);

/** The words before the quotes; without quotes, only those that Qlik knows. */
const OPENING = /^(?:[\w\s]*(?=["[])|\s*(?:(?:CUSTOM|ODBC|OLEDB|LIB)\s+CONNECT(?:32|64)?\s+TO\b)?\s*)/i;

/**
 * A connect statement such as `CUSTOM CONNECT TO "provider=…;host=…;password=…;"` with every value replaced by `***` that
 * is not known to be harmless, user names too; urls keep scheme, host and path. What is not of the form key=value is masked whole.
 */
export function maskedStatement(statement: string): string {
  const opening = OPENING.exec(statement)?.[0] ?? '';
  const rest = statement.slice(opening.length);
  const closing = rest[0] === '"' ? '"' : rest[0] === '[' ? ']' : undefined;
  if (closing === undefined) return opening + maskedPairs(rest);
  const end = endOfQuoted(rest, 1, closing);
  if (end === undefined) return opening + rest[0] + maskedPairs(rest.slice(1));
  const behind = rest.slice(end);
  return (
    opening + rest[0] + maskedPairs(rest.slice(1, end - 1)) + closing + (/[^\s;]/.test(behind) ? ` ${MASK}` : behind)
  );
}

/** A statement that is nothing but an address. */
const ADDRESS = /^\s*[a-z][a-z0-9+.-]*:\/\/[^\s;]+$/i;

function maskedPairs(body: string): string {
  if (ADDRESS.test(body)) return withoutCredentials(body) ?? MASK;
  const masked: string[] = [];
  for (let from = 0; from <= body.length; ) {
    const end = endOfPair(body, from);
    masked.push(maskedPair(body.slice(from, end)));
    from = end + 1;
  }
  return masked.join(';');
}

function maskedPair(pair: string): string {
  if (pair.trim() === '') return pair;
  const equals = pair.indexOf('=');
  const key = pair.slice(0, equals);
  const value = pair.slice(equals + 1);
  if (equals < 0 || !/^[\w .-]+$/.test(key)) return MASK;
  return `${key}=${value === '' ? '' : maskedValue(key.trim().toLowerCase(), value)}`;
}

function maskedValue(key: string, value: string): string {
  if (key === 'url') return withoutCredentials(value) ?? MASK;
  if (!HARMLESS.has(key)) return MASK;
  if (value.includes('://')) return withoutCredentials(value) ?? MASK;
  // A harmless value with a pair or a user inside is not certain to be one.
  return /[=@]/.test(value) || hidesSigns(value) ? MASK : value;
}

/** The scheme, host and path of an address; undefined where it cannot be told for certain where they end. */
function withoutCredentials(address: string): string | undefined {
  const text = address.trim();
  const url = URL.parse(text);
  if (!url?.host || url.host.includes('%') || hidesSigns(url.pathname)) return undefined;
  const kept = `${url.protocol}//${url.host}${url.pathname}`;
  if (/[@=;]/.test(kept)) return undefined;
  // An at sign behind the path may be part of a query, or what is left of a password with a question mark in it.
  const [, authority = '', path] = /^[^:]+:\/\/([^/?#]*)(\/)?/.exec(text) ?? [];
  const mayBePassword = !authority.includes('@') && (authority.includes(':') || path === undefined);
  return mayBePassword && /@/.test(url.search + url.hash) ? undefined : kept;
}

/** Whether a text holds, percent-encoded, signs that would part it into pairs, users or queries. */
function hidesSigns(text: string): boolean {
  return /%(?:40|3D|3F|3B|26|3A%2F%2F)/i.test(text);
}

const CLOSING: { readonly [opening: string]: string } = { '{': '}', '"': '"', "'": "'", '""': '""' };

/** The end of the pair that begins at `from`. A value that begins with a quote or a brace reaches to its counterpart. */
function endOfPair(text: string, from: number): number {
  const equals = text.indexOf('=', from);
  const semicolon = text.indexOf(';', from);
  if (semicolon < 0) return text.length;
  if (equals < 0 || semicolon < equals) return semicolon;
  let value = equals + 1;
  while (text[value] === ' ') value += 1;
  const opening = text.startsWith('""', value) ? '""' : (text[value] ?? '');
  const closing = CLOSING[opening];
  const closed = closing === undefined ? value : endOfQuoted(text, value + opening.length, closing);
  // Without a counterpart, everything behind is taken for the value.
  const end = closed === undefined ? -1 : text.indexOf(';', closed);
  return end < 0 ? text.length : end;
}

/** Where a quoted text that begins at `from` ends, its closing sign included; doubled, that sign is part of the text. */
function endOfQuoted(text: string, from: number, closing: string): number | undefined {
  for (let at = text.indexOf(closing, from); at >= 0; at = text.indexOf(closing, at + 2 * closing.length)) {
    if (!text.startsWith(closing, at + closing.length)) return at + closing.length;
  }
  return undefined;
}
