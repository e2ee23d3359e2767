import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DELETED_COLUMN, UPDATED_COLUMN } from '../stream.ts';
import { ROW_SCHEMA, stream, temporaryFolder } from '../testing/library.ts';
import { catalogStream, readConfiguredCatalog } from './catalog.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function reading(content: unknown) {
  return readConfiguredCatalog(
    await folder.write('catalog.json', typeof content === 'string' ? content : JSON.stringify(content)),
  );
}

const entry = (name: string, more: object = {}, ofStream: object = {}) => ({
  stream: { name, json_schema: { type: 'object', properties: { id: {}, title: {} } }, ...ofStream },
  sync_mode: 'full_refresh',
  destination_sync_mode: 'append',
  ...more,
});

describe('a configured catalog', () => {
  test('names streams, modes and columns, in its order', async () => {
    expect(await reading({ streams: [entry('readers', { sync_mode: 'incremental' }), entry('books')] })).toEqual([
      { name: 'readers', syncMode: 'incremental', columns: new Set(['id', 'title']) },
      { name: 'books', syncMode: 'full_refresh', columns: new Set(['id', 'title']) },
    ]);
  });

  test.each([
    ['no schema', undefined],
    ['a null schema', null],
    ['an empty schema', {}],
    ['a schema without properties', { type: 'object' }],
    ['no properties', { type: 'object', properties: {} }],
  ])('means all columns by %s', async (_, json_schema) => {
    expect(await reading({ streams: [entry('books', {}, { json_schema })] })).toEqual([
      { name: 'books', syncMode: 'full_refresh' },
    ]);
  });

  test('may hold what the protocol adds', async () => {
    const more = { primary_key: [['id']], cursor_field: ['x'], generation_id: 3, minimum_generation_id: 0, sync_id: 7 };
    const [configured] = await reading({ streams: [entry('books', more, { namespace: null, later: 1 })], later: true });
    expect(configured?.name).toBe('books');
  });
});

test.each<[wrong: string, content: unknown, words: RegExp]>([
  ['is empty', '', /must be an object/],
  ['is broken', '{"streams": [', /not valid JSON \(line 1, column 14\)/],
  ['is a list', [entry('books')], /must be an object/],
  ['is no catalog', {}, /streams is missing/],
  ['has no list of streams', { streams: { books: {} } }, /streams must be a list/],
  ['has no streams', { streams: [] }, /streams must not be empty/],
  [
    'has an unknown mode',
    { streams: [entry('books', { sync_mode: 'INVALID' })] },
    /streams\.0\.sync_mode .*full_refresh, incremental/,
  ],
  ['has no mode', { streams: [entry('books', { sync_mode: undefined })] }, /streams\.0\.sync_mode is missing/],
  [
    'has a stream without a name',
    { streams: [entry('books'), { stream: {}, sync_mode: 'incremental' }] },
    /streams\.1\.stream\.name is missing/,
  ],
  ['has a stream of an empty name', { streams: [entry('')] }, /streams\.0\.stream\.name must not be empty/],
  ['has an entry without a stream', { streams: [{ sync_mode: 'incremental' }] }, /streams\.0\.stream is missing/],
  ['has text for a schema', { streams: [entry('books', {}, { json_schema: 'id' })] }, /json_schema must be/],
  ['has text for columns', { streams: [entry('books', {}, { json_schema: { properties: 'id' } })] }, /json_schema/],
  ['is what discover prints', { type: 'CATALOG', catalog: { streams: [] } }, /what discover prints.*"sync_mode"/],
  ['is a part of that', { streams: [{ name: 'books', json_schema: {} }] }, /streams\.0\.stream is missing/],
  ['names a stream twice', { streams: [entry('books'), entry('readers'), entry('books')] }, /books twice/],
])('a catalog that %s is refused in words', async (_, content, words) => {
  await expect(reading(content)).rejects.toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(words),
  });
  await expect(reading(content)).rejects.toThrow(folder.path('catalog.json'));
});

test('a catalog file that does not exist is named', async () => {
  await expect(readConfiguredCatalog(folder.path('nowhere.json'))).rejects.toThrow(
    /catalog file .*nowhere\.json does not exist/,
  );
});

test('a stream is offered with its columns and those that tell changes, its key and cursor, in both modes', () => {
  const books = stream(
    'books',
    async function* () {
      yield [];
    },
    ['shelfId', 'id'],
  );
  const offered = catalogStream(books);
  expect(offered).toMatchObject({
    name: 'books',
    json_schema: ROW_SCHEMA,
    source_defined_primary_key: [['shelfId'], ['id']],
    source_defined_cursor: true,
    default_cursor_field: ['_ab_cdc_updated_at'],
  });
  const own = Object.keys(ROW_SCHEMA.properties ?? {});
  expect(Object.keys(offered.json_schema.properties ?? {})).toEqual([...own, UPDATED_COLUMN, DELETED_COLUMN]);
  expect(offered.supported_sync_modes).toEqual(['full_refresh', 'incremental']);
  expect(offered).not.toHaveProperty('namespace');
});

test('a full refresh can be resumed of a stream that is read by partition, and of no list', () => {
  const facts = { name: 'books', schema: ROW_SCHEMA, primaryKey: ['shelfId', 'id'], updatedField: 'lentAt' };
  const list = { ...facts, async *read() {} };
  const walk = { ...facts, partitionedBy: 'books', readPartition: async () => ({ sections: [] }) };
  expect([list, walk].map((each) => catalogStream(each).is_resumable)).toEqual([false, true]);
});
