import { describe, expect, test } from 'vitest';
import { maskedStatement } from './connect-statement.ts';

test.each([
  [
    'a web storage connection',
    'CUSTOM CONNECT TO "provider=QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;bucketName=landing;"',
    'CUSTOM CONNECT TO "provider=QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;bucketName=landing;"',
  ],
  [
    'data files of a space',
    'CUSTOM CONNECT TO "provider=qix-datafiles.exe;path=6226583d53a69876774d4f96:datafiles;"',
    'CUSTOM CONNECT TO "provider=qix-datafiles.exe;path=6226583d53a69876774d4f96:datafiles;"',
  ],
  [
    'a database with a user',
    'CUSTOM CONNECT TO "provider=QvOdbcConnectorPackage.exe;driver=snowflake;Server=acme.example.com;Port=443;database=DWH;schema=PUBLIC;warehouse=WH;role=ANALYST;username=jane;password=p;"',
    'CUSTOM CONNECT TO "provider=QvOdbcConnectorPackage.exe;driver=snowflake;Server=acme.example.com;Port=443;database=DWH;schema=PUBLIC;warehouse=WH;role=***;username=***;password=***;"',
  ],
  [
    'an address with a user and a query',
    'CUSTOM CONNECT TO "provider=QvRestConnector.exe;url=https://jane:pw@api.example.com:8443/v1/orders?token=t&page=1;timeout=30;"',
    'CUSTOM CONNECT TO "provider=QvRestConnector.exe;url=https://api.example.com:8443/v1/orders;timeout=***;"',
  ],
  [
    'brackets and braces',
    'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;Uid=jane;Pwd={p;w};]',
    'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;Uid=***;Pwd=***;]',
  ],
  [
    'OLE DB with quotes inside',
    'OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=True;Password="p;host=w";User ID=jane;Initial Catalog=dwh];',
    'OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=***;Password=***;User ID=***;Initial Catalog=***];',
  ],
  [
    'doubled quotes inside quotes',
    'CUSTOM CONNECT TO "provider=x.exe;password=""p;host=w"";host=db.example.com;"',
    'CUSTOM CONNECT TO "provider=x.exe;password=***;host=db.example.com;"',
  ],
  [
    'single quotes',
    'LIB CONNECT TO "host=db.example.com;pwd=\'p;host=w\';database=d"',
    'LIB CONNECT TO "host=db.example.com;pwd=***;database=d"',
  ],
  ['keywords in lower case', 'custom connect to "HOST=h;PASSWORD=p"', 'custom connect to "HOST=h;PASSWORD=***"'],
  ['no keywords and no quotes', 'host=h;password=p;port=1', 'host=h;password=***;port=1'],
  ['blanks around keys', ' host = h ; password = p ', ' host = h ; password =***'],
  [
    'keys with blanks, dots and dashes',
    'user name=u;my.key=k;x-key=k;Data Source=d',
    'user name=***;my.key=***;x-key=***;Data Source=***',
  ],
  ['empty values', 'password=;host=;;x=1', 'password=;host=;;x=***'],
  ['an equals sign in a value', 'password=a=b==;query=a=b;host=h', 'password=***;query=***;host=h'],
  ['a pair or a user inside a harmless value', 'host=jane@h;path=/x?key=k;folder=f', 'host=***;path=***;folder=f'],
  ['an address in a harmless value', 'server=https://u:p@h.example/x?t=1;port=1', 'server=https://h.example/x;port=1'],
  ['a quote that never ends', 'host=h;password="p;database=d', 'host=h;password=***'],
  ['a brace that never ends', 'host=h;password={p;database=d', 'host=h;password=***'],
  ['nothing but an address', 'https://u:p@api.example.com/v1?token=t#x', 'https://api.example.com/v1'],
  [
    'an address in quotes',
    'CUSTOM CONNECT TO "https://u:p@api.example.com/v1?t=1";',
    'CUSTOM CONNECT TO "https://api.example.com/v1";',
  ],
  [
    'a MongoDB address',
    'url=mongodb+srv://jane:pw@cluster.example.net/sales?authSource=admin',
    'url=mongodb+srv://cluster.example.net/sales',
  ],
  [
    'a path with a blank in it',
    'url=https://h.example/My%20Folder/x;path=/My Folder',
    'url=https://h.example/My%20Folder/x;path=/My Folder',
  ],
  ['no address where one belongs', 'url=secret;host=h', 'url=***;host=h'],
  ['a data source by name', 'ODBC CONNECT TO [sales of jane];', 'ODBC CONNECT TO [***];'],
  ['words', 'the password is p', '***'],
  ['words among pairs', 'host=h;the password is p;port=1', 'host=h;***;port=1'],
  ['JSON', '{"host":"h","password":"p="}', '***'],
  ['nothing', '', ''],
  ['empty quotes', 'CUSTOM CONNECT TO ""', 'CUSTOM CONNECT TO ""'],
  ['keywords only', 'CUSTOM CONNECT TO', 'CUSTOM CONNECT TO'],
])('%s', (_, statement, expected) => {
  expect(maskedStatement(statement)).toBe(expected);
});

/** Stands for what nobody may see. */
const MARK = 'marked4711';

/** Statements among these in which the mark survives masking; a few of them tell enough. */
function leaks(statements: readonly string[]): string[] {
  const told = statements.map((statement) => `${statement}  ->  ${maskedStatement(statement)}`);
  return told.filter((line) => line.toLowerCase().lastIndexOf(MARK) > line.indexOf('  ->  ')).slice(0, 8);
}

const FRAMES: { [frame: string]: (body: string) => string } = {
  'double quotes': (body) => `CUSTOM CONNECT TO "${body}"`,
  'double quotes and a semicolon': (body) => `LIB CONNECT TO "${body}";`,
  brackets: (body) => `ODBC CONNECT TO [${body}]`,
  'brackets and a semicolon': (body) => `OLEDB CONNECT64 TO [${body}];`,
  nothing: (body) => body,
  'keywords only': (body) => `CUSTOM CONNECT TO ${body}`,
};

/** How a value is written so that it may hold semicolons; a closing sign within is doubled. */
const QUOTED: { [style: string]: (value: string) => string } = {
  braces: (value) => `{${value.replaceAll('}', '}}')}}`,
  'single quotes': (value) => `'${value.replaceAll("'", "''")}'`,
  'double quotes': (value) => `"${value.replaceAll('"', '""')}"`,
  'doubled quotes': (value) => `""${value.replaceAll('"', '""""')}""`,
};

const KEYS = [
  ...['password', 'PWD', 'Password', 'pass', 'user', 'username', 'UID', 'User ID', 'XUserId', 'role', 'account'],
  ...[
    'token',
    'access_token',
    'apikey',
    'api-key',
    'secret',
    'clientSecret',
    'privateKey',
    'passphrase',
    'sas',
    'SharedAccessKey',
  ],
  ...[
    'query',
    'queryHeaders',
    'queryParameters',
    'connectionString',
    'Data Source',
    'uri',
    'whatever',
    'x.y',
    'hosts',
    'my host',
  ],
];

describe('nothing confidential survives', () => {
  const around = (pair: string) => [
    pair,
    `${pair};`,
    `host=h;${pair};database=d`,
    `provider=p.exe;${pair}`,
    `url=https://h/p;${pair};a=b`,
  ];

  test.each(Object.entries(FRAMES))('as a plain value, in %s', (_, framed) => {
    const values = [
      MARK,
      ` ${MARK} `,
      `a=${MARK}`,
      `${MARK}==`,
      `a b ${MARK}`,
      `a"${MARK}`,
      `https://h/${MARK}`,
      `${MARK}@h`,
      `a;${MARK}`,
    ];
    const pairs = KEYS.flatMap((key) => values.flatMap((value) => [`${key}=${value}`, `${key} = ${value}`]));
    expect(leaks(pairs.flatMap(around).map(framed))).toEqual([]);
  });

  describe.each(Object.entries(QUOTED))('in %s', (style, quoted) => {
    const frames = Object.entries(FRAMES).filter(
      ([frame]) => frame.startsWith('double') === (style === 'doubled quotes') || /braces|single/.test(style),
    );

    test.each([
      ['alone', MARK],
      ['behind a semicolon', `a;${MARK}`],
      ['in what looks like a harmless pair', `a;host=${MARK}`],
      [
        'among other signs of quoting',
        `a{"';host=${MARK}`.replace(style === 'single quotes' ? "'" : style === 'braces' ? '{' : '"', ''),
      ],
    ])('%s', (_, value) => {
      const pairs = KEYS.map((key) => `${key}=${quoted(value)}`);
      expect(leaks(frames.flatMap(([, framed]) => pairs.flatMap(around).map(framed)))).toEqual([]);
    });

    test('behind a closing sign that is doubled', () => {
      const closing = { braces: '}', 'single quotes': "'" }[style] ?? '"';
      const pairs = KEYS.map((key) => `${key}=${quoted(`a${closing};host=${MARK}`)}`);
      expect(leaks(frames.flatMap(([, framed]) => pairs.flatMap(around).map(framed)))).toEqual([]);
    });
  });

  const SCHEMES = [
    'https',
    'http',
    'mongodb',
    'mongodb+srv',
    'postgresql',
    'mysql',
    'sqlserver',
    'redis',
    'ftp',
    'jdbc:mysql',
    'wasbs',
  ];
  const addressed = (address: string) => [
    ...Object.values(FRAMES).flatMap((framed) => [
      framed(address),
      framed(`url=${address}`),
      framed(`provider=p;url=${address};port=1`),
    ]),
    `host=${address};port=1`,
    `server=${address}`,
    `url="${address}"`,
    `url={${address}};x=1`,
    `URL = ${address}`,
  ];

  test.each([
    ['a user', `${MARK}@h`],
    ['a user and a password', `${MARK}:${MARK}@h`],
    ['a password', `u:${MARK}@h`],
    ['an encoded password', `u:%40${MARK}@h:1`],
    ['a password with an at sign', `u:a@${MARK}@h`],
    ['a password with a slash', `u:a/${MARK}@h`],
    ['a password that begins like a port, with a slash', `u:1/${MARK}@h`],
    ['a password with a question mark', `u:a?${MARK}@h`],
    ['a password of digits up to a question mark', `${MARK}:1?x@h`],
    ['a password of digits up to a hash', `${MARK}:1#x@h`],
    ['an encoded user and password', `u%3A${MARK}%40h/db`],
    ['several hosts', `u:${MARK}@h1:27017,h2:27017`],
    ['a query', `h/p?token=${MARK}`],
    ['a query without a path', `h?${MARK}`],
    ['a fragment', `h/p#${MARK}`],
    ['pairs behind the host', `h;user=u;password=${MARK}`],
    ['pairs behind the port', `h:1433;user=u;password=${MARK}`],
    ['pairs behind the path', `h:1433/p;user=u;password=${MARK}`],
  ])('in an address with %s', (_, rest) => {
    const addresses = SCHEMES.map((scheme) => `${scheme}://${rest}`);
    expect(leaks(addresses.flatMap(addressed))).toEqual([]);
  });

  test('encoded in a harmless value', () => {
    const encoded = [`https://u:${MARK}@h/p`, `u:${MARK}@h`, `/p?token=${MARK}`, `h;password=${MARK}`].map(
      encodeURIComponent,
    );
    const pairs = ['host', 'server', 'path', 'folder', 'database'].flatMap((key) =>
      encoded.map((value) => `${key}=${value}`),
    );
    expect(leaks([...pairs, ...encoded.map((value) => `url=https://h/${value}`)])).toEqual([]);
  });

  test('behind the quotes, where scripts name user and password', () => {
    const bodies = [
      'provider=SQLOLEDB;server=h;database=d',
      'provider=SQLOLEDB;database=d;',
      'path=/data',
      'dsn',
      'https://h/p',
    ];
    const tails = [` (XUserId is ${MARK}, XPassword is ${MARK})`, ` (XPassword is ${MARK});`, ` UserId is ${MARK}`];
    const framed = bodies.flatMap((body) => [
      `OLEDB CONNECT TO "${body}"`,
      `ODBC CONNECT TO [${body}]`,
      `CONNECT TO "${body}"`,
    ]);
    expect(leaks(framed.flatMap((statement) => tails.map((tail) => statement + tail)))).toEqual([]);
  });
});

test('masking twice is masking once', () => {
  const statement = 'CUSTOM CONNECT TO "provider=p;url=https://u:p@h/x?y=1;password=""a;b"";host=h;"';
  expect(maskedStatement(maskedStatement(statement))).toBe(maskedStatement(statement));
});

test('a statement may be of any length', () => {
  const pairs = 20_000;
  expect(maskedStatement('password=p;host=h;'.repeat(pairs))).toBe('password=***;host=h;'.repeat(pairs));
});
