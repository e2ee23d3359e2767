import { describe, expect, it } from 'vitest';
import { Arrivals, DedupTable } from './destination.ts';

const EARLY = '2026-11-01T00:00:00.000Z';
const LATE = '2026-11-02T00:00:00.000Z';

function record(id: string, cursor: string | null, value: string, emitted_at = 1) {
  const data = { id, value, _ab_cdc_updated_at: cursor, _ab_cdc_deleted_at: null };
  return { stream: 'books', data, emitted_at };
}

function tombstone(id: string, cursor: string | null, emitted_at = 1) {
  return { stream: 'books', data: { id, _ab_cdc_updated_at: cursor, _ab_cdc_deleted_at: cursor ?? LATE }, emitted_at };
}

function tableOf(...records: ReturnType<typeof record | typeof tombstone>[]) {
  const table = new DedupTable(['id']);
  for (const one of records) table.apply(one);
  return [...table.rows.values()].map(({ id, value }) => `${id}: ${value}`);
}

describe('a deduplicating table', () => {
  it.each<[string, ReturnType<typeof tableOf>, string[]]>([
    ['keeps the newer cursor', tableOf(record('a', EARLY, 'old'), record('a', LATE, 'new')), ['a: new']],
    ['whatever comes later', tableOf(record('a', LATE, 'new'), record('a', EARLY, 'old', 2)), ['a: new']],
    [
      'of equal cursors the later extraction',
      tableOf(record('a', EARLY, 'old', 2), record('a', EARLY, 'new', 1)),
      ['a: old'],
    ],
    ['then the later arrival', tableOf(record('a', EARLY, 'old'), record('a', EARLY, 'new')), ['a: new']],
    ['and no null beside a time', tableOf(record('a', EARLY, 'old'), record('a', null, 'new', 2)), ['a: old']],
    [
      'compares times, not texts',
      tableOf(record('a', EARLY, 'old'), record('a', '2026-11-01T03:00:00+02:00', 'new')),
      ['a: new'],
    ],
    [
      'deletes by a newer cursor',
      tableOf(record('a', EARLY, 'old'), record('b', EARLY, 'b'), tombstone('a', LATE)),
      ['b: b'],
    ],
    ['and by no older one', tableOf(record('a', LATE, 'new'), tombstone('a', EARLY, 2)), ['a: new']],
    ['nor by null', tableOf(record('a', EARLY, 'old'), tombstone('a', null, 2)), ['a: old']],
    [
      'remembers a deletion',
      tableOf(record('a', EARLY, 'old'), tombstone('a', LATE), record('a', EARLY, 'again', 2)),
      [],
    ],
    ['until a newer row comes', tableOf(tombstone('a', EARLY), record('a', LATE, 'again')), ['a: again']],
  ])('%s', (_, rows, expected) => expect(rows).toEqual(expected));

  it('has keys of several fields', () => {
    const table = new DedupTable(['appId', 'id']);
    for (const [appId, id] of [
      ['a', 'bc'],
      ['ab', 'c'],
      ['a', 'bc'],
    ])
      table.apply({ stream: 'charts', data: { appId, id, _ab_cdc_updated_at: EARLY }, emitted_at: 1 });
    expect(table.rows.size).toBe(2);
  });
});

describe('what has arrived of a stream', () => {
  const ids = ({ rows }: DedupTable) => [...rows.values()].map(({ id }) => id);
  const row = (id: string) => record(id, EARLY, id);

  it('is told apart by the last state: what it covers, and what came after it', () => {
    const books = new Arrivals(['id']);
    books.begin('incremental', false);
    books.record(row('a'));
    books.checkpoint({ step: 1 });
    books.record(row('b'));
    expect([ids(books.acknowledged), ids(books.table), books.isAhead]).toEqual([['a'], ['a', 'b'], true]);
    expect(books.state).toEqual({ step: 1 });
  });

  it('takes the place of the table when a full refresh completes, a retry with what came before it', () => {
    const books = new Arrivals(['id']);
    books.begin('full_refresh', false);
    books.record(row('a'));
    books.checkpoint({ done: 'a' });
    expect(ids(books.table)).toEqual([]);
    books.begin('full_refresh', true);
    expect(books.state).toEqual({ done: 'a' });
    books.record(row('b'));
    books.complete();
    expect(ids(books.table)).toEqual(['a', 'b']);
  });

  it('is forgotten with the state by the next full refresh, and by a change to incremental', () => {
    const books = new Arrivals(['id']);
    books.begin('full_refresh', false);
    books.record(row('a'));
    books.checkpoint({ done: 'a' });
    books.complete();
    books.begin('full_refresh', false);
    expect(books.state).toBeUndefined();
    books.complete();
    expect(ids(books.table)).toEqual([]);
    books.begin('incremental', false);
    books.record(row('b'));
    expect(ids(books.table)).toEqual(['b']);
  });
});
