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
