import type { Schema } from '../protocol/messages.ts';
import {
  mismatch,
  restoredFingerprints,
  SAVED_FINGERPRINTS,
  type SavedFingerprints,
  savedFingerprints,
} from './keyed-fingerprints.ts';
import { MOST_KEYS, type SerializedRow } from './ledger.ts';
import { savedTime } from './saved-time.ts';

/**
 * Entries that began so much earlier than the last one count as delivered with it. Later ones are known one by one, since one that
 * began a little earlier may come to be listed a little later.
 */
const MARGIN_MS = 3_600_000;

export const SAVED_ENTRIES = {
  required: ['keys', 'prints'],
  properties: {
    deliveredUntil: { type: 'string', format: 'date-time' },
    ...SAVED_FINGERPRINTS,
    open: { type: 'integer', minimum: 0 },
    missing: { type: 'integer', minimum: 0 },
  },
} satisfies Schema;

/** What a `DeliveredEntries` saves. */
export interface SavedEntries extends SavedFingerprints {
  /** Entries that began no later were delivered and had ended, but for those that are named. */
  readonly deliveredUntil?: string | undefined;
  /** How many of the keys, counted from the first, had not ended. */
  readonly open?: number | undefined;
  /** How many of those were not found when last asked for. */
  readonly missing?: number | undefined;
}

/** Unix time in milliseconds when an entry began; NaN where that is not known: of some values not even a text can be made. */
export function beganMsOf(entry: SerializedRow | undefined): number {
  return typeof entry?.updatedAt === 'string' ? Date.parse(entry.updatedAt) : Number.NaN;
}

/** What was delivered of a log, or of one partition of it. */
export class DeliveredEntries {
  #untilMs: number;
  /** Of the entries that are known one by one. */
  readonly #fingerprints: Map<string, number>;
  readonly #open: Set<string>;
  /** Those among the open that were not found when last asked for. */
  readonly #missing: Set<string>;
  /** When those of them began that this sync has met. */
  readonly #beganMs = new Map<string, number>();
  #latestMs = Number.NEGATIVE_INFINITY;

  /** Throws a `RangeError` for what none has saved. */
  constructor({ deliveredUntil = '', open = 0, missing = 0, ...named }: SavedEntries = {}) {
    const { keys = [] } = named;
    if (open > keys.length || missing > open) throw mismatch();
    this.#fingerprints = restoredFingerprints(named);
    this.#open = new Set(keys.slice(0, open));
    this.#missing = new Set(keys.slice(0, missing));
    this.#untilMs = Date.parse(deliveredUntil);
  }

  /** What is known of a partition that was only ever read with all others. */
  ofPartition(): DeliveredEntries {
    const entries = new DeliveredEntries();
    entries.#untilMs = this.#untilMs;
    return entries;
  }

  /** Fingerprints of the entries that are known one by one. */
  get fingerprints(): ReadonlyMap<string, number> {
    return this.#fingerprints;
  }

  /** Whether all entries that had ended and began no later were delivered, but for those that are named. */
  covers(beganMs: number): boolean {
    return beganMs <= this.#untilMs;
  }

  /** Notes an entry that is delivered now, or was before. */
  note(key: string, current: number, { beganMs, isOpen }: { beganMs: number; isOpen: boolean }): void {
    // One that is said to begin in time to come would cover all until then.
    if (beganMs > this.#latestMs && beganMs <= Date.now() + MARGIN_MS) this.#latestMs = beganMs;
    if (!isOpen && (this.covers(beganMs) || this.#isOneTooMany(beganMs))) this.forget(key);
    else {
      this.#fingerprints.set(key, current);
      this.#beganMs.set(key, beganMs);
      this.#missing.delete(key);
      if (isOpen) this.#open.add(key);
      else this.#open.delete(key);
    }
  }

  /** Whether an entry need not be named, since the end will cover it; if the sync does not come to its end, it is sent again. */
  #isOneTooMany(beganMs: number): boolean {
    return this.#fingerprints.size >= MOST_KEYS && beganMs <= this.#latestMs - MARGIN_MS;
  }

  /** To be called when everything was met that is not covered. */
  end(): void {
    const untilMs = this.#latestMs - MARGIN_MS;
    if (Number.isFinite(untilMs) && !(untilMs <= this.#untilMs)) this.#untilMs = untilMs;
    for (const key of this.#fingerprints.keys()) {
      const beganMs = this.#beganMs.get(key);
      const isRecent = beganMs !== undefined && !this.covers(beganMs);
      if (!isRecent && !this.#open.has(key)) this.forget(key);
    }
  }

  forget(key: string): void {
    this.#fingerprints.delete(key);
    this.#open.delete(key);
    this.#missing.delete(key);
    this.#beganMs.delete(key);
  }

  /** Notes that the upstream no longer has an open entry. If that is so twice in a row, the upstream has forgotten it. */
  miss(key: string): void {
    if (this.#missing.has(key)) this.forget(key);
    else this.#missing.add(key);
  }

  /** The entries that had not ended when last seen, and that this sync has not met. */
  unmet(): string[] {
    return [...this.#open].filter((key) => !this.#beganMs.has(key));
  }

  /** Takes over the entries of another that have not ended and were not met. */
  adopt(other: DeliveredEntries): void {
    for (const key of other.unmet()) {
      if (this.#fingerprints.has(key)) continue;
      this.#fingerprints.set(key, other.#fingerprints.get(key) ?? 0);
      this.#open.add(key);
    }
  }

  save() {
    const open = [...this.#missing, ...this.#open.difference(this.#missing)];
    const keys = [...open, ...this.#fingerprints.keys().filter((key) => !this.#open.has(key))];
    return {
      deliveredUntil: Number.isNaN(this.#untilMs) ? undefined : savedTime(this.#untilMs),
      open: open.length || undefined,
      missing: this.#missing.size || undefined,
      ...savedFingerprints(keys, (key) => this.#fingerprints.get(key) ?? 0),
    };
  }
}
