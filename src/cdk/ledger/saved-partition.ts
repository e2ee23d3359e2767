import type { Refusal } from '../errors.ts';
import type { Schema } from '../protocol/messages.ts';
import type { DeliveredPartition } from './delivered-partition.ts';
import { type DeliveredSection, sumOf } from './delivered-section.ts';
import { FINGERPRINTS, packed } from './fingerprint.ts';
import {
  mismatch,
  SAVED_FINGERPRINTS,
  type SavedFingerprints,
  TEXTS,
  uniqueMap,
  unpackedFor,
} from './keyed-fingerprints.ts';
import { restoredTime, savedTime } from './saved-time.ts';
import type { PastVisits } from './visit-schedule.ts';

const FINGERPRINT: Schema = { type: 'integer', minimum: 0, exclusiveMaximum: FINGERPRINTS };

export const SAVED_PARTITION: Schema = {
  type: 'object',
  required: ['id', 'sections', 'prints'],
  properties: {
    id: { type: 'string' },
    version: FINGERPRINT,
    readAt: { type: 'string', format: 'date-time' },
    shared: FINGERPRINT,
    refusal: { type: 'integer', minimum: 0 },
    refusedAt: { type: 'string', format: 'date-time' },
    doubted: { type: 'boolean' },
    open: { type: 'boolean' },
    sections: TEXTS,
    versions: { type: 'string' },
    counts: { type: 'array', items: { type: 'integer', minimum: 0 } },
    ...SAVED_FINGERPRINTS,
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

/** A partition in JSON, its sections side by side; what goes without saying is omitted. */
export interface SavedPartition extends SavedSections {
  readonly id: string;
  readonly version?: number;
  readonly readAt?: string;
  readonly shared?: number;
  /** The place of the refusal in a list of all of them. */
  readonly refusal?: number;
  readonly refusedAt?: string;
  readonly doubted?: boolean;
  /** Whether rows of it may have been printed since that the state does not know. */
  readonly open?: boolean;
}

/** `keys` are all rows in the order of the sections, omitted if each is called like its section, or none is named. */
interface SavedSections extends SavedFingerprints {
  readonly sections: readonly string[];
  /** A fingerprint for each section, 0 standing for none; omitted if none has any. */
  readonly versions?: string;
  /** Rows of each section; omitted if each has one. */
  readonly counts?: readonly number[];
  /** A fingerprint for each row; where rows are not named, their sum for each section. */
  readonly prints: string;
  /** Whether rows are not named. */
  readonly unnamed?: boolean;
  readonly doubtedSections?: readonly string[];
}

/** What is remembered of a partition. */
export interface KnownPartition {
  readonly visits: PastVisits;
  readonly delivered: DeliveredPartition;
  /** Whether the STATE announces rows of it. */
  readonly isAnnounced?: boolean;
}

/** `refusals` takes the partition's refusal, without the partition's name, if it is not among them yet. */
export function savedPartition(
  id: string,
  { visits, delivered, isAnnounced = false }: KnownPartition,
  refusals: Refusal[] = [],
): SavedPartition {
  const { version, readAtMs, refusal, refusedAtMs } = visits;
  const { shared, isDoubted, isOpen, sections } = delivered;
  return {
    id,
    // What is announced has to be visited, whatever its version.
    ...(version !== undefined && !isAnnounced && { version }),
    ...(readAtMs !== undefined && { readAt: savedTime(readAtMs) }),
    ...(shared !== undefined && { shared }),
    ...(refusal !== undefined && { refusal: placeOf(renamed(refusal, id, NAME), refusals) }),
    ...(refusedAtMs !== undefined && { refusedAt: savedTime(refusedAtMs) }),
    ...(isDoubted && { doubted: true }),
    ...((isOpen || isAnnounced) && { open: true }),
    ...savedSections([...sections.keys()], [...sections.values()]),
  };
}

function savedSections(names: readonly string[], sections: readonly DeliveredSection[]): SavedSections {
  const isNamed = sections.every(({ rows }) => rows);
  const keys = sections.flatMap(({ rows }) => rows?.keys ?? []);
  const fingerprints = isNamed
    ? sections.flatMap(({ rows }) => rows?.fingerprints ?? [])
    : sections.map(({ sum }) => sum);
  const doubtedSections = names.filter((_, index) => sections[index]?.isDoubted);
  const hasCounts = sections.some(({ count }) => count !== 1);
  const hasVersions = sections.some(({ version }) => version !== undefined);
  return {
    sections: names,
    ...(hasVersions && { versions: packed(sections.map(({ version }) => version ?? 0)) }),
    ...(hasCounts && { counts: sections.map(({ count }) => count) }),
    ...(isNamed && (hasCounts || keys.some((key, index) => key !== names[index])) && { keys }),
    prints: packed(fingerprints),
    ...(!isNamed && { unnamed: true }),
    ...(doubtedSections.length > 0 && { doubtedSections }),
  };
}

/** Reads what was saved of a partition. Throws a `RangeError` for what `savedPartition` has not made. */
export function restoredPartition(saved: SavedPartition, refusals: readonly Refusal[] = []): KnownPartition {
  const { id, shared, doubted = false, open = false } = saved;
  // What is open is read again, unless it is refused.
  const isToBeRead = open && saved.refusedAt === undefined;
  const refusal = saved.refusal === undefined ? undefined : refusals[saved.refusal];
  if (saved.refusal !== undefined && !refusal) throw new RangeError(`it does not say why ${id} was refused`);
  return {
    visits: {
      version: isToBeRead ? undefined : saved.version,
      readAtMs: open ? undefined : restoredTime(saved.readAt),
      refusal: refusal && renamed(refusal, NAME, id),
      refusedAtMs: restoredTime(saved.refusedAt),
    },
    delivered: { shared, isDoubted: doubted, isOpen: open, sections: restoredSections(id, saved) },
  };
}

function restoredSections(id: string, saved: SavedSections): Map<string, DeliveredSection> {
  const { sections: names, unnamed = false } = saved;
  const counts = saved.counts ?? names.map(() => 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const versions = saved.versions === undefined ? [] : unpackedFor(names.length, saved.versions, id);
  const fingerprints = unpackedFor(unnamed ? names.length : total, saved.prints, id);
  const keys = unnamed ? [] : (saved.keys ?? names);
  if (counts.length !== names.length || (!unnamed && keys.length !== total)) throw mismatch(id);
  const doubted = new Set(saved.doubtedSections);
  if (!doubted.isSubsetOf(new Set(names))) throw new RangeError(`it doubts a section that ${id} does not have`);
  let from = 0;
  const sections = names.map((name, index): [string, DeliveredSection] => {
    const count = counts[index] ?? 0;
    const own = fingerprints.slice(from, from + count);
    const rows = unnamed ? undefined : { keys: keys.slice(from, from + count), fingerprints: own };
    if (new Set(rows?.keys).size < (rows?.keys.length ?? 0)) throw new RangeError(`it names a row of ${id} twice`);
    const sum = unnamed ? (fingerprints[index] ?? 0) : sumOf(own);
    from += count;
    return [name, { version: versions[index] || undefined, rows, count, sum, isDoubted: doubted.has(name) }];
  });
  return uniqueMap(sections, `a section of ${id}`);
}

/** Stands for a partition's name in the reason why it was refused: many are refused for the same one. */
const NAME = '{name}';

function renamed(refusal: Refusal, from: string, to: string): Refusal {
  return { ...refusal, message: refusal.message.replaceAll(from, to) };
}

function placeOf(refusal: Refusal, refusals: Refusal[]): number {
  const place = refusals.findIndex(({ kind, code, message, remedy }) => {
    return kind === refusal.kind && code === refusal.code && message === refusal.message && remedy === refusal.remedy;
  });
  return place >= 0 ? place : refusals.push(refusal) - 1;
}
