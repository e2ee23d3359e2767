import { describe, expect, test } from 'vitest';
import { type ConnectorError, isExplained } from '../errors.ts';
import type { JsonObject, SyncMode } from '../protocol/messages.ts';
import type { Stream } from '../stream.ts';
import { streamOf, walked } from '../testing/library.ts';
import { rowFormOf } from './row-form.ts';
import { savedState } from './saved-state.ts';

const list = streamOf('readers');

const HEAD = { version: 1, form: rowFormOf(list), latest: '2026-11-01T00:00:00.000Z', sent: 3 };
const ROWS = { ...HEAD, sync: 'incremental', keys: ['a'], prints: 'AAAAAAAB' };
const PARTITIONS = { ...HEAD, sync: 'incremental', columns: 7, partitions: [{ id: 'p', sections: [], prints: '' }] };
const REFRESHED_LIST = { ...HEAD, sync: 'full_refresh', complete: true };
const REFRESHED_WALK = { ...HEAD, sync: 'full_refresh', complete: false, done: ['p'] };

/** A time by RFC 3339, which JavaScript has not. */
const LEAP_SECOND = '2016-12-31T23:59:60Z';

/** What a refusal says. */
async function refusal(stream: Stream<never>, mode: SyncMode, state: JsonObject): Promise<string> {
  const error = await savedState(stream, mode, state).then(
    () => expect.fail('it was taken'),
    (reason: unknown) => reason,
  );
  expect(isExplained(error) && error.failureType).toBe('config_error');
  const { message } = error as ConnectorError;
  expect(message).toMatch(`The saved state of the stream ${stream.name} cannot be used: `);
  expect(message).toContain('or clear the state of this stream to read it afresh');
  return message;
}

describe('a saved state', () => {
  test.each([undefined, {}])('that is %o holds nothing', async (state) => {
    for (const mode of ['full_refresh', 'incremental'] as const) {
      expect(await savedState(list, mode, state)).toEqual({ ledger: {} });
      expect(await savedState(walked, mode, state)).toEqual({ ledger: {} });
    }
  });

  test.each<[what: string, stream: Stream<never>, mode: SyncMode, state: JsonObject]>([
    ['of a list', list, 'incremental', ROWS],
    ['of a list that was long', list, 'incremental', { ...HEAD, sync: 'incremental', overfull: true }],
    ['of a walk', walked, 'incremental', PARTITIONS],
    ['of rows with brackets in their keys', list, 'incremental', { ...ROWS, keys: ['["[a]"]'] }],
    ['of a refreshed list', list, 'full_refresh', REFRESHED_LIST],
    ['of a refreshed walk', walked, 'full_refresh', REFRESHED_WALK],
  ])('%s is given to a sync of the same mode', async (_, stream, mode, state) => {
    expect(await savedState(stream, mode, state)).toEqual({ latest: HEAD.latest, ledger: state });
  });

  test.each([list, walked])('says where the rows of the stream $name had another form', async (stream) => {
    const now = rowFormOf(stream);
    const ofForm = async (form: string | undefined) => {
      const state = { ...(stream === list ? ROWS : PARTITIONS), form };
      return (await savedState({ ...stream, rowForm: 2 }, 'incremental', state)).hasOtherForm ?? false;
    };
    expect(now).not.toBe(rowFormOf({ ...stream, rowForm: 2 }));
    const forms = [undefined, now, rowFormOf({ ...stream, rowForm: 2 }), rowFormOf({ ...stream, rowForm: 3 })];
    expect(await Promise.all(forms.map(ofForm))).toEqual([true, true, false, true]);
  });

  test('tells a sync of the other mode only how far the cursor has come, and what it is of', async () => {
    const more = { upstream: 'tenant 1', scope: 5 };
    const known = { latest: HEAD.latest, ...more, ledger: {} };
    expect(await savedState(list, 'full_refresh', { ...ROWS, ...more })).toEqual(known);
    expect(await savedState(list, 'incremental', { ...REFRESHED_LIST, ...more })).toEqual(known);
    expect(await savedState(walked, 'full_refresh', { ...PARTITIONS, ...more })).toEqual(known);
    expect(await savedState(walked, 'incremental', { ...REFRESHED_WALK, ...more })).toEqual(known);
  });
});

describe('a state written by hand', () => {
  test('holds a time under the name of the own modification time', async () => {
    for (const stream of [list, walked]) {
      expect(await savedState(stream, 'incremental', { lentAt: '2026-11-01T02:00:00+02:00' })).toEqual({
        ledger: { deliveredUntil: '2026-11-01T00:00:00.000Z' },
      });
      expect(await savedState(stream, 'full_refresh', { lentAt: '2026-11-01T00:00:00Z' })).toEqual({ ledger: {} });
    }
  });

  test.each<[what: string, state: JsonObject]>([
    ['under another name', { updatedAt: '2026-11-01T00:00:00Z' }],
    ['beside something else', { lentAt: '2026-11-01T00:00:00Z', keys: [] }],
    ['that is none', { lentAt: 'yesterday' }],
    ['that is a number', { lentAt: 1_767_000_000 }],
    ['that is missing', { lentAt: null }],
  ])('is refused with a time %s', async (_, state) => {
    expect(await refusal(list, 'incremental', state)).toContain('version');
  });
});

describe('a state is refused', () => {
  test('of a version to come, by its number', async () => {
    const message = await refusal(list, 'incremental', { ...ROWS, version: 3, keys: 'in another form' });
    expect(message).toContain('it is of version 3, and this connector knows up to version 2');
  });

  test.each<[what: string, named: string, stream: Stream<never>, mode: SyncMode, state: JsonObject]>([
    ['without a version', 'version', list, 'incremental', { ...ROWS, version: undefined }],
    ['with a version in words', 'version', list, 'incremental', { ...ROWS, version: 'one' }],
    ['of no known mode', 'sync', list, 'incremental', { ...ROWS, sync: 'sometimes' }],
    ['without a mode', 'sync', list, 'incremental', { ...ROWS, sync: undefined }],
    ['without a cursor', 'latest', list, 'incremental', { ...ROWS, latest: undefined }],
    ['with a cursor that is no time', 'latest', walked, 'incremental', { ...PARTITIONS, latest: 'now' }],
    ['without keys', 'keys', list, 'incremental', { ...ROWS, keys: undefined }],
    ['with keys that are no texts', 'keys', list, 'incremental', { ...ROWS, keys: [1] }],
    ['without fingerprints', 'prints', list, 'incremental', { ...ROWS, prints: undefined }],
    ['with doubts below zero', 'doubted', list, 'incremental', { ...ROWS, doubted: -1 }],
    ['without partitions', 'partitions', walked, 'incremental', { ...PARTITIONS, partitions: undefined }],
    ['without columns', 'columns', walked, 'incremental', { ...PARTITIONS, columns: undefined }],
    ['with a partition without a name', 'id', walked, 'incremental', { ...PARTITIONS, partitions: [{ sections: [] }] }],
    ['with a time that is none', 'readAt', walked, 'incremental', withPartition({ readAt: 'soon' })],
    ['with a time that no clock shows', 'readAt', walked, 'incremental', withPartition({ readAt: LEAP_SECOND })],
    ['with a cursor that no clock shows', 'latest', list, 'incremental', { ...ROWS, latest: LEAP_SECOND }],
    ['with an empty key', 'names a row', list, 'incremental', { ...ROWS, keys: [''] }],
    ['with a key that is half of one', 'names a row', list, 'incremental', { ...ROWS, keys: ['["a'] }],
    ['with a key of too many parts', 'names a row', list, 'incremental', { ...ROWS, keys: ['["a","b"]'] }],
    ['with a partition of no name', 'names a row', walked, 'incremental', withPartition({ id: '[' })],
    ['with a row of no name', 'names a row', walked, 'incremental', withPartition({ keys: ['[1,'] })],
    ['with too large a fingerprint', 'version', walked, 'incremental', withPartition({ version: 2 ** 48 })],
    ['of a list, for a walk', 'partitions', walked, 'incremental', ROWS],
    ['of a walk, for a list', 'keys', list, 'incremental', PARTITIONS],
    ['of a refresh without an end', 'complete', walked, 'full_refresh', { ...REFRESHED_WALK, complete: undefined }],
    ['of a refresh with names that are none', 'done', walked, 'full_refresh', { ...REFRESHED_WALK, done: [1] }],
    ['of another upstream form', 'upstream', list, 'full_refresh', { ...REFRESHED_LIST, upstream: 7 }],
    ['with rows of a form that is none', 'form', list, 'incremental', { ...ROWS, form: 2 }],
    ['with a scope in words', 'scope', list, 'incremental', { ...ROWS, scope: 'all' }],
  ])('%s, which is named', async (_, named, stream, mode, state) => {
    expect(await refusal(stream, mode, JSON.parse(JSON.stringify(state)))).toContain(named);
  });

  test.each([null, 5])('unless it is what no ledger of its kind reads: %j', async (keys) => {
    const { ledger } = await savedState(walked, 'full_refresh', { ...REFRESHED_WALK, keys });
    expect(ledger).toMatchObject({ complete: REFRESHED_WALK.complete });
  });

  test('damaged as it is, also by a sync of the other mode', async () => {
    expect(await refusal(list, 'full_refresh', { ...ROWS, prints: 5 })).toContain('prints');
  });
});

function withPartition(more: JsonObject): JsonObject {
  return { ...PARTITIONS, partitions: [{ id: 'p', sections: [], prints: '', ...more }] };
}
