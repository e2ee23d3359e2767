const MASK = '***';

/** Keys whose values say what a connection reads, and nothing of who reads it with which key. */
const HARMLESS = new Set(
  `provider sourceType driver host hostname server port database dbname catalog schema warehouse project dataset
   bucketName region path folder`
    .toLowerCase()
    .split(/\s+/),
);

const OPENING = /^\s*(?:(?:CUSTOM|ODBC|OLEDB|LIB)\s+CONNECT(?:32|64)?\s+TO\b)?\s*/i;

/** A statement that is nothing but an address. */
const ADDRESS = /^\s*[a-z][a-z0-9+.-]*:\/\/\S+$/i;

/**
 * A connect statement such as `CUSTOM CONNECT TO "provider=…;host=…;password=…;"` with every value replaced by `***` that
 * is not known to be harmless, user names too; urls keep scheme, host and path. What is not of the form key=value is masked whole.
 */
export function maskedStatement(statement: string): string {
  const opening = OPENING.exec(statement)?.[0] ?? '';
  const rest = statement.slice(opening.length);
  const quoted = /^(["[])([\s\S]*)(["\]])([\s;]*)$/.exec(rest);
  if (!quoted) return opening + maskedPairs(rest);
  const [, open = '', body = '', close = '', end = ''] = quoted;
  return opening + open + maskedPairs(body) + close + end;
}

function maskedPairs(body: string): string {
  if (ADDRESS.test(body)) return withoutCredentials(body) ?? MASK;
  return split(body).map(maskedPair).join(';');
}

function maskedPair(pair: string): string {
  if (pair.trim() === '') return pair;
  const [, key, value] = /^(\s*[\w .-]+?\s*)=([\s\S]*)$/.exec(pair) ?? [];
  if (key === undefined || value === undefined) return MASK;
  return `${key}=${value === '' ? '' : maskedValue(key.trim().toLowerCase(), value)}`;
}

function maskedValue(key: string, value: string): string {
  if (key === 'url') return withoutCredentials(value) ?? MASK;
  if (!HARMLESS.has(key)) return MASK;
  if (value.includes('://')) return withoutCredentials(value) ?? MASK;
  // A harmless value with a pair or a user inside is not certain to be one.
  return /[=@]/.test(value) ? MASK : value;
}

function withoutCredentials(address: string): string | undefined {
  const url = URL.parse(address.trim());
  const kept = url?.host ? `${url.protocol}//${url.host}${url.pathname}` : undefined;
  // An at sign left over means that a password with a slash was taken for the end of the host.
  return kept?.includes('@') ? undefined : kept;
}

/** The parts between semicolons. */
function split(body: string): string[] {
  const end = endOfPair(body);
  return end === body.length ? [body] : [body.slice(0, end), ...split(body.slice(end + 1))];
}

const CLOSING: { readonly [opening: string]: string } = { '{': '}', '"': '"', "'": "'", '""': '""' };

/** A value that begins with a quote or a brace reaches to its counterpart; without one, everything behind is taken for the value. */
function endOfPair(text: string): number {
  const [head = '', opening = ''] = /^[^;=]*=\s*(""|["'{])?/.exec(text) ?? [];
  const closing = CLOSING[opening];
  const closed = closing === undefined ? head.length : text.indexOf(closing, head.length);
  const end = closed < 0 ? -1 : text.indexOf(';', closed);
  return end < 0 ? text.length : end;
}
