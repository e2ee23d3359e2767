import { describe, expect, test } from 'vitest';
import { dataModelOf } from './data-model.ts';
import { TenantError } from './error.ts';
import type { Reading } from './http.ts';

/** The data model of an app, where the tenant answers with this JSON, or with this failure. */
function modelOf(answer: unknown, id = 'a/b', reloaded = false) {
  const asked: string[] = [];
  const get = async <T>({ path, parse }: Reading<T>): Promise<T> => {
    asked.push(path);
    if (answer instanceof Error) throw answer;
    return parse(answer);
  };
  return { asked, model: dataModelOf({ id, reloaded }, { get }) };
}

test('has the lists of tables and fields and what was measured, and nothing else', async () => {
  const lists = { tables: [{ name: 't' }], fields: [{ name: 'f' }] };
  const measured = { static_byte_size: 5, has_section_access: true, is_direct_query_mode: false, usage: 'ANALYTICS' };
  const reload_meta = { cpu_time_spent_ms: 7 };
  const { asked, model } = modelOf({ ...lists, ...measured, reload_meta, values: ['secret'] });
  expect(await model).toEqual({ ...lists, measured: { ...measured, reload_meta } });
  expect(asked).toEqual(['/api/v1/apps/a%2Fb/data/metadata']);
});

test.each(['.', '..', '\ud800'])('is not asked for of an app whose id can stand in no address: %j', async (id) => {
  const { asked, model } = modelOf({}, id);
  await expect(model).rejects.toMatchObject({ partitionOut: 'denied' });
  expect(asked).toEqual([]);
});

test.each([{}, { tables: null, fields: null }, { tables: [], fields: [] }])(
  'of an app that was never reloaded has none: %j',
  async (answer) => {
    expect(await modelOf(answer).model).toEqual({ tables: [], fields: [], measured: {} });
  },
);

test.each([
  null,
  [],
  5,
  'text',
  { tables: {} },
  { tables: [null] },
  { fields: [[]] },
  { fields: 5 },
  { tables: [], fields: [{ name: 5 }] },
  { tables: [] },
  { tables: null, fields: [] },
])('is not read from what is none, which is asked for again: %j', async (answer) => {
  await expect(modelOf(answer).model).rejects.toMatchObject({
    failureType: 'transient_error',
    message: expect.stringContaining('without the lists that belong there'),
  });
});

test('is not taken for empty where the app was reloaded', async () => {
  await expect(modelOf({}, 'a', true).model).rejects.toMatchObject({ failureType: 'transient_error' });
  expect(await modelOf({ tables: [], fields: [] }, 'a', true).model).toMatchObject({ tables: [], fields: [] });
});

describe('an app that', () => {
  test.each([
    [403, 'denied'],
    [404, 'vanished'],
  ])('is answered with %i is out by itself: %s', async (status, partitionOut) => {
    await expect(modelOf(new TenantError('config_error', 'No.', { status })).model).rejects.toMatchObject({
      partitionOut,
      reasonCode: `HTTP-${status}`,
      message: expect.stringContaining('App a/b'),
    });
  });

  test.each([401, 500, undefined])('is answered with %s is not', async (status) => {
    const error = new TenantError('transient_error', 'No.', { status });
    await expect(modelOf(error).model).rejects.toBe(error);
  });
});
