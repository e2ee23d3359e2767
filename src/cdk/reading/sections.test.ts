import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../protocol/messages.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import type { Contents, Page, Section } from '../stream.ts';
import { walked } from '../testing/library.ts';
import { idsOf, Reader, recordsOf, statesOf } from '../testing/lines.ts';
import { readSections } from './sections.ts';
import { selectWalker } from './selected-stream.ts';

const page = (...ids: string[]): Page => ids.map((id) => ({ shelfId: 'p', id, title: id }));

const section = (id: string, read: Page | (() => Promise<Page>), more: Partial<Section> = {}): Section => ({
  id,
  version: 1,
  expectedRows: 1,
  read: typeof read === 'function' ? read : async () => read,
  ...more,
});

/** A stream and what it knows of one partition. */
function open(known: JsonObject = {}, partition = 'p') {
  const stdout = new Reader({});
  const stop = new AbortController();
  const output = new Output(stdout, new Secrets(), stop);
  const shared = { upstream: undefined, stateIntervalMs: 0, output, stop: stop.signal };
  const { reader, ledger, progress } = selectWalker(
    { name: 'books', stream: walked, syncMode: 'incremental', saved: { ledger: known } },
    { scope: 0, rereadAfterMs: 1e12 },
    shared,
  );
  let version = 0;
  return {
    isBehind: () => reader.schedule.isBehind({ id: partition, version }),
    /** What is left once the reading is over. */
    state: () => JSON.parse(JSON.stringify(ledger?.save('ended'))) as JsonObject,
    lines: () => stdout.lines,
    /** Reads it; the ids that were sent come back, deletions behind a minus. */
    async read(contents: Contents): Promise<string[]> {
      const before = recordsOf(stdout.lines, 'books').length;
      version += 1;
      const listed = { id: partition, version };
      reader.schedule.begin(listed);
      ledger?.open.enter(partition);
      using reading = reader.read(listed, contents.sections);
      await readSections(contents, reading, progress, partition);
      const records = recordsOf(stdout.lines, 'books').slice(before);
      return records.map(({ id, _ab_cdc_deleted_at: deletedAt }) => `${deletedAt === null ? '' : '-'}${id}`);
    },
  };
}

describe('reading the sections of a partition', () => {
  test('sends their rows in their order, though later ones answer sooner', async () => {
    const slow = (id: string, pauseMs: number) => section(id, () => sleep(pauseMs, page(id)));
    const sections = [slow('a', 12), slow('b', 1), slow('c', 6), slow('d', 1)];
    expect(await open().read({ sections })).toEqual(['a', 'b', 'c', 'd']);
  });

  test('asks for the next ones meanwhile, for as many as have about 500 rows', async () => {
    let [now, most] = [0, 0];
    const reading = (id: string, expectedRows: number) =>
      section(
        id,
        async () => {
          now += 1;
          most = Math.max(most, now);
          await sleep(2);
          now -= 1;
          return page(id);
        },
        { expectedRows },
      );
    const ids = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await open().read({ sections: ids.map((id) => reading(id, 100)) });
    expect(most).toBe(6);
    most = 0;
    await open().read({ sections: ids.slice(0, 20).map((id) => reading(id, 1)) });
    expect(most).toBe(20);
    most = 0;
    await open().read({ sections: ids.slice(0, 5).map((id) => reading(id, 10_000)) });
    expect(most).toBe(1);
  });

  test('sends the deletion of what is in none of them, by its whole key', async () => {
    const shelf = open({}, '["[p"]');
    const row = (id: string) => ({ shelfId: '[p', id });
    await shelf.read({ sections: [section('a', [row('x'), row('[y')])] });
    expect(await shelf.read({ sections: [section('a', [row('x')], { version: 2 })] })).toEqual(['-[y']);
    const [deletion] = recordsOf(shelf.lines(), 'books').slice(-1);
    expect(deletion).toMatchObject({ shelfId: '[p', id: '[y' });
  });

  test('begins again with all of them where a row is missing that may have moved', async () => {
    let reads = 0;
    const still = section('b', async () => {
      reads += 1;
      return page('z');
    });
    const shelf = open();
    await shelf.read({ sections: [section('a', page('x', 'y')), still] });
    expect(await shelf.read({ sections: [section('a', page('x', 'y', 'v'), { version: 2 }), still] })).toEqual(['v']);
    expect(reads).toBe(1);
    expect(await shelf.read({ sections: [section('a', page('x', 'v'), { version: 3 }), still] })).toEqual(['-y']);
    expect(reads).toBe(2);
  });

  test('prints a STATE after each section', async () => {
    const shelf = open();
    await shelf.read({ sections: [section('a', page('x', 'y')), section('b', page()), section('c', page('z'))] });
    const counts = statesOf(shelf.lines(), 'books').map(({ sourceStats }) => sourceStats.recordCount);
    // The first one announces that rows come.
    expect(counts).toEqual([0, 2, 1, 0]);
  });
});

test('a section without rows that is gone is forgotten, and leaves no doubt', async () => {
  const shelf = open();
  const sections = ['a', 'b', 'c'].map((id) => section(id, page(...(id === 'a' ? ['x'] : []))));
  await shelf.read({ sections });
  expect(await shelf.read({ sections: sections.slice(0, 1) })).toEqual([]);
  expect(shelf.state()).toMatchObject({ partitions: [{ sections: ['a'] }] });
});

describe('a section that cannot be read', () => {
  const torn = () => Promise.reject(new Error('torn'));

  test('leaves those before it delivered, and nothing is taken for gone', async () => {
    const shelf = open();
    await shelf.read({ sections: [section('a', page('x', 'y')), section('b', page('z'))] });
    const sections = [section('a', page('x', 'v'), { version: 2 }), section('b', torn, { version: 2 })];
    await expect(shelf.read({ sections })).rejects.toThrow('torn');
    expect(idsOf(shelf.lines(), 'books')).toEqual(['x', 'y', 'z', 'v']);
    expect(shelf.isBehind()).toBe(true);
    const next = open(shelf.state());
    const later = [section('a', page('x', 'v'), { version: 2 }), section('b', page('y'), { version: 3 })];
    expect(await next.read({ sections: later })).toEqual(['-z']);
  });

  test('does no harm where an earlier one fails too', async () => {
    const sections = ['a', 'b', 'c'].map((id) => section(id, torn));
    await expect(open().read({ sections })).rejects.toThrow('torn');
    await sleep(1);
  });
});

describe('a row without its key', () => {
  test('leaves it open what is gone, and its section has to be read again', async () => {
    const shelf = open();
    await shelf.read({ sections: [section('a', page('x', 'y')), section('b', page('z'))] });
    const keyless = [...page('x'), { shelfId: 'p', title: 'y' }];
    const contents = { sections: [section('a', keyless, { version: 2 }), section('b', page('z'))] };
    expect(await shelf.read(contents)).toEqual([]);
    expect(shelf.isBehind()).toBe(true);
    const next = open(shelf.state());
    expect(await next.read({ sections: [section('a', page('x'), { version: 2 }), section('b', page('z'))] })).toEqual([
      '-y',
    ]);
  });
});

describe('what all sections share', () => {
  const torn = () => Promise.reject(new Error('not shared'));

  test('keeps them from being read where it cannot be told', async () => {
    const shelf = open();
    const sections = [section('a', page('x'))];
    await shelf.read({ sections, shared: Promise.resolve(1) });
    const moved = [section('a', page('y'), { version: 2 })];
    await expect(shelf.read({ sections: moved, shared: torn() })).rejects.toThrow('not shared');
    expect(idsOf(shelf.lines(), 'books')).toEqual(['x']);
    expect(shelf.isBehind()).toBe(true);
  });

  test('is not needed to read them all, but to be done with them', async () => {
    const shelf = open();
    await expect(shelf.read({ sections: [section('a', page('x'))], shared: torn() })).rejects.toThrow('not shared');
    expect(idsOf(shelf.lines(), 'books')).toEqual(['x']);
    expect(shelf.isBehind()).toBe(true);
    const next = open(shelf.state());
    expect(await next.read({ sections: [section('a', page('x'))], shared: Promise.resolve(1) })).toEqual([]);
    expect(next.isBehind()).toBe(false);
  });
});
