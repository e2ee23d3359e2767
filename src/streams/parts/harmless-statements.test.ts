import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedStatement } from './connect-statement.ts';

const text = (letters: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length });
const cased = (key: string) =>
  fc.constantFrom(key, key.toUpperCase(), key.toLowerCase(), `${key[0]?.toUpperCase()}${key.slice(1)}`);

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

const WORDS = [
  ...[
    'sales',
    'orders',
    'finance',
    'hr',
    'dwh',
    'erp',
    'crm',
    'reporting',
    'staging',
    'prod',
    'dev',
    'customer',
    'analytics',
    'raw',
    'core',
  ],
  ...[
    'Verkauf',
    'Größen',
    'Ventes',
    'Almacén',
    'Kundenstamm',
    'Buchhaltung',
    'lager',
    'north',
    'emea',
    'de',
    'marketing',
    'ledger',
    'invoices',
  ],
];
const COMPANIES = ['acme', 'contoso', 'northwind', 'initech', 'example', 'globex', 'stark-industries'];

/** Names as people write them. */
const name = fc
  .tuple(
    fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
    fc.nat(9),
    fc.constantFrom('', '', '', '2024', '_01', '_v2', '1'),
  )
  .map(([words, style, end]) => {
    const capital = (word: string) => `${word[0]?.toUpperCase()}${word.slice(1)}`;
    const parted = [
      words.join('_'),
      words.join('_').toUpperCase(),
      words.join('-'),
      words.map(capital).join(''),
      words.join('.'),
    ];
    return (parted[style % parted.length] ?? '') + end;
  });
const domain = fc
  .tuple(
    fc.constantFrom(...WORDS.filter((word) => /^[a-z]+$/.test(word))),
    fc.constantFrom(...COMPANIES),
    fc.constantFrom('com', 'de', 'co.uk', 'local', 'example.net', 'internal'),
  )
  .map((labels) => labels.join('.'));
const host = fc.oneof(
  domain,
  name.filter((label) => !label.includes('.')),
  fc.ipV4(),
  fc.constantFrom(
    'localhost',
    '(local)',
    'SQLPROD01',
    'srv-db-03',
    'acme.snowflakecomputing.com',
    'xy12345.eu-central-1.snowflakecomputing.com',
  ),
  text('abcdefghijklmnopqrstuvwxyz0123456789', 12).map((id) => `sales.c${id}.eu-west-1.rds.amazonaws.com`),
  text('0123456789', 16).map((id) => `adb-${id}.7.azuredatabricks.net`),
  fc.constantFrom(
    'cluster0.ab1cd.mongodb.net',
    'acme.database.windows.net',
    'acme-dwh.123456789012.us-east-1.redshift-serverless.amazonaws.com',
    'host.docker.internal',
  ),
);
const port = fc.integer({ min: 1, max: 65_535 }).map(String);
const server = fc.oneof(
  host,
  fc.tuple(host, port).map(([at, number]) => `${at},${number}`),
  fc.tuple(host, port).map(([at, number]) => `tcp:${at},${number}`),
  host.map((at) => `${at}\\SQLEXPRESS`),
);
const folders = fc.array(
  fc.oneof(name, fc.constantFrom('My Reports', 'Q1 2024', 'data', 'v1', 'Shared Documents', '2024-01-31')),
  { minLength: 1, maxLength: 4 },
);
const path = fc
  .tuple(folders, fc.constantFrom('/', '', 'C:\\', '\\\\fileserver\\'))
  .map(([parts, root]) => root + parts.join(root.includes('\\') ? '\\' : '/'));
const file = fc
  .tuple(path, fc.constantFrom('.csv', '.xlsx', '.qvd', '.accdb', '.parquet'))
  .map((parts) => parts.join(''));
const web = fc
  .tuple(fc.constantFrom('https', 'http', 'mongodb+srv'), domain, folders)
  .map(([scheme, at, parts]) => `${scheme}://${at}/${parts.map(encodeURIComponent).join('/')}`);
const DRIVERS = [
  'snowflake',
  'gbq',
  'postgres',
  'mysql',
  'oracle',
  'msss',
  'redshift',
  '{ODBC Driver 17 for SQL Server}',
  '{PostgreSQL Unicode(x64)}',
  '{MySQL ODBC 8.0 Unicode Driver}',
  '{SnowflakeDSIIDriver}',
  '{Oracle in OraClient12Home1}',
  '{Microsoft Access Driver (*.mdb, *.accdb)}',
  '{HDBODBC}',
  'SQL Server',
  '{SQL Server Native Client 11.0}',
];
const PROVIDERS = [
  'QvOdbcConnectorPackage.exe',
  'QvWebConnectorPackage.exe',
  'QvRestConnector.exe',
  'qix-datafiles.exe',
  'SQLOLEDB.1',
  'MSOLEDBSQL',
  'Microsoft.ACE.OLEDB.12.0',
  'OraOLEDB.Oracle',
  'QvWebStorageProviderConnectorPackage.exe',
  'QvSAPConnectorPackage.exe',
  'MSDASQL.1',
];
const TYPES = [
  'File_AmazonS3ConnectorV2',
  'File_AzureStorageConnector',
  'File_GoogleDriveConnector',
  'File_OneDrive',
  'File_Office365Connector',
  'File_DropboxConnector',
  'Salesforce',
  'GoogleAnalytics4',
  'JiraConnector',
  'GitHubConnector',
  'File_AmazonS3Connector',
  'AmazonS3MetadataConnector',
  'RepositoryGitHub',
];
const REGIONS = [
  'us-east-1',
  'eu-central-1',
  'ap-southeast-2',
  'westeurope',
  'EU',
  'europe-west3',
  'us-gov-west-1',
  'germanywestcentral',
];
const one = (values: readonly string[]) => fc.constantFrom(...values);
/** What may stand behind each key. */
const VALUES: [keys: readonly string[], value: fc.Arbitrary<string>][] = [
  [['host', 'hostname', 'server'], server],
  [['port', 'sftpPort'], port],
  [['driver'], one(DRIVERS)],
  [['provider'], one(PROVIDERS)],
  [['sourceType'], one(TYPES)],
  [['database', 'db', 'dbname', 'catalog', 'schema', 'warehouse', 'dataset', 'dsn', 'bucketName'], name],
  [['dbq'], fc.oneof(name, file)],
  [['project'], name.map((id) => `${id}-123456`)],
  [['region'], one(REGIONS)],
  [['method'], one(['GET', 'POST'])],
  [['SSLMode'], one(['require', 'verify-full', 'disable', 'prefer'])],
  [
    ['path', 'folder'],
    fc.oneof(
      path,
      file,
      text('0123456789abcdef', 24).map((id) => `${id}:datafiles`),
    ),
  ],
  [['url'], web],
];
const pair = fc.oneof(
  ...VALUES.map(([keys, value]) =>
    fc.tuple(fc.constantFrom(...keys).chain(cased), value).map((parts) => parts.join('=')),
  ),
);
const plain = fc
  .tuple(frame, fc.array(pair, { minLength: 1, maxLength: 8 }))
  .map(([framed, pairs]) => ({ pairs, statement: framed(pairs.join(';')) }));

test('of random harmless statements nearly all values stay', () => {
  const samples = fc.sample(fc.noBias(plain), { seed: 4711, numRuns: 2_000 });
  const pairs = samples.flatMap(({ pairs, statement }) =>
    pairs.map((pair) => ({ pair, stays: maskedStatement(statement).includes(pair) })),
  );
  const lost = pairs.filter(({ stays }) => !stays).map(({ pair }) => pair);
  // Abbreviations that run into each other are hard to tell from tokens.
  expect(lost.length / pairs.length, lost.slice(0, 8).join(' ')).toBeLessThan(0.001);
});
