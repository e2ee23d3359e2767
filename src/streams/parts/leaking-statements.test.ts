import { describe, expect, test } from 'vitest';
import { maskedStatement } from './connect-statement.ts';

/** Stands for what nobody may see; looks like a name, so that only its place gives it away. */
const WORD = 'hunter2';
/** Another one, which looks like a token wherever it stands. */
const TOKEN = 'xK9wQz7LmP2vRt5YbN8dHs4J';

const SECRETS = [WORD, TOKEN];
const quoted = (body: string) => `CUSTOM CONNECT TO "${body}"`;
const shown = (statement: string) => SECRETS.filter((secret) => maskedStatement(statement).includes(secret));

/** Statements with a secret in them: each is tried bare, in quotes, in brackets, and between harmless pairs. */
const HOSTILE: { readonly [kind: string]: (secret: string) => readonly string[] } = {
  'behind a user in a value that is kept': (secret) => [
    `host=token:${secret}`,
    `host=token ${secret}`,
    `host=h/${secret}`,
    `server=sa/${secret}`,
    `server=sa,${secret}`,
    `server=sa|${secret}`,
    `server=${secret}@h`,
    `database=db user:sa password:${secret}`,
    `database=db\tpassword\t${secret}`,
    `database=db\npassword ${secret}`,
    `database=db,${secret}`,
    `schema=s&password=${secret}`,
    `port=5432 ${secret}`,
    `port=${secret}`,
    `method=${secret}`,
    `SSLMode=${secret}`,
    `sftpPort=22:${secret}`,
    `dsn=dsn uid=sa pwd=${secret}`,
    `dsn=dsn!${secret}`,
    `warehouse=w#${secret}`,
    `region=us-east-1/${secret}`,
    `region=us-east-1:${secret}`,
    `driver=postgres ${secret}`,
    `driver={postgres ${secret}}`,
    `driver={${secret}}`,
    `path=/data?sig=${secret}`,
    `path=/data#${secret}`,
    `path=sa:${secret}`,
    `path=/data password ${secret}`,
    `path=/data/token/${secret}`,
    `folder=reports|${secret}`,
    `dbq=C:\\data\\x.mdb pwd ${secret}`,
    `bucketName=b:${secret}`,
    `bucketName=key/${secret}`,
  ],
  'as a structure': (secret) => [
    `project={'private_key':'${secret}'}`,
    `project={"private_key":"${secret}"}`,
    `project={private_key:${secret}}`,
    `project={${secret}}`,
    `database='${secret}'`,
    `database=[${secret}]`,
    `database=(${secret})`,
    `dataset=<key>${secret}</key>`,
    `dataset=\`${secret}\``,
    `catalog=$(${secret})`,
  ],
  'in quotes that are hard to see': (secret) => [
    `password=\t{a;host=${secret};b}`,
    `password=\u00a0{a;host=${secret};b}`,
    `password=\u200b{a;host=${secret};b}`,
    `password=\u2003"a;host=${secret};b"`,
    `password=\r\n'a;host=${secret};b'`,
    `password={a{b};host=${secret};c};d}`,
    `password={a}};host=${secret};c}`,
    `password={a}}}};host=${secret};c}`,
    `password=x{a;host=${secret};b}`,
    `password=x"a;host=${secret};b"`,
    `password={a;host=${secret}`,
    `{a;host=${secret};b}`,
    `x=1;"a;host=${secret};b"`,
    `password;{a;host=${secret};b}`,
    `pass\u00a0word={a;host=${secret};b}`,
  ],
  'in an address': (secret) => [
    `url=https://hooks.slack.com/services/T000/B000/${secret}`,
    `url=https://hooks.zapier.com/hooks/catch/123456/${secret}/`,
    `url=https://discord.com/api/webhooks/123456789012345678/${secret}`,
    `url=https://acme.webhook.office.com/webhookb2/${secret}/IncomingWebhook/1/2`,
    `url=https://maker.ifttt.com/trigger/event/with/key/${secret}`,
    `url=https://api.telegram.org/bot123456:${secret}/getUpdates`,
    `url=https://h.example/v1/token/${secret}/orders`,
    `url=https://h.example/api_key/${secret}`,
    `url=https://h.example/apiKey/${secret}`,
    `url=https://h.example/secret-${secret}/x`,
    `url=https://h.example/p password ${secret}`,
    `url=https://h.example/p%20password%20${secret}`,
    `url=https://h.example/p,password,${secret}`,
    `url=https://h.example/p!${secret}`,
    `url=https://h.example/p%2Fkey%2F${secret}`,
    `url=https://h.example/%7Bkey:${secret}%7D`,
    `url=${secret}`,
    `url=token:${secret}`,
    `server=https://h.example/key/${secret}`,
  ],
};

const around = (pair: string) => [
  pair,
  quoted(pair),
  quoted(`provider=p.exe;${pair};database=d;`),
  `ODBC CONNECT TO [${pair}]`,
  `provider=p.exe;${pair};database=d`,
];

describe.each(Object.entries(HOSTILE))('a secret %s', (_, written) => {
  test.each(SECRETS)('is not shown: %s', (secret) => {
    expect(
      written(secret)
        .flatMap(around)
        .filter((statement) => shown(statement).length > 0),
    ).toEqual([]);
  });
});

describe('a secret before or behind the quotes', () => {
  test.each([
    `${WORD} CONNECT TO "host=h"`,
    `CUSTOM CONNECT TO ${WORD} "host=h"`,
    `CUSTOM CONNECT ${WORD} TO [host=h]`,
    `LET password ${WORD}; CUSTOM CONNECT TO "host=h"`,
    `CUSTOM CONNECT TO user ${WORD} "host=h" tail`,
    `CUSTOM CONNECT TO "host=h" ${WORD}`,
    `CUSTOM CONNECT TO "host=h";${WORD}`,
  ])('is not shown: %s', (statement) => {
    expect(shown(statement)).toEqual([]);
    expect(maskedStatement(statement)).toContain('***');
  });
});

describe('what looks like a token', () => {
  test.each([
    ['letters and digits', TOKEN],
    ['hexadecimal', '3f7a9c0e5b1d4286'],
    ['a long one of them', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['a UUID', '7d9f3a52-1c4e-4b8a-9f60-2e5d8c7b1a34'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'],
    ['base64', 'c2VjcmV0OnBhc3N3b3Jk'],
    ['base64 of bytes', 'q83vEjRWeJq83vEjRWeJ+A'],
    ['a key of a service', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a key with its kind', 'sk-live-51H8aQ2eZvKYlo2C'],
    ['capitals and digits', 'AKIAIOSFODNN7EXAMPLE7Q2ZK4'],
    ['a part of it', 'fake-secret-0a1b2c3d'],
  ])('of %s does not stay in a path or a name', (_, token) => {
    const statement = `url=https://h.example/v1/${token}/orders;path=/data/${token};database=${token};host=${token}`;
    expect(maskedStatement(statement)).toBe('url=https://h.example/v1/***/orders;path=***;database=***;host=***');
  });
});

describe('a statement of any shape', () => {
  test.each([
    ['quotes', '"'],
    ['braces', '{'],
    ['braces in values', 'a={'],
    ['apostrophes in values', "a='b;"],
    ['closing braces', '}'],
    ['semicolons', ';'],
    ['equals signs', '='],
    ['blanks', ' '],
    ['blanks in values', 'path= '],
    ['words', 'CONNECT '],
    ['addresses', 'url=https://h/'],
    ['segments', '/a'],
    ['dots', 'a.'],
    ['dashes', 'a-'],
    ['digits and letters', 'a1'],
    ['percents', '%2'],
    ['halves of surrogates', '\ud83d'],
    ['line breaks', '\n'],
  ])('of many %s is masked in time in proportion to its length, or this test would not end', (_, piece) => {
    for (const start of ['', 'CUSTOM CONNECT TO "', 'password=', 'path=', 'url=https://h']) {
      const statement = start + piece.repeat(300_000 / piece.length);
      expect(maskedStatement(statement).length).toBeLessThan(statement.length * 5);
    }
  });
});
