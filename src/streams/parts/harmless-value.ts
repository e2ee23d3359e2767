import { isIP } from 'node:net';
import { announcesSecret, endsInAnnouncement, isReadable, namesSecret } from './readable.ts';

/** No value that is worth keeping is longer. */
const LONGEST_VALUE = 1_000;

/** Letters of any script; those that are drawn as blanks are none. */
const NAME = /^[[\p{L}\p{M}\d_.\-]--[\u115F\u1160\u3164\uFFA0]]{1,100}$/v;
const SEGMENT = /^[[\p{L}\p{M}\d_.,~ \-]--[\u115F\u1160\u3164\uFFA0]]{0,200}$/v;

const isOneOf = (words: string) => {
  const known = new Set(words.split(/\s+/));
  return (value: string) => known.has(value.toLowerCase());
};

/** The grammar of each key whose value says what a connection reads, and nothing of who reads it with which key. */
const GRAMMARS = new Map<string, (value: string) => boolean>([
  ['provider', isName],
  ['sourcetype', isName],
  ['driver', isDriver],
  ['host', isServer],
  ['hostname', isServer],
  ['server', isServer],
  ['port', isPort],
  ['sftpport', isPort],
  ['database', isName],
  ['db', isName],
  ['dbname', isName],
  ['dbq', isPath],
  ['dsn', isName],
  ['catalog', isName],
  ['schema', isName],
  ['warehouse', isName],
  ['project', isName],
  ['dataset', isName],
  ['bucketname', isName],
  ['region', isRegion],
  ['method', isOneOf('get post put patch delete head options')],
  [
    'sslmode',
    isOneOf(
      'disable disabled allow prefer preferred require required verify-ca verify-full verify_ca verify_full ' +
        'verify_identity none enable enabled true false yes no 0 1 2',
    ),
  ],
  ['path', isPath],
  ['folder', isPath],
]);

/** Whether the value of a key may be seen, if it is what it should be; the key is in lower case. */
export function isKept(key: string): boolean {
  return key === 'url' || GRAMMARS.has(key);
}

/**
 * What may be seen of the value of a key: all of it, of an address its scheme, host and path; undefined where that is not certain
 * to be harmless. The key is in lower case.
 */
export function harmlessValue(key: string, value: string): string | undefined {
  if (value.length > LONGEST_VALUE) return undefined;
  if (key === 'url') return harmlessAddress(value);
  const isHarmless = GRAMMARS.get(key);
  if (isHarmless === undefined) return undefined;
  if (value.includes('://')) return harmlessAddress(value);
  return isHarmless(value.trim()) ? value : undefined;
}

function isName(value: string): boolean {
  return NAME.test(value) && isReadable(value) && !namesSecret(value);
}

function isRegion(value: string): boolean {
  return /^[a-z]{1,24}(?:-[a-z]{1,16}){0,4}-?\d{0,2}[a-z]?$/i.test(value) && isReadable(value);
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
}

const DRIVER_WORD =
  /^(?:odbc|jdbc|oledb|driver|for|in|server|sql|native|client|microsoft|mysql|mariadb|postgresql|postgres|unicode|ansi|oracle|ora\w{1,20}|access|excel|text|amazon|redshift|athena|snowflake|snowflakedsiidriver|simba|google|bigquery|databricks|spark|apache|hive|impala|cloudera|teradata|database|ibm|db2|sap|hana|hdbodbc(?:32)?|sybase|ase|vertica|sqlite3?|mongodb|presto|trino|progress|openedge|datadirect|devart|freetds|v?\d{1,3}(?:\.\d{1,3}){0,3}|x?(?:32|64)(?:-bit)?|\*\.(?:mdb|accdb|xlsx?|xlsm|xlsb))$/i;

/** A name, or in braces or with blanks the words that makers of drivers use: `{ODBC Driver 17 for SQL Server}`. */
function isDriver(value: string): boolean {
  const bare = /^\{([^{}]*)\}$/.exec(value)?.[1];
  if (bare === undefined && !/\s/.test(value)) return isName(value);
  const words = (bare ?? value).split(/[ (),]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => DRIVER_WORD.test(word));
}

/** A host, with a port or an instance as drivers write them: `db.example.com,1433`, `tcp:db\SALES`, `[::1]:5432`. */
function isServer(value: string): boolean {
  if (isIP(value) > 0 || /^\((?:local|localdb)\)(?:\\\w{1,16})?(?:,\d{1,5})?$/i.test(value)) return true;
  const [, host, instance, port] =
    /^(?:tcp:)?([^\\,:[\]]{1,253}|\[[^[\]]{2,45}\])(?:\\([\w$]{1,16}))?(?:[,:](\d{1,5}))?$/i.exec(value) ?? [];
  return (
    host !== undefined &&
    (host === '.' || isHost(host)) &&
    (instance === undefined || isReadable(instance.replace('$', '_'))) &&
    (port === undefined || isPort(port))
  );
}

/** Hosts whose labels are made by a machine, and no secrets. */
const CLOUDS =
  /\.(?:amazonaws\.com(?:\.cn)?|snowflakecomputing\.com|azuredatabricks\.net|databricks\.com|windows\.net|azure\.com|mongodb\.net|found\.io|es\.io|elastic-cloud\.com|googleapis\.com|aivencloud\.com|neon\.tech|supabase\.com?|oraclecloud\.com|ondigitalocean\.com|hana\.ondemand\.com|hanacloud\.ondemand\.com|sharepoint\.com|qlikcloud\.com)$/i;

function isHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) > 0) return true;
  if (!NAME.test(host) || /^\.|\.\./.test(host)) return false;
  const labels = host.replace(/\.$/, '').split('.');
  const readable = labels.every((label) => isReadable(label));
  if (labels.length === 1) return readable && !namesSecret(host);
  if (!/^(?:[\p{L}\p{M}]{2,24}|xn--[a-z\d-]{2,40})$/iu.test(labels.at(-1) ?? '')) return false;
  return (
    readable || (CLOUDS.test(host) && labels.every((label) => label.length <= 32 && label === label.toLowerCase()))
  );
}

/** A path in any notation, whose folders have names that people chose; or that of a space's files. */
function isPath(value: string): boolean {
  if (/^(?:[0-9a-f]{24}|personal):datafiles$/.test(value)) return true;
  const path = value.replace(/^[A-Za-z]:(?=[\\/])/, '');
  const segments = path.split(/[\\/]/);
  return segments.every(isHarmlessSegment) && !segments.slice(0, -1).some(announcesSecret);
}

/** The name of a folder, a file or what else a path leads to; words with blanks between them are words, numbers, or such as `Q1`. */
function isHarmlessSegment(segment: string): boolean {
  if (!SEGMENT.test(segment) || !isReadable(segment) || namesSecret(segment)) return false;
  return !segment.includes(' ') || segment.split(/[ .]+/).every((word) => /^(?:\D*|\p{L}?\d+)$/u.test(word));
}

const SCHEME = /^[a-z]{2,10}\d?(?:\+[a-z]{2,10}\d?)?$/;

/**
 * The scheme, host and path of an address, segments that look like tokens replaced by `***`; undefined where it cannot be told
 * for certain where they end.
 */
export function harmlessAddress(address: string): string | undefined {
  const text = address.trim();
  if (text.length > LONGEST_VALUE || /\s/.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url?.host || !SCHEME.test(url.protocol.slice(0, -1)) || !isHost(url.hostname)) return undefined;
  const kept = `${url.protocol}//${url.host}${url.pathname}`;
  if (/[@=;]/.test(kept) || hidesSigns(url.pathname)) return undefined;
  // An at sign behind the path may be part of a query, or what is left of a password with a question mark in it.
  const [, authority = '', path] = /^[^:]+:\/\/([^/?#]*)(\/)?/.exec(text) ?? [];
  const mayBePassword = !authority.includes('@') && (authority.includes(':') || path === undefined);
  if (mayBePassword && /@/.test(url.search + url.hash)) return undefined;
  return `${url.protocol}//${url.host}${maskedSegments(url.hostname, url.pathname)}`;
}

/** Whether a text holds, percent-encoded, signs that would part it into pairs, users or queries. */
function hidesSigns(text: string): boolean {
  return /%(?:40|3D|3F|3B|26|3A%2F%2F)/i.test(text);
}

/** Whoever knows the path of a hook may call it; and behind a segment such as `token` stands one. */
function maskedSegments(host: string, path: string): string {
  let announced = /hook/i.test(host);
  const segments = path.split('/').map((segment) => {
    const name = decoded(segment);
    const isSecret = announced || !isHarmlessSegment(name);
    announced ||= /hook/i.test(name) || endsInAnnouncement(name);
    return isSecret && segment !== '' ? '***' : segment;
  });
  return segments.join('/');
}

/** A segment as people read it; what cannot be decoded is left as no name is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '%';
  }
}
