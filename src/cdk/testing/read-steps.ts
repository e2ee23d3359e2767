import { fingerprintOf } from '../ledger/fingerprint.ts';
import type { ListedPartition, SerializedRow } from '../ledger/ledger.ts';
import type { PartitionReader } from '../ledger/partition-reading.ts';
import type { Section } from '../stream.ts';

/** A section of a shelf: its version, undefined where that is not known, and its rows with a number that stands for their content. */
export interface Drawer {
  readonly version?: unknown;
  readonly rows: { readonly [key: string]: number };
}

/** Sections by their ids, in order. */
export type Drawers = { readonly [id: string]: Drawer };

/** What a step of a reading has sent: rows by their keys, undefined for deletions. */
export type Sent = ReadonlyMap<string, string | undefined>;

/** Which sections were read, turn by turn. */
export interface ReadRecord {
  readonly turns: string[][];
  doubted: readonly string[];
}

const serializedRow = (section: string, key: string, value: number): SerializedRow => ({
  key,
  data: JSON.stringify({ key, section, value }),
  updatedAt: new Date(Date.UTC(2026, 0, value)).toISOString(),
});

const rowsOf = (id: string, { rows }: Drawer) =>
  Object.entries(rows).map(([key, value]) => serializedRow(id, key, value));

/** What a warehouse holds when all of it is delivered. */
export const contentOf = (drawers: Drawers): Map<string, string> =>
  new Map(
    Object.entries(drawers)
      .flatMap(([id, drawer]) => rowsOf(id, drawer))
      .map(({ key, data }): [string, string] => [key, data])
      .reverse(),
  );

const sectionsOf = (drawers: Drawers): Section[] =>
  Object.entries(drawers).map(([id, { version, rows }]) => ({
    id,
    version,
    expectedRows: Object.keys(rows).length,
    read: async () => [],
  }));

/** Reads a shelf step by step: after each the ledger may be saved. */
export function* readSteps(
  reader: PartitionReader,
  listed: ListedPartition,
  { drawers, shared }: { drawers: Drawers; shared?: unknown },
  record: ReadRecord = { turns: [], doubted: [] },
): Generator<Sent> {
  reader.schedule.begin(listed);
  const sections = sectionsOf(drawers);
  const sharedFingerprint = shared === undefined ? undefined : fingerprintOf(shared);
  using reading = reader.read(listed, sections);
  const turn = function* (some: readonly Section[]): Generator<Sent> {
    record.turns.push(some.map(({ id }) => id));
    reading.beginTurn(some);
    for (const section of some) {
      const news = reading.take(section, rowsOf(section.id, drawers[section.id] as Drawer), true);
      yield new Map(news.map(({ key, data }) => [key, data]));
    }
  };
  const some = reading.behind(sections, sharedFingerprint);
  yield* turn(some);
  const hasLost = some.length < sections.length && reading.hasLostRows;
  if (hasLost) yield* turn(sections);
  const { gone, doubted } = reading.settle();
  record.doubted = doubted;
  for (const section of gone) {
    const keys = reading.keysIn(section);
    reading.forget(section);
    yield new Map(keys.map((key) => [key, undefined]));
  }
  reading.end(hasLost || some.length === sections.length, sharedFingerprint);
  yield new Map();
}

/** Reads a whole shelf: all that it sent, and what it read. */
export function readWhole(
  reader: PartitionReader,
  listed: ListedPartition,
  shelf: { drawers: Drawers; shared?: unknown },
) {
  const record: ReadRecord = { turns: [], doubted: [] };
  const steps = [...readSteps(reader, listed, shelf, record)].map((sent) => [...sent]);
  return { ...record, sent: Object.fromEntries(steps.flat()), order: steps.flat().map(([key]) => key) };
}
