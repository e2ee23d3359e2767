import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedStatement } from './connect-statement.ts';

const STATEMENTS = 10_000;

const text = (letters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';

/** What looks like a token wherever it stands. */
const token = fc.oneof(
  text(`${UPPER}${LOWER}${DIGITS}`, 20, 64),
  text(`${UPPER}${LOWER}${DIGITS}-_`, 24, 64),
  text(`${LOWER}${DIGITS}`, 24, 48),
  text(`${UPPER}234567`, 24, 48),
  text('0123456789abcdef', 16, 64),
  text(DIGITS, 16, 20),
  fc.uuid(),
  text(`${UPPER}${LOWER}${DIGITS}`, 12, 30).map((signature) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${signature}`),
);
/** What people think of: only its place gives it away. */
const password = fc.oneof(
  fc.constantFrom('correcthorsebattery', 'Sommer2024', 'hunter2hunter2', 'PasswortVonJane', 'jane.of.acme'),
  text(`${UPPER}${LOWER}${DIGITS}!#$%&*+-./:?@^_~`, 8, 30),
);
const any = fc.oneof(token, password);

const blank = fc.constantFrom('', '', '', ' ', '  ', '\t', '\u00a0', '\u2003', '\u200b', '\u3164', '\ufeff', '\r\n');
const gap = fc.constantFrom(' ', '\t', '\u00a0', '\u2003', '\u3000', '\u3164', '\u200b', '\n', ' and ');
const cased = (key: string) =>
  fc.constantFrom(key, key.toUpperCase(), key.toLowerCase(), `${key[0]?.toUpperCase()}${key.slice(1)}`);

const NAMES = [
  'provider',
  'sourceType',
  'database',
  'db',
  'dbname',
  'dbq',
  'dsn',
  'catalog',
  'schema',
  'warehouse',
  'project',
];
const MORE_NAMES = [
  'dataset',
  'bucketName',
  'region',
  'method',
  'SSLMode',
  'path',
  'folder',
  'driver',
  'port',
  'sftpPort',
];
const SERVERS = ['host', 'hostname', 'server'];
const kept = fc.constantFrom(...NAMES, ...MORE_NAMES, ...SERVERS).chain(cased);
const CONFIDENTIAL = [
  'password',
  'PWD',
  'user',
  'Uid',
  'User ID',
  'token',
  'api_key',
  'query',
  'queryHeaders',
  'Data Source',
  'x.y',
];
const confidential = fc.constantFrom(...CONFIDENTIAL).chain(cased);

/** A value that begins harmlessly and goes on with a secret. */
const continued = fc
  .tuple(fc.constantFrom('db', 'h', 'sa', '5432', '/data', 'reports', 'us-east-1', ''), gap, any)
  .chain(([start, between, secret]) => {
    const written = [
      `${start}:${secret}`,
      `${start} user:sa password:${secret}`,
      `${start}${between}password${between}${secret}`,
      `${secret}@${start}`,
      `token:${secret}`,
      `{'private_key':'${secret}'}`,
      `{"key":"${secret}"}`,
      `{${secret}}`,
      `[${secret}]`,
      `'${secret}'`,
      `(${secret})`,
      `${start}?sig=${secret}`,
      `${start}#${secret}`,
      `${start}|${secret}`,
      `${start}&key=${secret}`,
      `<key>${secret}</key>`,
      `${start}$${secret}`,
      `${start}/token/${secret}`,
      `${start}\\password\\${secret}`,
      `https://sa:${encodeURIComponent(secret)}@h/x`,
      `https://h/x?t=${encodeURIComponent(secret)}`,
    ];
    return fc.constantFrom(...written).map((value) => ({ value, secret }));
  });

const quoted = (value: string) => [
  `{${value.replaceAll('}', '}}')}}`,
  `'${value.replaceAll("'", "''")}'`,
  `"${value.replaceAll('"', '""')}"`,
];
/** A secret that stands in quotes beside what looks like a pair, or alone. */
const closed = fc
  .tuple(any, blank, fc.constantFrom('a;', '', 'a}b;', 'a{b};', "a'b;", 'a""b;'))
  .chain(([secret, space, start]) => {
    const within = [secret, `${start}host=${secret}`, `${start}host=${secret};database=d`, `${start}${secret};x`];
    const readings = within.filter((value) => value === secret || value.includes(';')).flatMap(quoted);
    return fc.constantFrom(secret.replaceAll(';', ''), ...readings).map((value) => ({ value: space + value, secret }));
  });

const address = any.chain((secret) => {
  const encoded = encodeURIComponent(secret);
  const rest = [
    `${encoded}@h.example/p`,
    `jane:${encoded}@h.example`,
    `jane:${encoded}@h.example:8443/v1/orders`,
    `h.example/p?token=${encoded}`,
    `h.example/p#${encoded}`,
    `h.example?${encoded}`,
    `hooks.slack.com/services/T000/B000/${encoded}`,
    `h.example/hooks/catch/1/${encoded}/`,
    `h.example/v1/token/${encoded}/x`,
    `h.example/apikey/${encoded}`,
    `h.example/bot123:${encoded}/getUpdates`,
    `h.example/p%20password%20${encoded}`,
  ];
  const schemes = ['https', 'HTTP', 'mongodb+srv', 'postgresql', 'wasbs', 'jdbc:mysql', 'ftp'];
  return fc
    .tuple(fc.constantFrom(...schemes), fc.constantFrom(...rest))
    .map(([scheme, end]) => ({ value: `${scheme}://${end}`, secret }));
});
const segment = token.map((secret) => ({ value: `https://h.example/v1/${secret}/orders`, secret }));

const written = (key: fc.Arbitrary<string>, value: fc.Arbitrary<{ value: string; secret: string }>) =>
  fc.tuple(key, blank, blank, value).map(([name, before, behind, { value, secret }]) => ({
    pair: `${before}${name}${before}=${behind}${value}`,
    secret,
  }));
/** A pair with a secret in it. */
const telling = fc.oneof(
  written(kept, continued),
  written(
    kept,
    closed.filter(({ value }) => /^\s*[{'"]/.test(value)),
  ),
  written(
    kept,
    token.map((secret) => ({ value: secret, secret })),
  ),
  written(confidential, closed),
  written(confidential, continued),
  written(confidential, fc.oneof(address, segment)),
  written(fc.constantFrom('url', 'URL', 'host', 'server'), fc.oneof(address, segment)),
  token.map((secret) => ({ pair: `${secret}=1`, secret })),
  any.map((secret) => ({ pair: secret.replaceAll(/[=;]/g, ''), secret })).filter(({ pair }) => pair !== ''),
  address.map(({ value, secret }) => ({ pair: value, secret })),
);

const harmless = fc.constantFrom(
  'provider=p.exe',
  'host=db.example.com',
  'Port=1',
  'database=d',
  'driver={SQL Server}',
  'a=b',
  '',
  'path=/data',
);

const frame = fc.oneof(
  fc.constantFrom<(body: string) => string>(
    (body) => body,
    (body) => `CUSTOM CONNECT TO "${body.replaceAll('"', '""')}"`,
    (body) => `custom connect to "${body.replaceAll('"', '""')}";`,
    (body) => `ODBC CONNECT TO [${body}]`,
    (body) => `OLEDB CONNECT32 TO [${body.replaceAll(']', ']]')}];`,
    (body) => `LIB CONNECT TO ${body}`,
  ),
);

const statement = fc
  .tuple(frame, fc.array(harmless, { maxLength: 3 }), telling, fc.array(harmless, { maxLength: 3 }), fc.nat(3))
  .map(([framed, before, { pair, secret }, behind, copies]) => ({
    statement: framed([...before, pair, ...behind, ...(copies === 0 ? [pair] : [])].join(';')),
    secret,
  }));
const beside = fc.tuple(any, gap, fc.nat(4)).map(([secret, space, place]) => ({
  secret,
  statement:
    [
      `${secret}${space}CONNECT TO "host=h"`,
      `CUSTOM CONNECT TO${space}${secret} [host=h]`,
      `CUSTOM${space}user ${secret}${space}TO "host=h"`,
      `CUSTOM CONNECT TO "host=h"${space}${secret}`,
      `OLEDB CONNECT TO [host=h];${space}(XPassword is ${secret})`,
    ][place] ?? '',
}));
const cut = fc.tuple(fc.oneof(statement, beside), fc.nat(60)).map(([{ statement, secret }, lost]) => ({
  statement: statement.slice(0, Math.max(0, statement.length - lost)),
  secret,
}));

/** Pieces of a secret that are long enough to say something, in a masked text. */
function piecesIn(masked: string, secret: string): string[] {
  const length = Math.min(8, secret.length);
  const pieces = Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length));
  const decoded = masked.replaceAll(/%[0-7][0-9A-F]/gi, (byte) => decodeURIComponent(byte));
  return pieces.filter((piece) => masked.includes(piece) || decoded.includes(piece));
}

test('of random statements none shows its secret', () => {
  const samples = fc.sample(fc.noBias(fc.oneof(statement, statement, statement, beside, cut)), {
    seed: 4711,
    numRuns: STATEMENTS,
  });
  expect(samples).toHaveLength(STATEMENTS);
  const shown = samples.filter(({ statement, secret }) => piecesIn(maskedStatement(statement), secret).length > 0);
  expect(shown.slice(0, 8)).toEqual([]);
});
