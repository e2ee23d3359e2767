import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../errors.ts';
import type { SyncMode } from '../protocol/messages.ts';
import type { Partitions } from '../source.ts';
import type { ListStream, LogStream, Row } from '../stream.ts';
import { call, type Door, dice, library, MODES, ROW_SCHEMA, stream } from '../testing/library.ts';
import { errorsOf, idsOf, type Line, recordsOf, savedIn, statuses, tableOf, warningsOf } from '../testing/lines.ts';

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.UTC(2026, 0, 1);

interface Loan {
  readonly id: string;
  readonly shelfId: string;
  readonly lentMs: number;
  title: string;
}

class Closed extends ConnectorError {
  readonly partitionOut = 'denied';
}

/** A library that keeps a list of loans, some of which are not back yet. */
class Loans {
  readonly loans: Loan[] = [];
  readonly versions = new Map<string, number>();
  /** Whether it shows loans only by shelf, and of which shelves none. */
  isSplit = false;
  isClosed = false;
  readonly closed = new Set<string>();
  readonly failing = new Set<string>();
  /** Shelves of which a loan comes without its key. */
  readonly torn = new Set<string>();
  pageSize = 3;
  /** What was asked: `all`, a shelf or a loan. */
  asked: string[] = [];
  rereadAfterDays = 1;

  #lent = 0;

  /** Lends a book from a shelf, an hour after the one before unless told. */
  lend(shelfId: string, { title = 'lent', afterMs = HOUR_MS }: { title?: string; afterMs?: number } = {}): Loan {
    const lentMs = (this.loans.at(-1)?.lentMs ?? FIRST_MS) + afterMs;
    const loan = { id: `loan-${this.#lent}-${shelfId}`, shelfId, lentMs, title };
    this.#lent += 1;
    this.loans.push(loan);
    this.#move(shelfId);
    return loan;
  }

  giveBack(loan: Loan): void {
    loan.title = 'back';
    this.#move(loan.shelfId);
  }

  forget(loan: Loan): void {
    this.loans.splice(this.loans.indexOf(loan), 1);
  }

  #move(shelfId: string): void {
    this.versions.set(shelfId, (this.versions.get(shelfId) ?? 0) + 1);
  }

  get stream(): LogStream<Door> {
    const loans = this;
    return {
      ...{ name: 'loans', schema: ROW_SCHEMA, primaryKey: ['id'], updatedField: 'lentAt', partitionedBy: 'shelves' },
      partitionField: 'shelfId',
      isSplit: () => loans.isSplit,
      hasEnded: ({ title }) => title === 'back',
      async *readEntries(_door, shelf) {
        loans.asked.push(shelf ?? 'all');
        if (shelf === undefined ? loans.isClosed : loans.closed.has(shelf))
          throw new Closed('config_error', `no ${shelf}`);
        if (loans.failing.has(shelf ?? 'all')) throw new ConnectorError('transient_error', `${shelf} fell over`);
        const some = loans.loans.filter(({ shelfId }) => shelf === undefined || shelfId === shelf).map(rowOf);
        if (loans.torn.has(shelf ?? 'all')) yield [{ title: 'torn' }];
        const sorted = some.toSorted((one, other) => (String(one.lentAt) < String(other.lentAt) ? 1 : -1));
        for (let from = 0; from === 0 || from < sorted.length; from += loans.pageSize)
          yield sorted.slice(from, from + loans.pageSize);
      },
      async readEntry(_door, key) {
        loans.asked.push(key);
        const loan = loans.loans.find(({ id }) => id === key);
        return loan && rowOf(loan);
      },
    };
  }

  /** What a warehouse holds that has seen everything. */
  table(): Map<string, Row> {
    return new Map(this.loans.map((loan) => [loan.id, { ...rowOf(loan), shelf: null }]));
  }
}

const rowOf = ({ id, shelfId, lentMs, title }: Loan): Row => ({
  ...{ id, shelfId, title },
  lentAt: new Date(lentMs).toISOString(),
});

interface Wish {
  readonly mode?: SyncMode;
  readonly columns?: readonly string[];
  readonly until?: ((lines: Line[]) => number) | undefined;
}

/** A warehouse that syncs fill. */
class Warehouse {
  readonly lines: Line[] = [];
  state: readonly Line[] = [];

  /** Of what it prints, only so many lines arrive as `until` says. */
  async sync(loans: Loans, { mode = 'incremental', columns, until }: Wish = {}) {
    const { versions } = loans;
    const shelves = stream('shelves', async function* () {
      yield [...versions.keys()].map((id) => ({ id }));
    }) as ListStream<Door>;
    const byShelf: Partitions<Door> = {
      labels: { partitions: 'shelves', sections: 'boards' },
      list: shelves,
      visitor: (_, { id }) => {
        const open = () => ({ [Symbol.asyncDispose]: async () => {} });
        return { name: `shelf ${id}`, version: versions.get(String(id)), open };
      },
      concurrency: () => 2,
      scope: () => null,
      rereadAfterDays: () => loans.rereadAfterDays,
    };
    const source = { ...library([shelves, loans.stream]), partitions: [byShelf] };
    loans.asked = [];
    const streams = [{ name: 'loans', mode, ...(columns && { columns }) }];
    const outcome = await call(source, { streams, state: this.state, env: { STATE_INTERVAL_MS: '0' } });
    const lines = outcome.lines.slice(0, until?.(outcome.lines));
    this.lines.push(...lines);
    if (savedIn(lines).length > 0) this.state = savedIn(lines);
    return { ...outcome, lines, sent: idsOf(lines, 'loans') };
  }

  get table(): Map<string, Row> {
    return tableOf(this.lines, 'loans');
  }
}

/** Loans of three shelves, ten hours of them, all back but the last. */
function tenLoans(): Loans {
  const loans = new Loans();
  for (let index = 0; index < 10; index += 1) loans.lend(String(index % 3), { title: index < 9 ? 'back' : 'lent' });
  return loans;
}

const plain = (table: Map<string, Row>) =>
  [...table].map(([key, { id, title, shelfId }]) => [key, id, title, shelfId]).toSorted();

describe.concurrent.each(['together', 'by shelf'])('a log that is read %s', (how) => {
  const isSplit = how === 'by shelf';
  const make = () => Object.assign(tenLoans(), { isSplit });

  test.each(MODES)('is delivered whole, in %s', async (mode) => {
    const [loans, warehouse] = [make(), new Warehouse()];
    const { sent, exitCode, lines } = await warehouse.sync(loans, { mode });
    expect(exitCode).toBe(0);
    expect(sent.toSorted()).toEqual(loans.loans.map(({ id }) => id).toSorted());
    expect(statuses(lines, 'loans').at(-1)).toBe('COMPLETE');
    expect((await warehouse.sync(loans, { mode })).sent).toHaveLength(mode === 'incremental' ? 0 : 10);
  });

  test('sends what is new and what has changed, and asks for little else', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    await warehouse.sync(loans);
    const { asked: atFirst } = loans;
    expect(atFirst.toSorted()).toEqual(isSplit ? ['0', '1', '2'] : ['all']);
    await warehouse.sync(loans);
    expect(loans.asked).toEqual(isSplit ? [loans.loans.at(-1)?.id] : ['all']);
    loans.giveBack(loans.loans.at(-1) as Loan);
    const news = loans.lend('0');
    const { sent } = await warehouse.sync(loans);
    expect(sent.toSorted()).toEqual([loans.loans[9]?.id, news.id].toSorted());
    expect(plain(warehouse.table)).toEqual(plain(loans.table()));
  });

  test('is asked for again where it had not ended, however old it is', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    const [old] = loans.loans as [Loan];
    old.title = 'lent';
    await warehouse.sync(loans);
    for (let index = 0; index < 20; index += 1) loans.lend('1', { title: 'back' });
    await warehouse.sync(loans);
    expect(loans.asked).toContain(old.id);
    // No time of its shelf tells.
    old.title = 'back';
    expect((await warehouse.sync(loans)).sent).toEqual([old.id]);
    await warehouse.sync(loans);
    expect(loans.asked).not.toContain(old.id);
    expect(plain(warehouse.table)).toEqual(plain(loans.table()));
  });

  test('keeps what the upstream has forgotten, as it was', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    await warehouse.sync(loans);
    const before = warehouse.table;
    for (const loan of [...loans.loans]) loans.forget(loan);
    for (let sync = 0; sync < 3; sync += 1) expect((await warehouse.sync(loans)).sent).toEqual([]);
    expect(plain(warehouse.table)).toEqual(plain(before));
    expect(loans.asked.filter((what) => what.startsWith('loan'))).toEqual([]);
  });

  test('has every entry that began at the same time, or came to be listed late', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    const last = loans.lend('0', { title: 'back' });
    await warehouse.sync(loans);
    loans.lend('0', { title: 'back', afterMs: 0 });
    loans.lend('0', { title: 'back', afterMs: -1_000 });
    const { sent } = await warehouse.sync(loans);
    expect(sent).toHaveLength(2);
    expect(sent).not.toContain(last.id);
    expect((await warehouse.sync(loans)).sent).toEqual([]);
  });

  test('takes what began until a time given by hand for delivered', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    const lentAt = String(rowOf(loans.loans[6] as Loan).lentAt);
    const byHand = { type: 'STREAM', stream: { stream_descriptor: { name: 'loans' }, stream_state: { lentAt } } };
    warehouse.state = [{ type: 'STATE', state: byHand }] as unknown as Line[];
    const { sent } = await warehouse.sync(loans);
    expect(sent.toSorted()).toEqual(loans.loans.slice(7).map(({ id }) => id));
  });

  test('sends everything again where other columns are selected', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    await warehouse.sync(loans);
    const columns = ['title'];
    expect((await warehouse.sync(loans, { columns })).sent).toHaveLength(10);
    expect((await warehouse.sync(loans, { columns })).sent).toHaveLength(0);
  });

  test.each([1, 2, 3])('equals what happened after any history: %d', async (seed) => {
    const die = dice(seed);
    const [loans, warehouse] = [Object.assign(new Loans(), { isSplit }), new Warehouse()];
    const everything = new Map<string, Row>();
    let wasKilled = false;
    for (let sync = 0; sync < 25; sync += 1) {
      for (let step = die(12); step > 0; step -= 1) happen(loans, die);
      if (die(8) === 0) loans.isSplit = !loans.isSplit;
      const isKilled = die(4) === 0;
      const before = warehouse.table;
      const { sent } = await warehouse.sync(loans, { until: isKilled ? (lines) => die(lines.length) : undefined });
      for (const [key, row] of loans.table()) if (!isKilled || warehouse.table.has(key)) everything.set(key, row);
      const same = sent.filter((id) => before.get(String(id))?.title === warehouse.table.get(String(id))?.title);
      if (!wasKilled) expect(same, 'sent though they do not differ').toEqual([]);
      wasKilled = isKilled;
      if (isKilled) continue;
      for (const [key, row] of loans.table()) expect(warehouse.table.get(key)?.title, key).toBe(row.title);
      expect([...warehouse.table.keys()].toSorted()).toEqual([...everything.keys()].toSorted());
      expect((await warehouse.sync(loans)).sent, 'sent again').toEqual([]);
    }
  });
});

/** A loan begins, ends, or is forgotten. */
function happen(loans: Loans, die: (limit: number) => number): void {
  const open = loans.loans.filter(({ title }) => title === 'lent');
  const what = die(6);
  if (what < 3) loans.lend(String(die(4)), { title: die(2) ? 'lent' : 'back', afterMs: die(3) * 40 * 60_000 });
  else if (what < 5 && open.length > 0) loans.giveBack(open[die(open.length)] as Loan);
  else if (loans.loans.length > 15) loans.forget(loans.loans[0] as Loan);
}

describe.concurrent('a log that may not be read together', () => {
  const make = () => Object.assign(tenLoans(), { isClosed: true });

  test('is read by partition, those that moved and no other', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    const { exitCode, sent } = await warehouse.sync(loans);
    expect(exitCode).toBe(0);
    expect(sent).toHaveLength(10);
    const news = loans.lend('2', { title: 'back' });
    loans.giveBack(loans.loans[9] as Loan);
    expect((await warehouse.sync(loans)).sent.toSorted()).toEqual([loans.loans[9]?.id, news.id].toSorted());
    expect(loans.asked.toSorted()).toEqual(['0', '2', 'all']);
  });

  test('names partitions that do not show theirs, and asks them again when they move', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    loans.closed.add('1');
    const { exitCode, lines, sent } = await warehouse.sync(loans);
    expect(exitCode).toBe(0);
    expect(sent).toHaveLength(7);
    expect(warningsOf(lines)).toEqual(['no 1']);
    const { lines: next } = await warehouse.sync(loans);
    expect(warningsOf(next)).toEqual([expect.stringContaining('shelf 1: its loans were refused when last asked for')]);
    expect(loans.asked).not.toContain('1');
    loans.closed.clear();
    loans.lend('1', { title: 'back' });
    await warehouse.sync(loans);
    expect(plain(warehouse.table)).toEqual(plain(loans.table()));
  });

  test('is INCOMPLETE where no partition shows any, and is asked for them again', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    for (const shelf of ['0', '1', '2']) loans.closed.add(shelf);
    for (let sync = 0; sync < 2; sync += 1) {
      const { exitCode, lines } = await warehouse.sync(loans);
      expect(exitCode).toBe(1);
      expect(statuses(lines, 'loans').at(-1)).toBe('INCOMPLETE');
      expect(errorsOf(lines)[0]).toMatchObject({
        failure_type: 'config_error',
        message: expect.stringContaining('3 of 3'),
      });
    }
    loans.closed.clear();
    await warehouse.sync(loans);
    expect(plain(warehouse.table)).toEqual(plain(loans.table()));
  });

  test('goes on where one partition fails, and makes up for it', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    loans.failing.add('2');
    const { exitCode, lines, sent } = await warehouse.sync(loans);
    expect(exitCode).toBe(1);
    expect(sent).toHaveLength(7);
    expect(errorsOf(lines)[0]).toMatchObject({ failure_type: 'transient_error' });
    loans.failing.clear();
    expect((await warehouse.sync(loans)).sent).toHaveLength(3);
    expect(recordsOf(warehouse.lines, 'loans')).toHaveLength(10);
  });

  test('is INCOMPLETE where rows of one partition come without their key, and asks for no other again', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    loans.torn.add('2');
    const { exitCode, lines, sent } = await warehouse.sync(loans);
    expect(exitCode).toBe(1);
    expect(sent).toHaveLength(10);
    expect(errorsOf(lines)[0]?.message).toContain('1 rows came without their key');
    expect(warningsOf(lines)).toEqual([]);
    loans.torn.clear();
    loans.asked = [];
    expect(await warehouse.sync(loans)).toMatchObject({ exitCode: 0, sent: [] });
    expect(loans.asked.filter((asked) => /^\d$/.test(asked))).toEqual(['2']);
  });

  test('is not sent again where that changes', async () => {
    const [loans, warehouse] = [make(), new Warehouse()];
    await warehouse.sync(Object.assign(loans, { isClosed: false }));
    await warehouse.sync(Object.assign(loans, { isClosed: true }));
    expect(recordsOf(warehouse.lines, 'loans')).toHaveLength(10);
    const news = loans.lend('7', { title: 'back' });
    expect((await warehouse.sync(loans)).sent).toEqual([news.id]);
    expect((await warehouse.sync(Object.assign(loans, { isClosed: false }))).sent).toEqual([]);
  });
});
