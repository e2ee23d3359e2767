import { expect, test } from 'vitest';
import type { Schema } from './messages.ts';
import { violations } from './validation.ts';

/** Settings with every keyword that a specification may use. */
const schema: Schema = {
  type: 'object',
  required: ['address', 'card'],
  properties: {
    address: {
      type: 'string',
      title: 'Address',
      pattern: '^https://',
      pattern_descriptor: 'https://<town>.library.example',
    },
    card: {
      type: 'object',
      title: 'Library Card',
      oneOf: [
        {
          type: 'object',
          title: 'Guest',
          required: ['kind', 'day_pass'],
          properties: {
            kind: { type: 'string', const: 'guest' },
            day_pass: { type: 'string', title: 'Day Pass', minLength: 1, airbyte_secret: true },
          },
        },
        {
          type: 'object',
          title: 'Member',
          required: ['kind', 'number', 'pin'],
          properties: {
            kind: { type: 'string', const: 'member' },
            number: { type: 'integer', minimum: 1, maximum: 999, examples: [17] },
            pin: { type: 'string', title: 'PIN', airbyte_secret: true },
          },
        },
      ],
    },
    rooms: { type: 'array', minItems: 1, items: { type: 'string' } },
    since: { type: 'string', format: 'date-time' },
    order: { type: 'string', enum: ['title', 'author'] },
    polite: { type: 'boolean' },
    share: { type: ['number', 'null'] },
  },
};

const guest = { kind: 'guest', day_pass: 'pass-4711' };
const good = { address: 'https://main.library.example', card: guest };

test.each([
  ['the required settings only', good],
  ['the other option', { ...good, card: { kind: 'member', number: 17, pin: 'pin-4711' } }],
  [
    'all settings',
    { ...good, rooms: ['a', 'b'], since: '2026-01-01T00:00:00Z', order: 'title', polite: false, share: null },
  ],
  ['settings that a later version knows', { ...good, _limit: 5, later: {}, card: { ...guest, later: 1 } }],
])('nothing is wrong with %s', async (_, value) => {
  expect(await violations(schema, value)).toEqual([]);
});

/** A value that stands for something confidential: no message may repeat it. */
const MARK = 'marked-4711';

test.each<[wrong: string, value: unknown, words: RegExp[]]>([
  ['no settings', {}, [/^address is missing.*https:\/\/<town>/, /^card is missing.*Library Card/]],
  ['a text for the whole', MARK, [/^the whole must be an object/]],
  ['a list for the whole', [MARK], [/^the whole must be an object/]],
  ['nothing for the whole', undefined, [/^the whole must be an object/]],
  ['a number for a text', { ...good, address: 4711 }, [/^address must be a text.*https:\/\/<town>/]],
  ['a wrong form', { ...good, address: `http://${MARK}` }, [/^address has the wrong form \(https:\/\/<town>/]],
  ['a text for an option', { ...good, card: MARK }, [/^card must be an object \(Library Card\)/]],
  ['an option without its constant', { ...good, card: { day_pass: MARK } }, [/^card\.kind is missing.*guest, member/]],
  ['an unknown constant', { ...good, card: { kind: MARK } }, [/^card\.kind must be one of guest, member$/]],
  ['a part of the option missing', { ...good, card: { kind: 'guest' } }, [/^card\.day_pass is missing \(Day Pass\)/]],
  [
    'an empty secret',
    { ...good, card: { ...guest, day_pass: '' } },
    [/^card\.day_pass must not be empty \(Day Pass\)/],
  ],
  [
    'two parts of the option wrong',
    { ...good, card: { kind: 'member', number: MARK, pin: { secret: MARK } } },
    [/^card\.number must be a whole number \(for example 17\)/, /^card\.pin must be a text \(PIN\)/],
  ],
  ['too large a number', { ...good, card: { kind: 'member', number: 4711, pin: MARK } }, [/^card\.number .*999/]],
  ['an item of the wrong type', { ...good, rooms: ['a', 4711, { MARK }] }, [/^rooms\.1 .*text/, /^rooms\.2 .*text/]],
  ['an empty list', { ...good, rooms: [] }, [/^rooms must not be empty/]],
  ['no time', { ...good, since: MARK }, [/^since .*date-time/]],
  ['none of the permitted', { ...good, order: MARK }, [/^order must be one of title, author/]],
  ['a text for yes or no', { ...good, polite: MARK }, [/^polite must be true or false/]],
  ['neither of two types', { ...good, share: MARK }, [/^share must be a number or null/]],
  [
    'many at once',
    { address: '', card: { kind: 'guest', day_pass: 4711 }, polite: 'yes', rooms: 'all' },
    [/^address /, /^card\.day_pass /, /^polite /, /^rooms /],
  ],
])('%s is named, and every wrong field of it', async (_, value, words) => {
  const found = (await violations(schema, value)).toSorted();
  expect(found).toEqual(words.map((pattern) => expect.stringMatching(pattern)));
  expect(found.join()).not.toMatch(/marked|4711/);
});

test('the other options of a oneOf raise no alarm', async () => {
  const found = await violations(schema, { ...good, card: { kind: 'member', pin: 'pin-4711' } });
  expect(found).toEqual([expect.stringMatching(/^card\.number is missing/)]);
});
