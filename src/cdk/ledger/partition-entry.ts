import type { Refusal } from '../errors.ts';
import type { Schema } from '../protocol/messages.ts';
import { FINGERPRINTS, packed, unpacked } from './fingerprint.ts';

/** What was delivered of a section. */
export interface DeliveredSection {
  /** Of the version that was read; undefined if what was delivered is not all of one. */
  version: number | undefined;
  /** Its rows, by the rest of their keys; undefined where there are too many to remember. */
  rows: { readonly keys: readonly string[]; readonly prints: readonly number[] } | undefined;
  count: number;
  /** All fingerprints added up: whether any row differs can be told without naming them. */
  sum: number;
  /** Whether the partition lacked it when last read, too many others lacking too. */
  isDoubted: boolean;
}

/** What was delivered of a partition. */
export interface Entry {
  /** Of the version that was read to its end, or was out; undefined if it has to be looked at. */
  version: number | undefined;
  /** Unix time in milliseconds when all sections were last read; undefined if never. */
  readAtMs: number | undefined;
  /** Fingerprint of what all sections depend on. */
  shared: number | undefined;
  /** Why it could not be read, if it was out when last tried. */
  refusal: Refusal | undefined;
  /** Unix time in milliseconds when that was. */
  refusedAtMs: number | undefined;
  isDoubted: boolean;
  readonly sections: Map<string, DeliveredSection>;
}

/** Holds rows that stand in none of the sections any more, until all were looked at: they may have moved. Nothing else has this id. */
export const UNPLACED = '*';

export function emptyEntry(): Entry {
  return {
    version: undefined,
    readAtMs: undefined,
    shared: undefined,
    refusal: undefined,
    refusedAtMs: undefined,
    isDoubted: false,
    sections: new Map(),
  };
}

/** A section that holds these rows. */
export function delivered(version: number | undefined, rows: ReadonlyMap<string, number>): DeliveredSection {
  const prints = [...rows.values()];
  return { version, rows: { keys: [...rows.keys()], prints }, count: rows.size, sum: sumOf(prints), isDoubted: false };
}

export function sumOf(prints: Iterable<number>): number {
  let sum = 0;
  for (const print of prints) sum = (sum + print) % FINGERPRINTS;
  return sum;
}

/** How many rows an entry names beside its sections, or would if there were not too many. */
export function rowsToName({ sections }: Entry): number {
  let total = 0;
  for (const [id, { rows, count }] of sections) if (!(count === 1 && rows?.keys[0] === id)) total += count;
  return total;
}

/** Whether rows of it were delivered whose names were given up. */
export function isUnnamed({ sections }: Entry): boolean {
  return sections.values().some(({ rows, count }) => rows === undefined && count > 0);
}

/** Gives up the names of all rows: their sections remain. */
export function unname({ sections }: Entry): void {
  for (const section of sections.values()) section.rows = undefined;
}

const PRINT: Schema = { type: 'integer', minimum: 0, exclusiveMaximum: FINGERPRINTS };
const TEXTS: Schema = { type: 'array', items: { type: 'string' } };

export const SAVED_ENTRY: Schema = {
  type: 'object',
  required: ['id', 'sections', 'prints'],
  properties: {
    id: { type: 'string' },
    version: PRINT,
    readAt: { type: 'string', format: 'date-time' },
    shared: PRINT,
    refusal: { type: 'integer', minimum: 0 },
    refusedAt: { type: 'string', format: 'date-time' },
    doubted: { type: 'boolean' },
    sections: TEXTS,
    versions: { type: 'string' },
    counts: { type: 'array', items: { type: 'integer', minimum: 0 } },
    keys: TEXTS,
    prints: { type: 'string' },
    unnamed: { type: 'boolean' },
    doubtedSections: TEXTS,
  },
};

export const SAVED_REFUSAL: Schema = {
  type: 'object',
  required: ['kind', 'code', 'message', 'remedy'],
  properties: {
    kind: { enum: ['denied', 'vanished'] satisfies Refusal['kind'][] },
    code: { type: 'string' },
    message: { type: 'string' },
    remedy: { type: ['null', 'string'] },
  },
};

/** Stands for a partition's name in the reason why it is out: many are out for the same one. */
const NAME = '{name}';

/** An entry in JSON, its sections side by side; what goes without saying is left out. */
export interface SavedEntry {
  readonly id: string;
  readonly version?: number;
  readonly readAt?: string;
  readonly shared?: number;
  /** The place of the refusal in a list of all of them. */
  readonly refusal?: number;
  readonly refusedAt?: string;
  readonly doubted?: boolean;
  readonly sections: readonly string[];
  /** A fingerprint a section, 0 standing for none; left out if none has any. */
  readonly versions?: string;
  /** Rows a section; left out if each has one. */
  readonly counts?: readonly number[];
  /** All rows in the order of the sections; left out if each is called like its section, or none is named. */
  readonly keys?: readonly string[];
  /** A fingerprint a row; where rows are not named, their sum a section. */
  readonly prints: string;
  /** Whether rows are named. */
  readonly unnamed?: boolean;
  readonly doubtedSections?: readonly string[];
}

/** `refusals` takes the entry's if it is not among them yet, without the partition's name. */
export function savedEntry(id: string, entry: Entry, refusals: Refusal[] = []): SavedEntry {
  const { version, readAtMs, shared, refusal, refusedAtMs, isDoubted } = entry;
  const names = [...entry.sections.keys()];
  const sections = [...entry.sections.values()];
  const named = sections.every(({ rows }) => rows);
  const keys = sections.flatMap(({ rows }) => rows?.keys ?? []);
  const doubtedSections = names.filter((_, index) => sections[index]?.isDoubted);
  const hasCounts = sections.some(({ count }) => count !== 1);
  const hasVersions = sections.some((section) => section.version !== undefined);
  return {
    id,
    ...(version !== undefined && { version }),
    ...(readAtMs !== undefined && { readAt: new Date(readAtMs).toISOString() }),
    ...(shared !== undefined && { shared }),
    ...(refusal !== undefined && { refusal: placeOf(renamed(refusal, id, NAME), refusals) }),
    ...(refusedAtMs !== undefined && { refusedAt: new Date(refusedAtMs).toISOString() }),
    ...(isDoubted && { doubted: true }),
    sections: names,
    ...(hasVersions && { versions: packed(sections.map((section) => section.version ?? 0)) }),
    ...(hasCounts && { counts: sections.map(({ count }) => count) }),
    ...(named && (hasCounts || keys.some((key, index) => key !== names[index])) && { keys }),
    prints: packed(named ? sections.flatMap(({ rows }) => rows?.prints ?? []) : sections.map(({ sum }) => sum)),
    ...(!named && { unnamed: true }),
    ...(doubtedSections.length > 0 && { doubtedSections }),
  };
}

/** The entry that was saved. Throws a `RangeError` for what nobody has saved. */
export function restoredEntry(saved: SavedEntry, refusals: readonly Refusal[] = []): Entry {
  const { id, sections: names, unnamed = false, version, shared, doubted = false } = saved;
  const refusal = saved.refusal === undefined ? undefined : refusals[saved.refusal];
  const counts = saved.counts ?? names.map(() => 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const versions = saved.versions === undefined ? names.map(() => 0) : unpacked(saved.versions, names.length);
  const prints = unpacked(saved.prints, unnamed ? names.length : total);
  const keys = unnamed ? [] : (saved.keys ?? names);
  if (!versions || !prints || counts.length !== names.length || (!unnamed && keys.length !== total)) {
    throw new RangeError(`the keys and fingerprints of ${id} do not go together`);
  }
  const doubtedSections = new Set(saved.doubtedSections);
  if (!doubtedSections.isSubsetOf(new Set(names))) throw new RangeError(`it doubts a section that ${id} has not`);
  if (saved.refusal !== undefined && !refusal) throw new RangeError(`it does not say why ${id} is out`);
  let from = 0;
  const sections = names.map((name, index): [string, DeliveredSection] => {
    const count = counts[index] ?? 0;
    const own = prints.slice(from, from + count);
    const rows = unnamed ? undefined : { keys: keys.slice(from, from + count), prints: own };
    if (new Set(rows?.keys).size < (rows?.keys.length ?? 0)) throw new RangeError(`it names a row of ${id} twice`);
    const sum = unnamed ? (prints[index] ?? 0) : sumOf(own);
    from += count;
    return [name, { version: versions[index] || undefined, rows, count, sum, isDoubted: doubtedSections.has(name) }];
  });
  const bySection = new Map(sections);
  if (bySection.size < names.length) throw new RangeError(`it names a section of ${id} twice`);
  const [readAtMs, refusedAtMs] = [timeMs(saved.readAt), timeMs(saved.refusedAt)];
  return {
    version,
    readAtMs,
    shared,
    refusal: refusal && renamed(refusal, NAME, id),
    refusedAtMs,
    isDoubted: doubted,
    sections: bySection,
  };
}

function renamed(refusal: Refusal, from: string, to: string): Refusal {
  return { ...refusal, message: refusal.message.replaceAll(from, to) };
}

function placeOf(refusal: Refusal, refusals: Refusal[]): number {
  const place = refusals.findIndex(({ kind, code, message, remedy }) => {
    return kind === refusal.kind && code === refusal.code && message === refusal.message && remedy === refusal.remedy;
  });
  return place >= 0 ? place : refusals.push(refusal) - 1;
}

function timeMs(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
