import { describe, expect, test } from 'vitest';
import { dice } from '../testing/library.ts';
import { Secrets } from './secrets.ts';

function knowing(...values: string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

const lower = (encoded: string) => encoded.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
const form = (value: string) => new URLSearchParams({ key: value }).toString();

const SECRETS = {
  plain: 'eyJhbGciOiJFUzM4NCJ9.payload.sig',
  'with quotes and backslashes': 'p"a\\ss"word\n2',
  'with reserved characters': 'p&a=s/s+w?o#r d%*!',
  'outside ASCII': 'Schlüssel–№7 🔑',
};

describe.each(Object.entries(SECRETS))('a secret %s', (_, secret) => {
  const masked = (text: string) => knowing(secret).mask(text);

  test.each([
    ['as it is', `before ${secret} after`, 'before **** after'],
    ['twice', `${secret} and ${secret}`, '**** and ****'],
    ['within a word', `x${secret}y`, 'x****y'],
    ['in JSON', JSON.stringify({ key: secret }), '{"key":"****"}'],
    ['in an address', `?key=${encodeURIComponent(secret)}&b`, '?key=****&b'],
    ['in an address in lower case', `?key=${lower(encodeURIComponent(secret))}&b`, '?key=****&b'],
    ['in a form', `${form(secret)}&b`, 'key=****&b'],
    ['in a form in lower case', `${lower(form(secret))}&b`, 'key=****&b'],
  ])('is masked %s', (_where, text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  test.each(['base64', 'base64url'] as const)(
    'is masked in %s, wherever it falls on the groups of three',
    (encoding) => {
      for (const user of ['', 'u', 'us', 'use', 'user:', 'ü:']) {
        for (const tail of ['', 't', 'ta', 'tail']) {
          const encoded = Buffer.from(`${user}${secret}${tail}`).toString(encoding);
          const shown = masked(`Basic ${encoded}.`);
          expect(shown).toMatch(/^Basic [\w+/-]{0,9}\*{4}[\w+/-]{0,7}={0,2}\.$/);
          // What is left around the mask may hold a few bits of the ends, never a part that says anything.
          const [left = '', right = ''] = shown.slice('Basic '.length, -1).split('****');
          expect(Buffer.from(left, encoding).length).toBeLessThanOrEqual(Buffer.byteLength(user) + 1);
          expect(right.replaceAll('=', '').length).toBeLessThanOrEqual(2 + Math.ceil((tail.length * 8) / 6));
        }
      }
    },
  );
});

test('a secret that contains another is masked whole, in whatever order they came', () => {
  const [short, long] = ['key-4711', 'key-4711-of-the-safe'];
  for (const secrets of [knowing(short, long), knowing(long, short)])
    expect(secrets.mask(`${long}; ${short}`)).toBe('****; ****');
});

test('a secret that becomes known later is masked from then on, and the first ones still are', () => {
  const secrets = knowing('first-secret');
  expect(secrets.mask('first-secret fetched-token')).toBe('**** fetched-token');
  secrets.add('fetched-token');
  secrets.add('first-secret');
  expect(secrets.mask('first-secret fetched-token')).toBe('**** ****');
});

test('a secret of four characters is one', () => {
  expect(knowing('k3y!').mask('k3y! aa')).toBe('**** aa');
});

test('a value too short for a secret is left as it is, in every encoding', () => {
  const text = 'a, ab, abc, YWJj, é, %C3%A9, %c3%a9 and ""';
  expect(knowing('', 'a', 'ab', 'abc', 'é').mask(text)).toBe(text);
});

test('characters that mean something in a pattern or a replacement mean nothing here', () => {
  expect(knowing('$&.*(x)$1').mask('a $&.*(x)$1 b, x')).toBe('a **** b, x');
});

test('half a surrogate pair does no harm', () => {
  expect(knowing('torn-\ud83d-secret').mask('a torn-\ud83d-secret b')).toBe('a **** b');
});

test('text without a secret stays as it is', () => {
  expect(knowing('some-secret').mask('some other text')).toBe('some other text');
});

test('random secrets are found in random texts, in random encodings', () => {
  const roll = dice(7);
  const letters = 'abcXYZ019-_.~!*+/=&?#%"\\ üß🔑'.match(/./gu) ?? [];
  const word = (length: number) => Array.from({ length }, () => letters[roll(letters.length)]).join('');
  const encodings = [
    (text: string) => text,
    encodeURIComponent,
    (text: string) => form(text).slice('key='.length),
    (text: string) => JSON.stringify(text).slice(1, -1),
    (text: string) => lower(encodeURIComponent(text)),
  ];
  for (let turn = 0; turn < 500; turn += 1) {
    const secret = `${word(4 + roll(20))}`;
    const encode = encodings[roll(encodings.length)] ?? encodeURIComponent;
    expect(knowing(secret).mask(`<${encode(secret)}>`), secret).toBe('<****>');
  }
});

describe('an echo of a part of a secret, or of a secret written otherwise,', () => {
  const secret = 'Zq8-hVt3_Lw5+Xn7/Kb2.Rm9=Dj4~Pf6!Gs1';
  const jwt =
    'eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyLTQ3MTEiLCJpc3MiOiJxbGlrIn0.MEUCIQDx4711abcdefGHIJKLmnopQRSTuv';
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const percent = (text: string) => Array.from(text, (char) => `%${hex(char).toUpperCase()}`).join('');
  /** What is seen of the secret at most: the longest piece of it that an output still holds, whatever its case. */
  const shown = (text: string, of: string) => {
    const together = (told: string) => told.toLowerCase().replaceAll(/\\[nrt]|[\s\u200b]/g, '');
    const [where, what] = [together(knowing(secret, jwt).mask(text)), together(of)];
    let longest = 0;
    for (let from = 0; from < what.length; from += 1)
      while (where.includes(what.slice(from, from + longest + 1)) && from + longest < what.length) longest += 1;
    return longest;
  };

  test.each([
    ['cut at the end', `The key ${secret.slice(0, 14)}… is unknown`, secret],
    ['cut at the beginning', `The key …${secret.slice(-14)} is unknown`, secret],
    ['cut at both ends', `The key ...${secret.slice(9, 21)}... is unknown`, secret],
    ['wrapped', `The key ${secret.slice(0, 16)}\n${secret.slice(16)} is unknown`, secret],
    ['with blanks', `The key ${secret.replaceAll(/(.{4})/g, '$1 ')} is unknown`, secret],
    ['with line breaks in JSON', JSON.stringify(secret.replaceAll(/(.{5})/g, '$1\n')), secret],
    ['with other line breaks and tabs', `<${secret.replaceAll(/(.{6})/g, '$1\r\n\t')}>`, secret],
    ['with blanks that cannot be seen', secret.replaceAll(/(.{4})/g, '$1\u200b\u00a0'), secret],
    ['in capitals', `THE KEY ${secret.toUpperCase()} IS UNKNOWN`, secret],
    ['in small letters', `the key ${secret.toLowerCase()} is unknown`, secret],
    ['in small letters and cut', `the key ${secret.toLowerCase().slice(3, 18)}`, secret],
    ['in hexadecimal', `Bytes ${hex(secret)} came`, hex(secret)],
    ['in hexadecimal capitals', `Bytes ${hex(secret).toUpperCase()} came`, hex(secret)],
    ['in a part of it in hexadecimal', `Bytes ${hex(secret.slice(3, 16))} came`, hex(secret)],
    ['in a dump of bytes', `Bytes ${hex(secret).replaceAll(/(..)/g, '$1 ')} came`, hex(secret)],
    ['with all of it percent-encoded', `?key=${percent(secret)}`, percent(secret)],
    ['in a part, percent-encoded', `?key=${encodeURIComponent(secret).slice(0, 18)}`, encodeURIComponent(secret)],
    ['in a part in base64', `Basic ${btoa(`u:${secret}`).slice(4, 28)}`, btoa(`u:${secret}`)],
    ['in wrapped base64', btoa(`u:${secret}`).replaceAll(/(.{10})/g, '$1\r\n'), btoa(`u:${secret}`).slice(4)],
    ['by its head', `JWT head ${jwt.split('.')[0]} is bad`, jwt.split('.')[0] ?? ''],
    ['by its payload', `JWT payload ${jwt.split('.')[1]} is bad`, jwt.split('.')[1] ?? ''],
    ['by its signature', `JWT signature ${jwt.split('.')[2]} is bad`, jwt.split('.')[2] ?? ''],
  ])('%s, shows less than twelve characters', (_, text, of) => {
    expect(of.length).toBeGreaterThan(12);
    expect(shown(text, of)).toBeLessThan(12);
  });

  test('leaves the words around it', () => {
    expect(knowing(secret).mask(`The key ${secret.slice(0, 9)}\n  ${secret.slice(9, 25)}, it says, is unknown`)).toBe(
      'The key ****, it says, is unknown',
    );
  });

  test('of fewer characters is left as it is', () => {
    const text = `The key ${secret.slice(0, 11)}… is unknown`;
    expect(knowing(secret).mask(text)).toBe(text);
  });

  test('of a short secret is left as it is, but for the whole', () => {
    expect(knowing('hunter2-abc').mask('hunter2-ab HUNTER2-ABC hunter2-abc')).toBe('hunter2-ab HUNTER2-ABC ****');
  });

  test.each([
    'aaaaaaaaaaaaaaaa',
    '----------------',
    '0000000000000000000',
    'abababababababab',
    '                ',
    '================',
  ])('that says nothing does not destroy other text: %s', (plain) => {
    const text = `aaaaaaaaaaaaaa ------------- 000000000000000 ababababababa                 ============= 6161616161616161 %20%20%20%20%20`;
    expect(knowing(plain).mask(text)).toBe(text);
  });

  test('is found however its case counts letters', () => {
    expect(knowing('İstanbul-4711-ß-key').mask('İİİ İSTANBUL-4711-ß-KEY İ')).toBe('İİİ **** İ');
  });
});

test('an ordinary text costs no more than in proportion to its length', () => {
  const secrets = knowing('Zq8-hVt3_Lw5+Xn7/Kb2.Rm9=Dj4~Pf6!Gs1');
  const text = 'The stack of an error, at some place in some file.\n'.repeat(20_000);
  expect(secrets.mask(text)).toBe(text);
});
