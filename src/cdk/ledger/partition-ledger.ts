import type { Refusal } from '../errors.ts';
import type { JsonObject, Schema } from '../protocol/messages.ts';
import type { Section } from '../stream.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Listed, MOST_KEYS, type WalkLedger } from './ledger.ts';
import { judged, type Verdict } from './mass-deletion.ts';
import {
  type Entry,
  emptyEntry,
  isUnnamed,
  restoredEntry,
  rowsToName,
  SAVED_ENTRY,
  SAVED_REFUSAL,
  type SavedEntry,
  savedEntry,
  unname,
} from './partition-entry.ts';
import { PartitionReading } from './partition-reading.ts';
import { isDue } from './reread.ts';

/** What a `PartitionLedger` saves. */
export const SAVED_PARTITIONS = {
  required: ['partitions', 'columns'],
  properties: {
    partitions: { type: 'array', items: SAVED_ENTRY },
    refusals: { type: 'array', items: SAVED_REFUSAL },
    columns: { type: 'integer' },
    deliveredUntil: { type: 'string', format: 'date-time' },
  },
} satisfies Schema;

interface SavedPartitions {
  readonly partitions?: readonly SavedEntry[];
  /** Why partitions are out. */
  readonly refusals?: readonly Refusal[];
  /** Fingerprint of the columns that were sent. */
  readonly columns?: number;
  /** Rows that are not newer count as delivered although they are not named. */
  readonly deliveredUntil?: string;
}

export interface PartitionLedgerOptions {
  readonly rereadAfterMs: number;
  /** Whether a partition that does not move is looked at again only where it was refused. */
  readonly onlyWhenMoved?: boolean;
  /** Unless they are, whatever is missing counts as gone, however much it is. */
  readonly isGuarded: boolean;
  /** The columns that are sent: if others were before, every row differs. */
  readonly columns: unknown;
  readonly mostKeys?: number;
}

/** Of an entry that has to be looked at again. */
const NOT_REFUSED = { version: undefined, refusal: undefined, refusedAtMs: undefined };

/** What was delivered of a stream that is read by partition, section by section. */
export class PartitionLedger implements WalkLedger {
  readonly #options: PartitionLedgerOptions;
  readonly #entries: Map<string, Entry>;
  readonly #knownAtFirst: number;
  readonly #columns: number;
  readonly #deliveredUntilMs: number;
  readonly #nowMs = Date.now();
  /** Refused in this sync, and perhaps not by themselves. */
  readonly #unconfirmed = new Set<string>();
  #rowsToName = 0;

  /** Throws a `RangeError` for what no ledger has saved. */
  constructor(saved: JsonObject, options: PartitionLedgerOptions) {
    const { partitions = [], refusals = [], columns, deliveredUntil }: SavedPartitions = saved;
    this.#options = options;
    this.#entries = new Map(partitions.map((entry) => [entry.id, restoredEntry(entry, refusals)]));
    if (this.#entries.size < partitions.length) throw new RangeError('it names a partition twice');
    this.#knownAtFirst = this.#entries.size;
    this.#columns = fingerprintOf(options.columns);
    this.#deliveredUntilMs = Date.parse(deliveredUntil ?? '');
    for (const entry of this.#entries.values()) this.#rowsToName += rowsToName(entry);
    const isFitting = !this.#isTooMany;
    for (const entry of this.#entries.values()) {
      // Read in full, its rows are named again.
      if (columns !== this.#columns || (isFitting && isUnnamed(entry))) entry.readAtMs = undefined;
    }
  }

  isBehind({ id, version }: Listed): boolean {
    const entry = this.#entries.get(id);
    if (entry?.version !== fingerprintOf(version)) return true;
    const { refusedAtMs, readAtMs } = entry;
    const isLeft = this.#options.onlyWhenMoved && refusedAtMs === undefined && readAtMs !== undefined;
    return !isLeft && this.#isDue(id, refusedAtMs ?? readAtMs);
  }

  mayJoin(partition: Listed): boolean {
    return !this.#options.onlyWhenMoved || this.isBehind(partition);
  }

  #isDue(id: string, sinceMs: number | undefined): boolean {
    const period = { nowMs: this.#nowMs, periodMs: this.#options.rereadAfterMs };
    return sinceMs === undefined || isDue(sinceMs, id, period);
  }

  begin({ id }: Listed): void {
    this.#entry(id).version = undefined;
  }

  readAtMs(id: string): number | undefined {
    return this.#entries.get(id)?.readAtMs;
  }

  refusal(id: string): Refusal | undefined {
    return this.#entries.get(id)?.refusal;
  }

  refuse({ id, version }: Listed, refusal: Refusal, wasOut: boolean): void {
    const entry = this.#entry(id);
    entry.version = fingerprintOf(version);
    entry.refusedAtMs = this.#nowMs;
    entry.refusal = refusal;
    if (!wasOut) this.#unconfirmed.add(id);
  }

  confirmRefusals(): void {
    this.#unconfirmed.clear();
  }

  forgetRefusals(): void {
    for (const id of this.#unconfirmed) Object.assign(this.#entry(id), NOT_REFUSED);
  }

  look({ id, version }: Listed, sections: readonly Section[]): PartitionReading {
    const entry = this.#entry(id);
    const before = rowsToName(entry);
    return new PartitionReading(entry, sections, {
      version: fingerprintOf(version),
      isFull: entry.refusal !== undefined || this.#isDue(id, entry.readAtMs),
      isGuarded: this.#options.isGuarded,
      deliveredUntilMs: this.#deliveredUntilMs,
      onClose: () => this.#count(entry, before),
    });
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id) ?? emptyEntry();
    this.#entries.set(id, entry);
    return entry;
  }

  /** Gives up the names of rows where there are far too many of them; whether there are too many is seen when all were read. */
  #count(entry: Entry, before: number): void {
    const wasFar = this.#isFarTooMany;
    this.#rowsToName += rowsToName(entry) - before;
    if (!this.#isFarTooMany) return;
    for (const each of wasFar ? [entry] : this.#entries.values()) unname(each);
  }

  get #mostKeys(): number {
    return this.#options.mostKeys ?? MOST_KEYS;
  }

  get #isFarTooMany(): boolean {
    return this.#rowsToName > 2 * this.#mostKeys;
  }

  get #isTooMany(): boolean {
    return this.#rowsToName > this.#mostKeys;
  }

  get isOverfull(): boolean {
    return this.#isTooMany || this.#entries.values().some(isUnnamed);
  }

  settle(ids: ReadonlySet<string>): Verdict {
    for (const id of ids) this.#doubt(id, false);
    const names = [...this.#entries.keys()].filter((id) => !ids.has(id));
    const doubted = new Set(names.filter((id) => this.#entries.get(id)?.isDoubted));
    const verdict = judged({ names, known: this.#knownAtFirst, doubted }, this.#options.isGuarded);
    for (const id of verdict.doubted) this.#doubt(id, true);
    return verdict;
  }

  #doubt(id: string, isDoubted: boolean): void {
    const entry = this.#entries.get(id);
    if (entry) entry.isDoubted = isDoubted;
  }

  forget(id: string): readonly string[] {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (!entry) return [];
    this.#rowsToName -= rowsToName(entry);
    return [...entry.sections.values()].flatMap(({ rows }) => rows?.keys ?? []);
  }

  get weight(): number {
    let weight = 0;
    for (const { sections, refusal } of this.#entries.values()) {
      weight += refusal === undefined ? 150 : 220;
      for (const [id, { rows }] of sections) {
        weight += id.length + 15;
        for (const key of rows?.keys ?? []) weight += key === id ? 8 : key.length + 11;
      }
    }
    return weight;
  }

  save(complete: boolean): JsonObject {
    if (complete && this.#isTooMany) for (const entry of this.#entries.values()) unname(entry);
    const until = !complete && Number.isFinite(this.#deliveredUntilMs);
    const refusals: Refusal[] = [];
    const partitions = [...this.#entries].map(([id, entry]) => {
      const known = this.#unconfirmed.has(id) ? { ...entry, ...NOT_REFUSED } : entry;
      return savedEntry(id, known, refusals);
    });
    return {
      columns: this.#columns,
      ...(until && { deliveredUntil: new Date(this.#deliveredUntilMs).toISOString() }),
      ...(refusals.length > 0 && { refusals }),
      partitions,
    };
  }
}
