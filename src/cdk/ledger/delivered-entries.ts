import type { Schema } from '../protocol/messages.ts';
import { FINGERPRINTS, fingerprint, packed, unpacked } from './fingerprint.ts';
import type { SerializedRow } from './ledger.ts';
import { MOST_KEYS } from './ledger.ts';

/**
 * Entries that began so much earlier than the last one count as delivered with it. Nearer ones are known one by one, since one that
 * began a little earlier may come to be listed a little later.
 */
const MARGIN_MS = 3_600_000;

/** What a `Past` saves. */
export const SAVED_ENTRIES = {
  type: 'object',
  required: ['keys', 'prints'],
  properties: {
    deliveredUntil: { type: 'string', format: 'date-time' },
    keys: { type: 'array', items: { type: 'string' } },
    prints: { type: 'string' },
    open: { type: 'integer', minimum: 0 },
    missing: { type: 'integer', minimum: 0 },
    version: { type: 'integer', minimum: 0, exclusiveMaximum: FINGERPRINTS },
    readAt: { type: 'string', format: 'date-time' },
    out: { type: 'boolean' },
  },
} satisfies Schema;

export interface SavedEntries {
  /** Entries that began no later were delivered and had ended, but for those that are named. */
  readonly deliveredUntil?: string;
  readonly keys?: readonly string[];
  /** The fingerprints of the entries, in the order of the keys. */
  readonly prints?: string;
  /** How many of the keys, counted from the first, had not ended. */
  readonly open?: number;
  /** How many of those were not there when last looked for. */
  readonly missing?: number;
  /** Fingerprint of the partition's version that was read; none if it has to be read again. */
  readonly version?: number;
  readonly readAt?: string;
  /** Whether the partition was refused when last tried. */
  readonly out?: boolean;
}

/** What others know of an entry. */
interface Elsewhere {
  readonly print?: number | undefined;
  readonly isCovered?: boolean | undefined;
}

/** NaN for what is no time: of any value the upstream can send, not even a text can be made. */
function msOf(time: unknown): number {
  return typeof time === 'string' ? Date.parse(time) : Number.NaN;
}

/** What was delivered of a log, or of one partition of it. */
export class Past {
  version: number | undefined;
  /** Unix time in milliseconds when it was last asked for; NaN if never. */
  readAtMs: number;
  isOut: boolean;
  #untilMs: number;
  /** Of the entries that are known one by one. */
  readonly #prints: Map<string, number>;
  readonly #open: Set<string>;
  /** Those among the open that were not there when last looked for. */
  readonly #missing: Set<string>;
  /** When those of them began that this sync has met. */
  readonly #beganMs = new Map<string, number>();
  #latestMs = Number.NEGATIVE_INFINITY;

  /** Throws a `RangeError` for what none has saved. */
  constructor({ deliveredUntil = '', keys = [], prints = '', open = 0, missing = 0, ...saved }: SavedEntries = {}) {
    const numbers = unpacked(prints, keys.length);
    if (!numbers || open > keys.length || missing > open)
      throw new RangeError('its keys and fingerprints do not go together');
    this.#prints = new Map(keys.map((key, index) => [key, numbers[index] as number]));
    if (this.#prints.size < keys.length) throw new RangeError('it names a row twice');
    this.#open = new Set(keys.slice(0, open));
    this.#missing = new Set(keys.slice(0, missing));
    this.#untilMs = Date.parse(deliveredUntil);
    this.version = saved.version;
    this.readAtMs = Date.parse(saved.readAt ?? '');
    this.isOut = saved.out ?? false;
  }

  /** What is known of a partition that was only ever read with all others. */
  partition(): Past {
    const past = new Past();
    past.#untilMs = this.#untilMs;
    return past;
  }

  /** Notes an entry; whether it has to be sent. Of what `elsewhere` names or covers another past has told. */
  take({ key, data, updatedAt }: SerializedRow, isOpen: boolean, elsewhere: Elsewhere = {}): boolean {
    const print = fingerprint(data);
    const known = this.#prints.get(key) ?? elsewhere.print;
    const beganMs = msOf(updatedAt);
    // One that is said to begin in time to come would cover all until then.
    if (beganMs > this.#latestMs && beganMs <= Date.now() + MARGIN_MS) this.#latestMs = beganMs;
    const isCovered = !isOpen && beganMs <= this.#untilMs;
    // If the sync does not come to its end, what is not named is sent again.
    const isTooMuch = !isOpen && this.#prints.size >= MOST_KEYS && beganMs <= this.#latestMs - MARGIN_MS;
    if (isCovered || isTooMuch) this.forget(key);
    else this.#name(key, print, isOpen, beganMs);
    return known === undefined ? !isCovered && !elsewhere.isCovered : known !== print;
  }

  #name(key: string, print: number, isOpen: boolean, beganMs: number): void {
    this.#prints.set(key, print);
    this.#beganMs.set(key, beganMs);
    this.#missing.delete(key);
    if (isOpen) this.#open.add(key);
    else this.#open.delete(key);
  }

  /** Whether all that began before an entry was delivered, but for what is named. */
  covers(entry: SerializedRow | undefined): boolean {
    return msOf(entry?.updatedAt) <= this.#untilMs;
  }

  /** To be called when everything was met that is not covered. */
  end(): void {
    const untilMs = this.#latestMs - MARGIN_MS;
    if (Number.isFinite(untilMs) && !(untilMs <= this.#untilMs)) this.#untilMs = untilMs;
    for (const key of this.#prints.keys()) {
      const beganMs = this.#beganMs.get(key);
      const isNear = beganMs !== undefined && !(beganMs <= this.#untilMs);
      if (!isNear && !this.#open.has(key)) this.forget(key);
    }
  }

  forget(key: string): void {
    this.#prints.delete(key);
    this.#open.delete(key);
    this.#missing.delete(key);
    this.#beganMs.delete(key);
  }

  /** Notes that the upstream has an open entry no more. If that is so twice in a row, it has forgotten it. */
  miss(key: string): void {
    if (this.#missing.has(key)) this.forget(key);
    else this.#missing.add(key);
  }

  /** The entries that had not ended when last seen, and that this sync has not met. */
  unmet(): string[] {
    return [...this.#open].filter((key) => !this.#beganMs.has(key));
  }

  /** Takes over what another one has left open. */
  adopt(other: Past): void {
    for (const key of other.unmet()) {
      if (this.#prints.has(key)) continue;
      this.#prints.set(key, other.#prints.get(key) ?? 0);
      this.#open.add(key);
    }
  }

  get prints(): ReadonlyMap<string, number> {
    return this.#prints;
  }

  save(): SavedEntries {
    const open = [...this.#missing, ...this.#open.difference(this.#missing)];
    const keys = [...open, ...this.#prints.keys().filter((key) => !this.#open.has(key))];
    const time = (ms: number) => (Number.isNaN(ms) ? undefined : new Date(ms).toISOString());
    const facts = {
      ...{ deliveredUntil: time(this.#untilMs), readAt: time(this.readAtMs), version: this.version },
      ...{ open: open.length || undefined, missing: this.#missing.size || undefined, out: this.isOut || undefined },
    };
    const known = Object.entries(facts).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(known), keys, prints: packed(keys.map((key) => this.#prints.get(key) ?? 0)) };
  }
}
