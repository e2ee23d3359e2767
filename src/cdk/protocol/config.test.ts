import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CARD, CONFIG_SCHEMA, temporaryFolder } from '../testing/library.ts';
import { readConfig } from './config.ts';
import type { Schema } from './messages.ts';
import { Secrets } from './secrets.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** What reading a config file of this content leads to; the secrets are those known afterwards. */
async function reading(content: unknown, schema: Schema = CONFIG_SCHEMA) {
  const path = await folder.write('config.json', typeof content === 'string' ? content : JSON.stringify(content));
  const secrets = new Secrets();
  const { config, error } = await readConfig(path, schema, secrets).then(
    (config) => ({ config, error: undefined }),
    (error: Error & { failureType?: string }) => ({ config: undefined, error }),
  );
  return { path, secrets, config, error };
}

test('good settings come as they stand in the file, unknown ones too', async () => {
  const settings = { address: 'Main Street 1', card: CARD, later: { deep: [1] } };
  expect((await reading(settings)).config).toEqual(settings);
});

test('a byte order mark, as Windows editors write it, is no part of the settings', async () => {
  const { config } = await reading(`\uFEFF${JSON.stringify({ address: 'Main Street 1', card: CARD })}\r\n`);
  expect(config).toEqual({ address: 'Main Street 1', card: CARD });
});

test('every wrong setting is named in one message', async () => {
  const { error } = await reading({ address: 17 });
  expect(error).toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(/address.*card|card.*address/),
  });
});

describe('secrets', () => {
  const options: Schema = {
    type: 'object',
    properties: {
      door: {
        oneOf: [
          { properties: { kind: { const: 'pin' }, pin: { type: ['string', 'integer'], airbyte_secret: true } } },
          { properties: { kind: { const: 'card' }, chip: { properties: { code: { airbyte_secret: true } } } } },
        ],
      },
      hint: { type: 'string' },
    },
  };

  test.each([
    ['at the top', CONFIG_SCHEMA, { address: 'Main Street 1', card: 'secret-4711' }],
    ['in an option', options, { door: { kind: 'pin', pin: 'secret-4711' } }],
    ['deep in another option', options, { door: { kind: 'card', chip: { code: 'secret-4711' } } }],
    ['in an option that was not chosen', options, { door: { kind: 'card', pin: 'secret-4711' } }],
  ])('%s are masked from here on', async (_, schema, settings) => {
    const { secrets, config } = await reading(settings, schema);
    expect(config).toEqual(settings);
    expect(secrets.mask('secret-4711 Main Street 1')).toBe('**** Main Street 1');
  });

  test('that are numbers are masked', async () => {
    expect((await reading({ door: { kind: 'pin', pin: 471_100 } }, options)).secrets.mask('a 471100 b')).toBe(
      'a **** b',
    );
  });

  test('are masked also where the settings are refused', async () => {
    const { secrets, error } = await reading({ card: 'secret-4711', address: 17 });
    expect(error).toMatchObject({ failureType: 'config_error' });
    expect(secrets.mask('secret-4711')).toBe('****');
  });

  test('pasted with blanks around them are masked without those too, as sources trim them', async () => {
    const { secrets } = await reading({ address: 'Main Street 1', card: '  secret-4711\n' });
    expect(secrets.mask('Bearer secret-4711 was refused')).toBe('Bearer **** was refused');
  });

  test('that are absent or of no use do no harm', async () => {
    for (const card of [undefined, null, '', {}, ['secret']]) {
      const { secrets } = await reading({ address: 'Main Street 1', card });
      expect(secrets.mask('undefined null [object Object]')).toBe('undefined null [object Object]');
    }
  });
});

describe('a file that holds no settings', () => {
  test('because it does not exist is named', async () => {
    const path = folder.path('nowhere.json');
    await expect(readConfig(path, CONFIG_SCHEMA, new Secrets())).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringMatching(new RegExp(`config file ${path} does not exist`)),
    });
  });

  test('because it is a folder is named', async () => {
    await expect(readConfig(folder.path('.'), CONFIG_SCHEMA, new Secrets())).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringContaining('EISDIR'),
    });
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t\n'],
    ['a mark and nothing', '\uFEFF'],
    ['null', 'null'],
    ['a list', '[{"card":"secret-4711"}]'],
    ['a text', '"secret-4711"'],
    ['a number', '4711'],
  ])('but %s is refused', async (_, content) => {
    const { error, path } = await reading(content);
    expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringContaining(path) });
    expect(error?.message).toContain('object');
    expect(error?.message).not.toContain('4711');
  });

  test.each<[fault: string, content: string, place: string]>([
    ['a comma too many', '{\n  "card": "secret-4711",\n}', 'line 3, column 1'],
    ['a comma missing', '{\n  "card": "secret-4711"\n  "address": "x"\n}', 'line 3, column 3'],
    ['a torn text', '{"card": "secret-4711\n"}', 'line 1, column 22'],
    ['a word in place of a value', '{\n  "card": secret-4711,\n  "address": "x"\n}', 'line 2, column 11'],
    [
      'a word in place of a value, in a long file',
      `{\n  "card": "secret-4711",\n  "more": yes,\n  "filling": "${'x'.repeat(500)}"\n}`,
      'line 3, column 11',
    ],
    ['single quotes', "{\n 'card': 'secret-4711' }", 'line 2, column 2'],
    ['an end that is missing', '{"card": "secret-4711"', 'line 1, column 23'],
    ['text behind the end', '{"card": "secret-4711"}\n}', 'line 2, column 1'],
  ])('because of %s is refused with the place, and nothing of it is quoted', async (_fault, content, place) => {
    const { error, path } = await reading(content);
    expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringContaining(path) });
    const shown = `${error?.message}\n${error?.stack}\n${String(error?.cause)}`;
    expect(shown).not.toMatch(/secret|4711|filling/);
    expect(error?.message).toContain(place);
  });
});

describe('a misspelt setting', () => {
  const text: Schema = { type: 'string' };
  const schema: Schema = {
    type: 'object',
    properties: {
      scope: text,
      include_spaces: { type: 'array' },
      exclude_spaces: { type: 'array' },
      door: {
        type: 'object',
        oneOf: [
          { properties: { kind: { const: 'pin' }, code: text, hint: text } },
          { properties: { kind: { const: 'card' }, card_number: text, code: text } },
        ],
      },
    },
  };

  test.each<[how: string, settings: object, says: RegExp]>([
    ['a letter too many', { include_spacess: [] }, /include_spacess .*include_spaces/],
    ['a letter missing', { include_space: [] }, /include_space .*include_spaces/],
    ['a letter for another', { 'include-spaces': [] }, /include-spaces .*include_spaces/],
    ['two letters swapped', { inculde_spaces: [] }, /inculde_spaces .*include_spaces/],
    ['two faults in a long name', { includ_space: [] }, /includ_space .*include_spaces/],
    ['two swaps in a long name', { inculde_spacse: [] }, /inculde_spacse .*include_spaces/],
    ['a fault in a short name', { scopes: 'a' }, /scopes .*scope/],
    ['another while a known one is set', { exclude_space: [], include_spaces: [] }, /exclude_space .*exclude_spaces/],
    ['one below', { door: { kind: 'card', card_nummber: '1' } }, /door\.card_nummber .*door\.card_number/],
    ['one below, that another option has not', { door: { kind: 'pin', hin: '1' } }, /door\.hin .*door\.hint/],
    ['what tells the options apart', { door: { kin: 'pin', code: '1' } }, /door\.kin .*door\.kind/],
  ])('%s names the known one', async (_, settings, says) => {
    const { error } = await reading(settings, schema);
    expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringMatching(says) });
  });

  test.each<[how: string, settings: object]>([
    ['two faults in a short name', { scapes: 'a' }],
    ['three in a long one', { includ_spaxx: [] }],
    ['a known one being set', { include_space: [], include_spaces: [] }],
    ['an underscore before it', { _scope: 'a', __scope: 'b', _include_spaces: [] }],
    ['a word of its own', { connection_name: 'a', spaces: [] }],
    ['one of another option', { door: { kind: 'pin', card_numbr: '1' } }],
    ['one below, a known one being set', { door: { kind: 'pin', codes: '1', code: '2' } }],
    ['the same name elsewhere', { cod: '1', hints: 'b' }],
  ])('is none: %s', async (_, settings) => {
    expect((await reading(settings, schema)).config).toEqual(settings);
  });

  test('is named beside what else is wrong, and no value is told', async () => {
    const { error } = await reading({ adress: 'secret-4711', card: 17 });
    expect(error?.message).toMatch(/adress .*address.*card/);
    expect(error?.message).not.toContain('4711');
  });
});
