import { describe, expect, it } from 'vitest';
import { streamsOf } from '../support/stream-tests.ts';
import { nested, nestedObjects } from './changes.ts';
import { someOf } from './fuzzing.ts';
import { syncedTenant } from './synced-tenant.ts';
import { type Corruption, checkFaults, faultsAfterCorruption } from './tenant.ts';

const synced = syncedTenant();

const LONG_MS = 300_000;

/** Each takes the place of one field after the other, wherever that stands. */
const ODD: readonly [what: string, json: string][] = [
  ['what no text can be made of', '{"toString":null,"valueOf":1}'],
  ['a list', '[]'],
  ['a list of lists', '[[{"a":[null]}]]'],
  ['a number', '5'],
  ['an endless number', '1e999'],
  ['an object', '{}'],
  ['null', 'null'],
  ['no text', '""'],
  ['half a sign', '"\\ud800"'],
  ['a long text', `"${'x'.repeat(100_000)}"`],
  ['lists without end', nested(10_000)],
  ['objects without end', nestedObjects(10_000)],
];

const fieldsOf = (streams: readonly { readonly fuzzedFields: readonly string[] }[]) => [
  ...new Set(streams.flatMap(({ fuzzedFields }) => fuzzedFields)),
];
const ROW_FIELDS = fieldsOf(streamsOf('list', 'space', 'data model'));
const LOG_FIELDS = fieldsOf(streamsOf('log'));
const FRAME_FIELDS = fieldsOf(streamsOf('engine'));

/** Stands for a text that need not be JSON's own way to write a value. */
const PLACE = '@the-odd-one@';

const written = (value: unknown, json: string) => JSON.stringify(value).replaceAll(`"${PLACE}"`, json);

/** Of a list, or of the tables and fields of a data model. */
function inRows(field: string, json: string): Corruption {
  const isMeant = (_: string, from: string) => from.startsWith('/api/') && !from.includes('tenants');
  const corrupt = (text: string) => {
    const answer = Object.entries(JSON.parse(text) as object).map(([name, rows]) => [
      name,
      ['data', 'tables', 'fields'].includes(name) ? rows.map((row: object) => ({ ...row, [field]: PLACE })) : rows,
    ]);
    return written(Object.fromEntries(answer), json);
  };
  return { isMeant, corrupt };
}

/** Of each reload, in a list or by itself. */
function inReloads(field: string, json: string, byApp: boolean): Corruption {
  return { ...inAnswers('reloads', field, json), byApp };
}

function inFrames(field: string, json: string): Corruption {
  const isMeant = (text: string, from: string) => from.startsWith('engine') && text.includes(`"${field}":`);
  const corrupt = (text: string) =>
    written(
      JSON.parse(text, (name, value) => (name === field ? PLACE : value)),
      json,
    );
  return { isMeant, corrupt };
}

/** Answers about single things, or lists of them. */
function inAnswers(path: string, field: string, json: string): Corruption {
  const isMeant = (_: string, from: string) => from.startsWith(`/api/v1/${path}`);
  const corrupt = (text: string) => {
    const { data, ...more } = JSON.parse(text) as { data?: object[] };
    if (!data) return written({ ...more, [field]: PLACE }, json);
    return written({ ...more, data: data.map((row) => ({ ...row, [field]: PLACE })) }, json);
  };
  return { isMeant, corrupt };
}

describe.each(ODD.map(([what, json], turn) => [what, json, turn] as const))(
  'with %s in place of each field',
  (_, json, turn) => {
    it(
      'of its lists, a tenant is read as far as it makes sense',
      async () => {
        for (const field of someOf(ROW_FIELDS, turn))
          expect([field, ...(await faultsAfterCorruption(synced.tenant, synced.first, inRows(field, json)))]).toEqual([
            field,
          ]);
      },
      LONG_MS,
    );

    it.each([false, true])(
      'of its reloads, a tenant is read as far as it makes sense; app by app: %s',
      async (byApp) => {
        for (const field of someOf(LOG_FIELDS, turn)) {
          const faults = await faultsAfterCorruption(synced.tenant, synced.first, inReloads(field, json, byApp));
          expect([field, ...faults]).toEqual([field]);
        }
      },
      LONG_MS,
    );

    it(
      'of its apps, a tenant is read as far as it makes sense',
      async () => {
        for (const field of someOf(FRAME_FIELDS, turn))
          expect([field, ...(await faultsAfterCorruption(synced.tenant, synced.first, inFrames(field, json)))]).toEqual(
            [field],
          );
      },
      LONG_MS,
    );

    it(
      'of what it looks at, a check has an answer',
      async () => {
        const places = [
          ...['id', 'sub', 'status', 'name'].map((field) => ['users/', field] as const),
          ...['id', 'sub', 'status', 'expiry', 'description'].map((field) => ['api-keys', field] as const),
          ...['id', 'name'].map((field) => ['spaces', field] as const),
          ...['id', 'spaceId', 'name'].map((field) => ['items', field] as const),
        ];
        for (const [path, field] of someOf(places, turn)) {
          const faults = await checkFaults(synced.tenant, inAnswers(path, field, json));
          expect([path, field, ...faults]).toEqual([path, field]);
        }
      },
      LONG_MS,
    );
  },
);
