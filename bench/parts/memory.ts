import { type Aim, atMost } from '../aims.ts';
import { failures } from '../failures.ts';
import { excess, medianOf, memory, written, writtenOf } from '../figures.ts';
import type { Bench, Table } from '../part.ts';
import { floor } from '../peers/floor.ts';
import type { Bar, Panel } from '../picture/bars.ts';
import { enter, type Result, takeTurns } from '../rounds.ts';
import { startTenant } from '../tenant.ts';
import { readsUsers } from './users.ts';

/** Qlik's limit of calls, which the connector keeps, makes the largest take ten minutes. */
const TIMEOUT_MS = 1_800_000;
/** A state names no more rows than 250,000. */
const MOST_REMEMBERED = 100_000;

interface BySize {
  readonly aims: readonly Aim[];
  readonly table: Table;
  readonly panel: Panel;
  readonly measured: unknown;
}

/** The memory that it takes to read users, as they become more. */
export async function memoryBySize(bench: Bench): Promise<BySize> {
  const sizes = bench.isSmall ? [1_000, 3_000] : [10_000, 100_000, 1_000_000];
  const measured: { users: number; results: Result[] }[] = [];
  for (const users of sizes) measured.push({ users, results: await measureSize(bench, users) });
  const rows = measured.map(({ users, results }) => {
    const [reference, ...own] = results as [Result, ...Result[]];
    const cells = own.map((result) => writtenOf(result, excess(result, reference, memory)));
    return [written(users), `${written(medianOf(reference, memory))} MiB`, ...cells, ...(own.length < 2 ? ['-'] : [])];
  });
  const bars = measured.flatMap(({ users, results }) => {
    const [reference, ...own] = results as [Result, ...Result[]];
    return own.map((result): Bar => {
      const value = excess(result, reference, memory);
      return { name: `${result.name}, ${written(users)}`, value, text: writtenOf(result, value), isOwn: true };
    });
  });
  const aims = measured.flatMap(({ users, results }) => {
    const [reference, full, first] = results as [Result, Result, Result?];
    const over = (result: Result) => excess(result, reference, memory);
    return [
      atMost(40, `${written(users)} users, full refresh, MiB over the floor`, over(full)),
      ...(first && users > 10_000
        ? [atMost(110, `${written(users)} users, incremental, MiB over the floor`, over(first))]
        : []),
    ];
  });
  return {
    aims,
    table: {
      prose: 'Peak memory over that of the floor in MiB, as the list grows; one round.',
      head: ['users', 'the floor', 'full refresh', 'first incremental'],
      rows,
      notes: measured.flatMap(({ results }) => failures(results)),
    },
    panel: { title: 'Peak memory over that of the floor, MiB, by the number of users', bars },
    measured,
  };
}

async function measureSize(bench: Bench, users: number): Promise<Result[]> {
  await using tenant = await startTenant({ users });
  const { target } = tenant;
  const expected = { users };
  const read = (mode: 'full_refresh' | 'incremental') => readsUsers(bench, bench.connector.bundle, { target, mode });
  const contenders = [
    await enter(floor, { name: 'the floor', target, expected }),
    { ...read('full_refresh'), name: 'full refresh', exactly: expected },
    ...(users > MOST_REMEMBERED ? [] : [{ ...read('incremental'), name: 'first incremental', exactly: expected }]),
  ];
  const tell = (line: string) => bench.tell(`${written(users)} users, ${line}`);
  return await takeTurns(contenders, { rounds: 1, timeoutMs: TIMEOUT_MS, tenant, tell });
}
