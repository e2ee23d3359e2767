import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/library.ts';
import { readState } from './state.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function reading(content: unknown, onWarning: (text: string) => void = () => {}) {
  const asItIs = typeof content === 'string' || content instanceof Buffer;
  const path = await folder.write('state.json', asItIs ? content : JSON.stringify(content));
  return Object.fromEntries(await readState(path, onWarning));
}

const ofStream = (name: string, stream_state?: unknown, more: object = {}) => ({
  type: 'STREAM',
  stream: { stream_descriptor: { name }, stream_state },
  ...more,
});
const enveloped = (state: object) => ({ type: 'STATE', state });

test('no path means no state', async () => {
  expect((await readState(undefined, () => {})).size).toBe(0);
});

test.each([
  ['an empty file', ''],
  ['blanks', ' \n'],
  ['null', 'null'],
  ['an empty list', '[]'],
  ['an empty object', '{}'],
  ['a null stream state', [ofStream('books', null)]],
  ['an absent stream state', [ofStream('books')]],
])('%s means no state', async (_, content) => {
  expect(await reading(content)).toEqual({});
});

test.each([
  ['bare', [ofStream('books', { at: 1 }), ofStream('readers', { at: 2 })]],
  ['in their envelopes', [enveloped(ofStream('books', { at: 1 })), enveloped(ofStream('readers', { at: 2 }))]],
  [
    'with all that the platform adds',
    [
      ofStream(
        'books',
        { at: 1 },
        { id: 7, sourceStats: { recordCount: 3.0 }, destinationStats: { recordCount: 3.0 } },
      ),
      { type: 'STREAM', stream: { stream_descriptor: { name: 'readers', namespace: null }, stream_state: { at: 2 } } },
    ],
  ],
])('the states of streams are read %s', async (_, content) => {
  expect(await reading(content)).toEqual({ books: { at: 1 }, readers: { at: 2 } });
});

const lines = (...messages: object[]) => messages.map((message) => JSON.stringify(message)).join('\n');

test.each([
  ['one a line', lines(ofStream('books', { at: 1 }), enveloped(ofStream('readers', { at: 2 })))],
  [
    'with empty lines and other ends of lines',
    `\n${JSON.stringify(ofStream('books', { at: 1 }))}\r\n\r\n{"type":"STREAM","stream":{"stream_descriptor":{"name":"readers"},"stream_state":{"at":2}}}\n\n`,
  ],
  [
    'amid all else that a read printed',
    lines(
      { type: 'LOG', log: { level: 'INFO', message: 'Reading books.' } },
      { type: 'RECORD', record: { stream: 'books', data: { type: 'STATE' } } },
      enveloped(ofStream('books', { at: 0 })),
      enveloped(ofStream('readers', { at: 2 })),
      { type: 'TRACE', trace: {} },
      enveloped(ofStream('books', { at: 1 })),
    ),
  ],
])('messages are read %s', async (_, content) => {
  expect(await reading(content)).toEqual({ books: { at: 1 }, readers: { at: 2 } });
});

test('one message alone is enough', async () => {
  expect(await reading(enveloped(ofStream('books', { at: 1 })))).toEqual({ books: { at: 1 } });
});

test('what a read printed before its first state means no state', async () => {
  expect(await reading({ type: 'RECORD', record: { stream: 'books', data: {} } })).toEqual({});
});

test('a line that is cut off amid others is refused with its number', async () => {
  const whole = lines(ofStream('books', { at: 1 }), ofStream('readers', { at: 2 }));
  const content = `${lines(ofStream('books', { at: 0 })).slice(0, -9)}\n${whole}`;
  await expect(reading(`${lines(ofStream('books', { at: 0 }))}\n${content}`)).rejects.toThrow(
    /Line 2 of the state file .* not valid JSON/,
  );
});

describe('a last line that is cut off', () => {
  const whole = lines(ofStream('books', { at: 1 }), ofStream('readers', { at: 2 }), ofStream('books', { at: 3 }));
  const start = whole.lastIndexOf('\n') + 1;

  test('is left out, wherever it is cut, with a warning that names it', async () => {
    for (let end = start + 1; end < whole.length; end += 7) {
      const warnings: string[] = [];
      expect(await reading(whole.slice(0, end), (text) => warnings.push(text))).toEqual({
        books: { at: 1 },
        readers: { at: 2 },
      });
      expect(warnings).toEqual([expect.stringMatching(/^Line 3 of the state file .*state\.json .* cut off/)]);
    }
  });

  test('is left out amid a whole read, and where the end of its line was written', async () => {
    const read = lines(
      { type: 'RECORD', record: { stream: 'books', data: {} } },
      enveloped(ofStream('books', { at: 1 })),
      { type: 'RECORD', record: { stream: 'books', data: { title: 'Ü' } } },
    );
    const cut = Buffer.from(read).subarray(0, Buffer.from(read).indexOf('Ü') + 1);
    expect(await reading(cut)).toEqual({ books: { at: 1 } });
    expect(await reading(`${read.slice(0, -3)}\n`)).toEqual({ books: { at: 1 } });
  });

  test.each([
    ['and nothing else', `${whole.slice(0, 30)}`],
    ['behind no state', `${lines({ type: 'LOG', log: {} }, { type: 'RECORD', record: {} })}\n${whole.slice(0, 30)}`],
    ['and wrong before its end', `${whole}\n{"type": "STREAM",, "str`],
    ['and no line of JSON', `${whole}\nKilled`],
  ])('%s is refused', async (_, content) => {
    await expect(reading(content)).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringMatching(/state file .*not valid JSON/),
    });
  });

  test('is no warning where nothing is cut', async () => {
    const warnings: string[] = [];
    await reading(whole, (text) => warnings.push(text));
    expect(warnings).toEqual([]);
  });
});

test('a stream state that is an empty object is one', async () => {
  expect(await reading([ofStream('books', {})])).toEqual({ books: {} });
});

test('of several states of a stream the last one counts', async () => {
  expect(
    await reading([ofStream('books', { at: 1 }), ofStream('readers', { at: 2 }), ofStream('books', { at: 3 })]),
  ).toEqual({
    books: { at: 3 },
    readers: { at: 2 },
  });
});

test('a null state after another one resets the stream', async () => {
  expect(await reading([ofStream('books', { at: 1 }), ofStream('books', null)])).toEqual({});
});

test.each<[kind: string, content: unknown]>([
  ['a state of old connectors', { books: { at: 1 } }],
  ['a message of type LEGACY', [{ type: 'LEGACY', data: { books: { at: 1 } } }]],
  ['a message without a type', [{ data: { books: { at: 1 } } }]],
  ['a message of type GLOBAL', [{ type: 'GLOBAL', global: { shared_state: { at: 1 }, stream_states: [] } }]],
  ['a list of texts', ['books']],
  ['a list with null', [ofStream('books', { at: 1 }), null]],
  ['a stream without a name', [{ type: 'STREAM', stream: { stream_descriptor: {}, stream_state: { at: 1 } } }]],
  ['no descriptor', [{ type: 'STREAM', stream: { stream_state: { at: 1 } } }]],
  ['a text for a stream state', [ofStream('books', '{"at":1}')]],
  ['a list for a stream state', [ofStream('books', [{ at: 1 }])]],
  ['a catalog', { type: 'CATALOG', catalog: { streams: [] } }],
  ['lines of another kind', '{"name": "books"}\n{"name": "readers"}'],
  ['a text', '"state"'],
  ['a number', '0'],
  ['false', 'false'],
])('%s is refused in words, never half used', async (_, content) => {
  await expect(reading(content)).rejects.toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(/state file .*state\.json must hold .*STATE messages/),
  });
});

test('broken JSON is refused with its place', async () => {
  await expect(reading('[\n{"type": "STREAM",}]')).rejects.toThrow(/state file .*not valid JSON \(line 2, column 19\)/);
});

test('a state file that does not exist is named', async () => {
  await expect(readState(folder.path('nowhere.json'), () => {})).rejects.toThrow(
    /state file .*nowhere\.json does not exist/,
  );
});
