import { fingerprintOf } from '../ledger/fingerprint.ts';
import type { Listed, SerializedRow, WalkLedger } from '../ledger/ledger.ts';
import type { Section } from '../stream.ts';

/** A section of a shelf: its version, undefined where nobody tells, and its rows with a number that stands for all they say. */
export interface Drawer {
  readonly version?: unknown;
  readonly rows: { readonly [key: string]: number };
}

/** Sections by their ids, in order. */
export type Drawers = { readonly [id: string]: Drawer };

/** What a step of a look has sent: rows by their keys, undefined for deletions. */
export type Sent = ReadonlyMap<string, string | undefined>;

/** Which sections a look has read, turn by turn. */
export interface Reading {
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

/** One look at a shelf, step by step: after each the ledger may be saved. */
export function* looking(
  ledger: WalkLedger,
  listed: Listed,
  { drawers, shared }: { drawers: Drawers; shared?: unknown },
  reading: Reading = { turns: [], doubted: [] },
): Generator<Sent> {
  ledger.begin(listed);
  const sections = sectionsOf(drawers);
  const sharedPrint = shared === undefined ? undefined : fingerprintOf(shared);
  using look = ledger.look(listed, sections);
  const turn = function* (some: readonly Section[]): Generator<Sent> {
    reading.turns.push(some.map(({ id }) => id));
    look.beginTurn(some);
    for (const section of some) {
      const news = look.take(section, rowsOf(section.id, drawers[section.id] as Drawer), true);
      yield new Map(news.map(({ key, data }) => [key, data]));
    }
  };
  const some = look.behind(sections, sharedPrint);
  yield* turn(some);
  const hasLost = some.length < sections.length && look.hasLostRows;
  if (hasLost) yield* turn(sections);
  const { gone, doubted } = look.settle();
  reading.doubted = doubted;
  for (const section of gone) yield new Map(look.forget(section).map((key) => [key, undefined]));
  look.end(hasLost || some.length === sections.length, sharedPrint);
  yield new Map();
}

/** A whole look: all that it sent, and what it read. */
export function look(ledger: WalkLedger, listed: Listed, shelf: { drawers: Drawers; shared?: unknown }) {
  const reading: Reading = { turns: [], doubted: [] };
  const steps = [...looking(ledger, listed, shelf, reading)].map((sent) => [...sent]);
  return { ...reading, sent: Object.fromEntries(steps.flat()), order: steps.flat().map(([key]) => key) };
}
