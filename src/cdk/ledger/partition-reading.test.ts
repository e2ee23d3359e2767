import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../protocol/messages.ts';
import { dice } from '../testing/library.ts';
import { contentOf, type Drawer, type Drawers, readSteps, readWhole, type Sent } from '../testing/read-steps.ts';
import { difference } from '../testing/warehouse.ts';
import { fingerprint, fingerprintOf, packed } from './fingerprint.ts';
import { PartitionLedger } from './partition-ledger.ts';

const options = { rereadAfterMs: 365 * 86_400_000, isGuarded: true, columns: ['key'] };
/** As it comes back from a file. */
const reopened = (ledger: PartitionLedger, complete = true) =>
  new PartitionLedger(
    JSON.parse(JSON.stringify(ledger.save(complete ? 'complete' : 'running'))) as JsonObject,
    options,
  );

const drawer = (version: unknown, rows: Drawer['rows']): Drawer => ({ version, rows });

/** A shelf as it is found in one sync after the other: all that differs is its version. */
class Shelf {
  #ledger = new PartitionLedger({}, options);
  #version = 0;

  /** Reads it, and saves. */
  read(drawers: Drawers, shared: unknown = 'as ever') {
    this.#version += 1;
    const result = readWhole(this.#ledger, { id: 'shelf', version: this.#version }, { drawers, shared });
    this.#ledger = reopened(this.#ledger);
    return result;
  }

  /** Begins to read it, and is killed after so many steps. */
  begin(drawers: Drawers, steps: number, shared: unknown = 'as ever'): void {
    const all = readSteps(this.#ledger, { id: 'shelf', version: -1 }, { drawers, shared });
    for (let step = 0; step < steps; step += 1) all.next();
    this.#ledger = reopened(this.#ledger, false);
  }
}

const TWO = { a: drawer(1, { x: 1, y: 2 }), b: drawer(1, { z: 3 }) };

function shelfWith(drawers: Drawers, shared?: unknown): Shelf {
  const shelf = new Shelf();
  shelf.read(drawers, shared);
  return shelf;
}

const row = (section: string, key: string, value: number) => JSON.stringify({ key, section, value });

describe('a reading of a partition', () => {
  test('reads and sends everything the first time', () => {
    expect(new Shelf().read(TWO)).toMatchObject({
      turns: [['a', 'b']],
      sent: { x: row('a', 'x', 1), y: row('a', 'y', 2), z: row('b', 'z', 3) },
    });
  });

  test('reads sections that have moved, and sends the rows in them that differ', () => {
    const { turns, sent } = shelfWith(TWO).read({ ...TWO, a: drawer(2, { x: 1, y: 5 }) });
    expect(turns).toEqual([['a']]);
    expect(sent).toEqual({ y: row('a', 'y', 5) });
  });

  test('reads a section whose version goes back', () => {
    const shelf = shelfWith({ a: drawer(7, { x: 1 }) });
    expect(shelf.read({ a: drawer(3, { x: 2 }) }).sent).toEqual({ x: row('a', 'x', 2) });
    expect(shelf.read({ a: drawer(7, { x: 1 }) }).sent).toEqual({ x: row('a', 'x', 1) });
  });

  test('reads sections that do not tell whether they moved every time', () => {
    const shelf = shelfWith({ a: drawer(undefined, { x: 1 }), b: drawer(1, { z: 3 }) });
    const { turns, sent } = shelf.read({ a: drawer(undefined, { x: 2 }), b: drawer(1, { z: 4 }) });
    expect(turns).toEqual([['a']]);
    expect(sent).toEqual({ x: row('a', 'x', 2) });
  });

  test('reads nothing where nothing moved', () => {
    expect(shelfWith(TWO).read(TWO)).toMatchObject({ turns: [[]], sent: {} });
  });

  test('reads all sections when what they share moved, and sends what differs', () => {
    const shelf = shelfWith(TWO, 'first');
    expect(shelf.read({ ...TWO, b: drawer(1, { z: 4 }) }, 'second')).toMatchObject({
      turns: [['a', 'b']],
      sent: { z: row('b', 'z', 4) },
    });
    expect(shelf.read(TWO, 'second').turns).toEqual([[]]);
  });

  test('reads all sections again where a reading was not finished and what they share is what it was', () => {
    const shelf = shelfWith(TWO, 'first');
    shelf.begin({ ...TWO, a: drawer(1, { x: 8, y: 9 }) }, 1, 'second');
    expect(shelf.read(TWO, 'first').sent).toEqual({ x: row('a', 'x', 1), y: row('a', 'y', 2) });
  });
});

describe('a row that is gone', () => {
  test('is deleted, when all sections that moved were read', () => {
    const { order, sent } = shelfWith(TWO).read({ a: drawer(2, { x: 1 }), b: drawer(2, { z: 4, v: 5 }) });
    expect(order).toEqual(['z', 'v', 'y']);
    expect(sent.y).toBeUndefined();
  });

  test('is deleted only when the sections that stood still were read too', () => {
    const { turns, order } = shelfWith(TWO).read({ ...TWO, a: drawer(2, { x: 1 }) });
    expect(turns).toEqual([['a'], ['a', 'b']]);
    expect(order).toEqual(['y']);
  });

  test('is deleted with its section', () => {
    expect(shelfWith(TWO).read({ b: TWO.b }).sent).toEqual({ x: undefined, y: undefined });
    expect(shelfWith(TWO).read({}).sent).toEqual({ x: undefined, y: undefined, z: undefined });
  });

  test('is forgotten: when it comes back it is new', () => {
    const shelf = shelfWith(TWO);
    shelf.read({ a: drawer(2, { x: 1 }), b: TWO.b });
    expect(shelf.read({ a: drawer(3, { x: 1, y: 2 }), b: TWO.b }).sent).toEqual({ y: row('a', 'y', 2) });
  });
});

describe('a row that moves to another section', () => {
  test.each([
    ['where both have moved', 2, 2],
    ['where the one it came to stood still', 2, 1],
    ['backwards, where the one it came from stood still', 1, 2],
  ])('is sent and not deleted, %s', (_, later, earlier) => {
    const from = { a: drawer(1, { x: 1 }), b: drawer(1, { y: 2, z: 3 }) };
    const back = shelfWith(from).read({ a: drawer(earlier, { x: 1, y: 2 }), b: drawer(later, { z: 3 }) });
    expect(back.sent).toEqual({ y: row('a', 'y', 2) });
    if (later === 1) return;
    const on = shelfWith(from).read({ a: drawer(later, {}), b: drawer(earlier, { x: 1, y: 2, z: 3 }) });
    expect(on.sent).toEqual({ x: row('b', 'x', 1) });
  });

  test('is not deleted where the section it came from is gone', () => {
    expect(shelfWith(TWO).read({ b: drawer(1, { z: 3, x: 1 }) }).sent).toEqual({ x: row('b', 'x', 1), y: undefined });
  });
});

describe('a row in several sections', () => {
  const BOTH = { a: drawer(1, { x: 1 }), b: drawer(1, { x: 2, z: 3 }) };

  test('belongs to the first', () => {
    expect(new Shelf().read(BOTH).sent).toEqual({ x: row('a', 'x', 1), z: row('b', 'z', 3) });
  });

  test('belongs to the first also where only the second is read', () => {
    expect(shelfWith(BOTH).read({ ...BOTH, b: drawer(2, { x: 5, z: 6 }) }).sent).toEqual({ z: row('b', 'z', 6) });
  });

  test('comes to the second where the first has lost it', () => {
    expect(shelfWith(BOTH).read({ a: drawer(2, {}), b: BOTH.b }).sent).toEqual({ x: row('b', 'x', 2) });
    expect(shelfWith(BOTH).read({ b: BOTH.b }).sent).toEqual({ x: row('b', 'x', 2) });
  });

  test('comes to one that was put before', () => {
    const shelf = shelfWith(BOTH);
    expect(shelf.read({ c: drawer(1, { x: 7 }), ...BOTH }).sent).toEqual({ x: row('c', 'x', 7) });
    expect(shelf.read(BOTH).sent).toEqual({ x: row('a', 'x', 1) });
  });

  test('comes to the second where that is the first now, whichever of them tells of the change', () => {
    const { a, b } = BOTH;
    const sent = { x: row('b', 'x', 2) };
    expect(shelfWith(BOTH).read({ b: drawer(2, b.rows), a }).sent).toEqual(sent);
    expect(shelfWith(BOTH).read({ b, a: drawer(2, a.rows) }).sent).toEqual(sent);
  });

  test('comes to the second that stood still where the first gave it to the third', () => {
    const shelf = shelfWith({ ...BOTH, c: drawer(1, {}) });
    const moved = { a: drawer(2, {}), b: BOTH.b, c: drawer(2, { x: 1 }) };
    expect(shelf.read(moved).sent).toEqual({ x: row('b', 'x', 2) });
  });

  test('comes back to a section that it was taken from, where that stood still all the time', () => {
    const { b } = BOTH;
    const shelf = shelfWith({ a: drawer(1, {}), b });
    expect(shelf.read({ a: drawer(2, { x: 9 }), b }).sent).toEqual({ x: row('a', 'x', 9) });
    expect(shelf.read({ b, a: drawer(3, { x: 9 }) }).sent).toEqual({ x: row('b', 'x', 2) });
  });
});

describe('many sections that are missing all at once', () => {
  const many = (count: number): Drawers =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, drawer(1, { [`r${index}`]: 1 })]));

  test('are doubted, and gone when they are missing again', () => {
    const shelf = shelfWith(many(30));
    const first = shelf.read(many(10));
    expect(first.sent).toEqual({});
    expect(first.doubted).toHaveLength(20);
    const second = shelf.read(many(10));
    expect(Object.keys(second.sent)).toHaveLength(20);
    expect(second.doubted).toEqual([]);
    expect(shelf.read(many(10)).turns).toEqual([[]]);
  });

  test('are not doubted any more once they come back', () => {
    const shelf = shelfWith(many(30));
    shelf.read(many(10));
    expect(shelf.read(many(30)).sent).toEqual({});
    expect(shelf.read(many(10)).doubted).toHaveLength(20);
  });

  test('leave it open whether a row that is in none of the others is gone', () => {
    const shelf = shelfWith({ ...many(30), s0: drawer(1, { r0: 1, v: 1 }) });
    expect(shelf.read({ ...many(10), s0: drawer(2, { r0: 1 }) }).sent).toEqual({});
    expect(shelf.read({ ...many(10), s0: drawer(2, { r0: 1 }) }).sent).toMatchObject({ v: undefined, r20: undefined });
  });

  test('are gone when they are missing again, though their rows are found elsewhere by then', () => {
    const shelf = shelfWith(many(30));
    const moved = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`r${index + 10}`, 1]));
    expect(shelf.read(many(10)).doubted).toHaveLength(20);
    const again = shelf.read({ ...many(10), s0: drawer(2, { r0: 1, ...moved }) });
    expect(again.doubted).toEqual([]);
    expect(Object.values(again.sent)).not.toContain(undefined);
  });
});

describe('a section that is called like the place of rows that wait for theirs', () => {
  const ODD = { '*': drawer(1, { x: 1, y: 2 }), '**': drawer(1, { z: 3 }), '*a': drawer(1, { v: 4 }) };

  test('is read once, and left alone as long as it stands still', () => {
    const shelf = shelfWith(ODD);
    expect(shelf.read(ODD)).toMatchObject({ turns: [[]], order: [], doubted: [] });
    expect(shelf.read({ ...ODD, '*': drawer(2, { x: 1, y: 9 }) })).toMatchObject({
      turns: [['*']],
      sent: { y: row('*', 'y', 9) },
    });
  });

  test('loses its rows, and gives them away, as any other does', () => {
    expect(shelfWith(ODD).read({ ...ODD, '*': drawer(2, { x: 1 }) }).order).toEqual(['y']);
    expect(shelfWith(ODD).read({ '**': ODD['**'], '*a': ODD['*a'] }).order).toEqual(['x', 'y']);
    const moved = { ...ODD, '*': drawer(2, { x: 1 }), '**': drawer(2, { y: 2, z: 3 }) };
    expect(shelfWith(ODD).read(moved).sent).toEqual({ y: row('**', 'y', 2) });
  });

  test('keeps its rows where a state holds them as earlier versions called it', () => {
    const version = fingerprintOf(1);
    const saved = {
      id: 'shelf',
      version,
      readAt: new Date().toISOString(),
      sections: ['*', '**'],
      versions: packed([version, version]),
      counts: [2, 1],
      keys: ['x', 'y', 'z'],
      prints: packed([row('*', 'x', 1), row('*', 'y', 2), row('**', 'z', 3)].map(fingerprint)),
    };
    const ledger = new PartitionLedger({ columns: fingerprintOf(options.columns), partitions: [saved] }, options);
    const drawers = { '*': ODD['*'], '**': ODD['**'] };
    expect(readWhole(ledger, { id: 'shelf', version: 2 }, { drawers }).order).toEqual([]);
    const again = readWhole(reopened(ledger), { id: 'shelf', version: 3 }, { drawers });
    expect(again).toMatchObject({ turns: [[]], order: [] });
  });
});

/** A random shelf; versions tell of every change. */
function randomDrawers(roll: (limit: number) => number, before: Drawers): Drawers {
  const names = ['a', '*', '**', 'd'].filter(() => roll(4) > 0).toSorted(() => roll(2) - 0.5);
  return Object.fromEntries(
    names.map((name): [string, Drawer] => {
      const known = before[name];
      if (known && roll(2) === 0) return [name, known];
      const keys = ['u', 'v', 'w', 'x', 'y', 'z'].filter(() => roll(3) === 0);
      return [name, drawer(roll(2 ** 31), Object.fromEntries(keys.map((key) => [key, 1 + roll(5)])))];
    }),
  );
}

function apply(table: Map<string, string>, sent: Sent): void {
  for (const [key, data] of sent) {
    if (data === undefined) table.delete(key);
    else table.set(key, data);
  }
}

test.each([1, 2, 3, 4])('a ledger saved at any moment of a reading is true of what was sent: seed %i', (seed) => {
  const roll = dice(seed);
  let ledger = new PartitionLedger({}, options);
  let drawers: Drawers = {};
  const table = new Map<string, string>();
  for (let turn = 1; turn <= 150; turn += 1) {
    // A row is in one section at a time here; where it is in several, see above.
    drawers = withoutDoubles(randomDrawers(roll, drawers));
    const shared = roll(3);
    const listed = { id: 'shelf', version: turn };
    for (const sent of readSteps(ledger, listed, { drawers, shared })) {
      apply(table, sent);
      const copy = new Map(table);
      const next = readWhole(reopened(ledger, false), listed, { drawers, shared });
      expect(next.sent).toEqual(Object.fromEntries(difference(copy, contentOf(drawers))));
      if (roll(8) === 0) break;
    }
    ledger = reopened(ledger, false);
  }
});

function withoutDoubles(drawers: Drawers): Drawers {
  const met = new Set<string>();
  return Object.fromEntries(
    Object.entries(drawers).map(([id, { version, rows }]) => {
      const own = Object.entries(rows).filter(([key]) => !met.has(key));
      for (const [key] of own) met.add(key);
      return [
        id,
        drawer(own.length === Object.keys(rows).length ? version : `${version} ${own.join()}`, Object.fromEntries(own)),
      ];
    }),
  );
}
