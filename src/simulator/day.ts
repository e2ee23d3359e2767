import type { TenantData } from './tenant-data.ts';

/** A day in a tenant's life. */
export interface Day {
  readonly data: TenantData;
  /** How many days have passed before it since the tenant's present. */
  readonly index: number;
  /** When most things happen, as Unix time in milliseconds. */
  readonly ms: number;
}

const DAY_MS = 86_400_000;

/** Of long lists, days take their turns among so many rows. */
const AMONG = 50;

/** The next day of a tenant. */
export function nextDay(data: TenantData): Day {
  const index = data.daysLived;
  const ms = data.plan.nowMs + index * DAY_MS + 3_600_000;
  data.daysLived += 1;
  data.documents.passTo(ms);
  return { data, index, ms };
}

/** The row whose turn it is, if there are any. */
export function inTurn<Row>({ index }: Day, rows: Iterable<Row>): Row | undefined {
  const some = [...Iterator.from(rows).take(AMONG)];
  return some[index % some.length];
}

/** The word whose turn it is, which is not the one that is there. */
export function another(day: Day, words: readonly string[], present: string | undefined): string {
  return inTurn(
    day,
    words.filter((word) => word !== present),
  ) as string;
}
