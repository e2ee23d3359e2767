import { describe, expect, test } from 'vitest';
import { RowLedger } from '../ledger/row-ledger.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import type { ListStream, Page } from '../stream.ts';
import { call, Door, library, rows, stream, streamOf } from '../testing/library.ts';
import {
  errorsOf,
  idsOf,
  type Line,
  Reader,
  recordsOf,
  savedIn,
  statesOf,
  statuses,
  tableOf,
  warningsOf,
} from '../testing/lines.ts';
import { readList } from './list.ts';
import { selectList } from './selected-stream.ts';

const fail = () => {
  throw new Error('the list is torn');
};

/** An incremental sync of one list, after those that printed these lines. */
async function sync(pages: readonly (Page | (() => unknown))[], before: readonly Line[] = []) {
  const outcome = await call(library([streamOf('books', ...pages)]), {
    mode: 'incremental',
    state: savedIn(before),
    env: { STATE_INTERVAL_MS: '0' },
  });
  const records = recordsOf(outcome.lines, 'books');
  const isDeleted = (row: (typeof records)[number]) => row._ab_cdc_deleted_at !== null;
  return {
    ...outcome,
    sent: records.filter((row) => !isDeleted(row)).map(({ id }) => id),
    deleted: records.filter(isDeleted).map(({ id }) => id),
    end: statuses(outcome.lines, 'books').at(-1),
  };
}

const titled = (title: string) => [{ id: 'id-1', title }];

describe('an incremental sync of a list', () => {
  test('sends what is new and what has changed, and the deletion of what is gone', async () => {
    const first = await sync([rows(3), rows(3, 3)]);
    const second = await sync([titled('another'), rows(2, 2), rows(2, 6)], first.lines);
    expect(second).toMatchObject({ sent: ['id-1', 'id-6', 'id-7'], deleted: ['id-0', 'id-4', 'id-5'], exitCode: 0 });
    const third = await sync([titled('another'), rows(2, 2), rows(2, 6)], second.lines);
    expect(third).toMatchObject({ sent: [], deleted: [], end: 'COMPLETE' });
    expect([...tableOf([...first.lines, ...second.lines], 'books').keys()]).toEqual([
      'id-1',
      'id-2',
      'id-3',
      'id-6',
      'id-7',
    ]);
  });

  test('marks a deletion with its key and the two change columns alone', async () => {
    const first = await sync([rows(1)]);
    const second = await sync([], first.lines);
    const [deletion] = recordsOf(second.lines, 'books');
    const time = expect.stringMatching(/^\d{4}-/);
    expect(deletion).toEqual({ id: 'id-0', _ab_cdc_updated_at: time, _ab_cdc_deleted_at: time });
    expect(String(deletion?._ab_cdc_updated_at) > String(recordsOf(first.lines, 'books')[0]?._ab_cdc_updated_at)).toBe(
      true,
    );
  });

  test('tells of no deletion after a list that broke, and makes up for it in the next', async () => {
    const first = await sync([rows(9)]);
    const broken = await sync([rows(2), titled('another'), rows(1, 20), fail], first.lines);
    expect(broken).toMatchObject({ sent: ['id-20'], deleted: [], end: 'INCOMPLETE', exitCode: 1 });
    const next = await sync([rows(2), rows(1, 20)], broken.lines);
    expect(next).toMatchObject({ sent: [], deleted: rows(7, 2).map(({ id }) => id), end: 'COMPLETE' });
  });

  test('tells of no deletion where a row came without its key, which may be the one that is missing', async () => {
    const first = await sync([rows(3)]);
    const second = await sync([rows(2), [{ title: 'title 2' }]], first.lines);
    expect(second).toMatchObject({ deleted: [], end: 'INCOMPLETE' });
    expect(errorsOf(second.lines)[0]?.message).toContain('1 rows came without their key');
    expect(await sync([rows(2)], second.lines)).toMatchObject({ deleted: ['id-2'], end: 'COMPLETE' });
  });

  test('waits with a mass deletion for the next sync to find the same, and warns', async () => {
    const first = await sync([rows(30)]);
    const second = await sync([rows(10)], first.lines);
    expect(second).toMatchObject({ sent: [], deleted: [], end: 'COMPLETE', exitCode: 0 });
    expect(warningsOf(second.lines)).toEqual([
      expect.stringMatching(/^books: 20 rows are missing, more than half of all/),
    ]);
    const broken = await sync([rows(5), fail], second.lines);
    expect(broken.deleted).toEqual([]);
    const third = await sync([rows(10)], broken.lines);
    expect(third.deleted).toHaveLength(20);
    expect(warningsOf(third.lines)).toEqual([]);
  });

  test('sends deletions in pieces, each covered by a STATE', async () => {
    const first = await sync([rows(6_000)]);
    const second = await sync([rows(3_500)], first.lines);
    expect(second.deleted).toHaveLength(2_500);
    const counts = statesOf(second.lines, 'books').map(({ sourceStats }) => sourceStats.recordCount);
    expect(counts.filter((count) => count > 0)).toEqual([1_000, 1_000, 500]);
    const state = second.lines.findIndex(({ state: printed }) => printed?.sourceStats.recordCount === 1_000);
    expect((await sync([rows(3_500)], second.lines.slice(0, state + 1))).deleted).toHaveLength(1_500);
  });

  test('deletes by all fields of the key, as they were', async () => {
    const pairs = [
      { id: 'a', shelfId: '["b"]' },
      { id: '[', shelfId: '' },
      { id: '[', shelfId: 'c' },
    ];
    const books = (found: Page) =>
      library([
        stream(
          'books',
          async function* () {
            yield found;
          },
          ['id', 'shelfId'],
        ),
      ]);
    const first = await call(books(pairs.filter(({ shelfId }) => shelfId !== '')), { mode: 'incremental' });
    const second = await call(books([]), { mode: 'incremental', state: savedIn(first.lines) });
    expect(recordsOf(second.lines, 'books').map(({ id, shelfId }) => ({ id, shelfId }))).toEqual([pairs[0], pairs[2]]);
  });

  test('sends all rows once more where other columns are selected', async () => {
    const wish = (columns: string[], before: readonly Line[] = []) =>
      call(library([streamOf('books', rows(3))]), {
        streams: [{ name: 'books', mode: 'incremental', columns }],
        state: savedIn(before),
      });
    const first = await wish(['id', 'title']);
    const second = await wish(['id'], first.lines);
    expect(idsOf(second.lines, 'books')).toHaveLength(3);
    expect(idsOf((await wish(['id'], second.lines)).lines, 'books')).toEqual([]);
  });
});

/** What is told of a list of so many rows, where a state can name four, and what it leaves for the next sync. */
async function tellOf(count: number, state: JsonObject = {}) {
  const reader = new Reader({});
  const stop = new AbortController();
  const output = new Output(reader, new Secrets(), stop);
  const settings = { upstream: undefined, scope: undefined, rereadAfterMs: 0, stateIntervalMs: 0 };
  const books = streamOf('books', timed(count)) as ListStream<Door>;
  const list = selectList({ name: 'books', stream: books, syncMode: 'incremental', saved: { ledger: {} } }, undefined, {
    ...settings,
    output,
    stop: stop.signal,
  });
  const warnings: string[] = [];
  const logger = {
    debug: () => {},
    info: () => {},
    warn: (text: string) => warnings.push(text),
    warnInTurn: async () => {},
  };
  const ledger = new RowLedger(state, { isGuarded: true, mostKeys: 4 });
  await readList({ ...list, filter: ledger, ledger }, new Door(), { logger, stop: stop.signal });
  return { warnings, sent: idsOf(reader.lines, 'books').length, state: ledger.save('complete') };
}

const timed = (count: number) => rows(count).map((row) => ({ ...row, lentAt: '2026-01-01T00:00:00Z' }));

describe('a list that is too long', () => {
  test('is told of in a warning, until all rows were sent once after there were few enough', async () => {
    const full = await tellOf(5);
    expect(full).toMatchObject({ sent: 5, warnings: [expect.stringMatching(/^books has more rows than .*lentAt/)] });
    const shrunk = await tellOf(3, full.state);
    expect(shrunk).toMatchObject({
      sent: 0,
      warnings: [expect.stringMatching(/^books had more rows than .*the next sync/)],
    });
    const next = await tellOf(3, shrunk.state);
    expect(next).toMatchObject({ sent: 3, warnings: [expect.stringMatching(/^books had more rows than .*this sync/)] });
    expect(await tellOf(3, next.state)).toMatchObject({ sent: 0, warnings: [] });
  });
});
