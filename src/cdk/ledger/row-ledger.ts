import type { JsonObject, Schema } from '../protocol/messages.ts';
import { fingerprint } from './fingerprint.ts';
import { KeySet } from './key-set.ts';
import {
  mismatch,
  restoredFingerprints,
  SAVED_FINGERPRINTS,
  type SavedFingerprints,
  savedFingerprints,
} from './keyed-fingerprints.ts';
import { type AnnouncingLedger, MOST_KEYS, type Moment, type RowFilter } from './ledger.ts';
import { judged, type Verdict } from './mass-deletion.ts';

/** Clocks of two machines differ by less. */
const CLOCK_MARGIN_MS = 300_000;

const DELIVERED_UNTIL: Schema = { type: 'string', format: 'date-time' };

/** What a `RowLedger` saves: all rows, or that there are too many of them. */
export const SAVED_ROWS = {
  required: ['keys', 'prints'],
  properties: {
    ...SAVED_FINGERPRINTS,
    doubted: { type: 'integer', minimum: 0 },
    open: { type: 'integer', minimum: 0 },
    deliveredUntil: DELIVERED_UNTIL,
  },
} satisfies Schema;

/** Its rows may be named: then there were too many of them before, and changes may have been missed meanwhile. */
export const SAVED_OVERFULL = {
  required: ['overfull'],
  properties: { overfull: { type: 'boolean' }, ...SAVED_ROWS.properties },
} satisfies Schema;

interface SavedRows extends SavedFingerprints {
  readonly overfull?: boolean;
  /** How many of the keys, counted from the end, the last list lacked. */
  readonly doubted?: number;
  /** How many of the keys, counted from the end, may have been printed with other content since; and rows that are not named, too. */
  readonly open?: number;
  /** Rows that are not newer count as delivered although they are not named. */
  readonly deliveredUntil?: string;
}

export interface RowLedgerOptions {
  /** If false, missing rows are deleted at once, however many are missing. */
  readonly isGuarded: boolean;
  /** Whether the rows that were sent had another form: where they are not known one by one, all are sent once. */
  readonly hasOtherForm?: boolean;
  readonly mostKeys?: number;
}

/**
 * Where a list has had more rows than a state can name: it `lasts` while it has; it `has ended` once all rows can be named again, and the
 * next sync sends them all, since changes may have been missed; it `is made good` by the sync that sends them.
 */
export type Overflow = 'lasts' | 'has ended' | 'is made good';

/** What was delivered of a listed stream: a key and a fingerprint a row. It moves with each row that is about to be written. */
export class RowLedger implements RowFilter, AnnouncingLedger {
  readonly #options: RowLedgerOptions;
  readonly #mostKeys: number;
  /** Rows of earlier syncs that this one has not met yet. */
  readonly #known: Map<string, number>;
  readonly #knownAtFirst: number;
  readonly #wasOverfull: boolean;
  /** Those among them that may have been printed with other content; undefined where nothing was announced. */
  readonly #open: ReadonlySet<string> | undefined;
  /** Whether STATEs announce rows, and which rows are met and yet to be printed. */
  #announces = false;
  #unprinted: ReadonlySet<string> = new Set();
  /** Those among them that the last list lacked. */
  #doubted: ReadonlySet<string>;
  /** Rows that this sync has met. */
  readonly #met = new Map<string, number>();
  /** The same when there are too many to remember more of them than that. */
  #metBeyond: KeySet | undefined;
  readonly #deliveredUntilMs: number;
  #latestMs = Number.NEGATIVE_INFINITY;
  /** What changes while it is listed may be missed, and has to count as newer the next time. */
  readonly #certainUntilMs = Date.now() - CLOCK_MARGIN_MS;
  #isSettled = false;

  /** Throws a `RangeError` for what no ledger has saved. */
  constructor(saved: JsonObject, options: RowLedgerOptions) {
    const { overfull = false, doubted = 0, open, deliveredUntil, ...rows }: SavedRows = saved;
    const { keys = [] } = rows;
    if (doubted > keys.length || (open ?? 0) > keys.length) throw mismatch();
    this.#options = options;
    this.#mostKeys = options.mostKeys ?? MOST_KEYS;
    this.#known = restoredFingerprints(rows);
    this.#knownAtFirst = keys.length;
    this.#wasOverfull = overfull;
    this.#doubted = new Set(keys.slice(keys.length - doubted));
    this.#open = open === undefined ? undefined : new Set(keys.slice(keys.length - open));
    const mayDiffer = overfull && (options.hasOtherForm ?? false);
    this.#deliveredUntilMs = mayDiffer ? Number.NaN : Date.parse(deliveredUntil ?? '');
  }

  take(key: string, data: string, updatedAt: unknown): boolean {
    if (this.#metBeyond ? !this.#metBeyond.add(key) : this.#met.has(key)) return false;
    const current = fingerprint(data);
    const delivered = this.#known.get(key);
    if (delivered !== undefined) this.#known.delete(key);
    if (!this.#metBeyond) this.#meet(key, current);
    const updatedMs = typeof updatedAt === 'string' ? Date.parse(updatedAt) : Number.NaN;
    if (updatedMs > this.#latestMs) this.#latestMs = updatedMs;
    if (this.#open?.has(key)) return true;
    if (delivered !== undefined) return delivered !== current;
    return this.#open !== undefined || !(updatedMs <= this.#deliveredUntilMs);
  }

  isAnnounced(): boolean {
    return this.#announces;
  }

  announce(unprinted: readonly string[]): void {
    this.#announces = true;
    this.#unprinted = new Set(unprinted);
  }

  #meet(key: string, current: number): void {
    this.#met.set(key, current);
    if (this.#met.size <= this.#mostKeys) return;
    this.#metBeyond = new KeySet();
    for (const met of this.#met.keys()) this.#metBeyond.add(met);
    this.#met.clear();
  }

  /** Judges which rows are gone, when all were listed. */
  settle(): Verdict {
    this.#isSettled = true;
    const missing = { names: [...this.#known.keys()], known: this.#knownAtFirst, doubted: this.#doubted };
    const verdict = judged(missing, this.#options.isGuarded);
    // Those whose deletion is about to be sent stay doubted until then: a sync that goes on after a kill deletes them too.
    const confirmed = verdict.gone.filter((key) => this.#doubted.has(key));
    this.#doubted = new Set([...verdict.doubted, ...confirmed]);
    return verdict;
  }

  /** Removes a row whose deletion is being sent. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  /** Whether there are too many rows to name. While rows are being listed, those that are gone are still among the known. */
  get isOverfull(): boolean {
    const isTooLong = this.#known.size + this.#met.size > this.#mostKeys;
    return this.#metBeyond !== undefined || (this.#isSettled && isTooLong);
  }

  /** Undefined where there never were too many rows; to be asked when missing rows have been judged. */
  get overflow(): Overflow | undefined {
    if (this.isOverfull) return 'lasts';
    if (!this.#wasOverfull) return undefined;
    // Where no time keeps rows back, all are sent that are not known.
    return Number.isFinite(this.#deliveredUntilMs) ? 'has ended' : 'is made good';
  }

  get weight(): number {
    if (this.isOverfull) return 0;
    let weight = 0;
    for (const keys of [this.#known.keys(), this.#met.keys()]) for (const key of keys) weight += key.length + 11;
    return weight;
  }

  /** Whether a STATE announces rows; what an earlier one has announced stays open until it is met, or gone. */
  #opening(moment: Moment, unmet: number): { open?: number } {
    const wasOpen = this.#open !== undefined && (moment === 'ended' || unmet > 0);
    return (moment === 'running' && this.#announces) || wasOpen ? { open: unmet } : {};
  }

  /** Of a list that is too long to name its rows, only the time remains up to which they were delivered, once all were read. */
  save(moment: Moment): JsonObject {
    const complete = moment === 'complete';
    const latestMs = Math.min(this.#latestMs, this.#certainUntilMs);
    const untilMs = this.isOverfull && complete ? latestMs : this.#deliveredUntilMs;
    const until = Number.isFinite(untilMs) && { deliveredUntil: new Date(untilMs).toISOString() };
    if (this.isOverfull) return { overfull: true, ...this.#opening(moment, 0), ...until };
    const doubted = [...this.#doubted].filter((key) => this.#known.has(key));
    const printed = [...this.#met.keys()].filter((key) => !this.#unprinted.has(key));
    const unmet = [...this.#unprinted, ...this.#known.keys().filter((key) => !this.#doubted.has(key)), ...doubted];
    this.#unprinted = new Set();
    const keys = [...printed, ...unmet];
    const mustSendAll = (complete || this.#isSettled) && this.overflow === 'has ended';
    return {
      ...(((this.#wasOverfull && !complete) || mustSendAll) && { overfull: true }),
      ...savedFingerprints(keys, (key) => this.#met.get(key) ?? this.#known.get(key) ?? 0),
      ...(doubted.length > 0 && { doubted: doubted.length }),
      ...(mustSendAll ? { open: keys.length } : this.#opening(moment, unmet.length)),
      // Once all rows were met, those that are not named were deleted, and come back as news.
      ...(!complete && !this.#isSettled && until),
    };
  }
}
