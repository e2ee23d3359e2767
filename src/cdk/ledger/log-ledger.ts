import type { JsonObject, Schema } from '../protocol/messages.ts';
import { Past, SAVED_ENTRIES, type SavedEntries } from './delivered-entries.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Listed, SerializedRow } from './ledger.ts';
import { isDue } from './reread.ts';

/** How long a partition is remembered that is not listed. */
const KEPT_MS = 30 * 86_400_000;

/** What a `LogLedger` saves. */
export const SAVED_LOG = {
  required: ['columns', 'whole'],
  properties: {
    columns: { type: 'integer' },
    whole: SAVED_ENTRIES,
    partitions: {
      type: 'array',
      items: {
        ...SAVED_ENTRIES,
        required: ['id', ...SAVED_ENTRIES.required],
        properties: { ...SAVED_ENTRIES.properties, id: { type: 'string' } },
      },
    },
  },
} satisfies Schema;

interface SavedLog {
  /** Fingerprint of the columns that were sent. */
  readonly columns?: number;
  readonly whole?: SavedEntries;
  /** Entries that are not newer count as delivered. */
  readonly deliveredUntil?: string;
  readonly partitions?: readonly (SavedEntries & { readonly id: string })[];
}

export interface LogLedgerOptions {
  /** How long a partition that did not move is left alone. */
  readonly rereadAfterMs: number;
  /** The columns that are sent: if others were before, every entry differs. */
  readonly columns: unknown;
}

/**
 * What was delivered of a log: of everything together, and of the partitions that were read by themselves. What is not listed
 * any more was forgotten by the upstream; nothing is ever gone.
 */
export class LogLedger {
  /** What was delivered of all partitions together. */
  readonly whole: Past;
  readonly #rereadAfterMs: number;
  readonly #columns: number;
  readonly #partitions: Map<string, Past>;
  /** Fingerprints of the entries that earlier syncs have named and this one has not met, wherever they are. */
  readonly #named: Map<string, number>;
  readonly #nowMs = Date.now();

  /** Throws a `RangeError` for what no ledger has saved. */
  constructor(saved: JsonObject, { rereadAfterMs, columns }: LogLedgerOptions) {
    const known: SavedLog = saved;
    this.#rereadAfterMs = rereadAfterMs;
    this.#columns = fingerprintOf(columns);
    const isOfUse = known.columns === undefined || known.columns === this.#columns;
    const { partitions = [], whole, deliveredUntil = '' }: SavedLog = isOfUse ? known : {};
    this.whole = new Past(whole ?? { deliveredUntil });
    this.#partitions = new Map(partitions.map(({ id, ...past }) => [id, new Past(past)]));
    if (this.#partitions.size < partitions.length) throw new RangeError('it names a partition twice');
    this.#named = new Map(this.#pasts().flatMap(({ prints }) => [...prints]));
  }

  #pasts(): Past[] {
    return [this.whole, ...this.#partitions.values()];
  }

  /** What was delivered of one; it has to be read again unless it is ended or refused. */
  begin({ id }: Listed): Past {
    const past = this.#partitions.get(id) ?? this.whole.partition();
    this.#partitions.set(id, past);
    past.version = undefined;
    return past;
  }

  /** Whether a partition has to be read, where each is read by itself. */
  isBehind({ id, version }: Listed): boolean {
    const past = this.#partitions.get(id);
    if (past?.version !== fingerprintOf(version) || Number.isNaN(past.readAtMs)) return true;
    return isDue(past.readAtMs, id, { nowMs: this.#nowMs, periodMs: this.#rereadAfterMs });
  }

  /** Whether a partition was refused when last tried. */
  isOut({ id }: Listed): boolean {
    return this.#partitions.get(id)?.isOut ?? false;
  }

  /** Notes an entry in a past, and the partition that the entry names; whether it has to be sent. */
  take(past: Past, entry: SerializedRow, { isOpen, partition }: { isOpen: boolean; partition: unknown }): boolean {
    const own = typeof partition === 'string' ? this.#partitions.get(partition) : undefined;
    const elsewhere = { print: this.#named.get(entry.key), isCovered: !isOpen && own?.covers(entry) };
    const isNews = past.take(entry, isOpen, elsewhere);
    this.#named.delete(entry.key);
    for (const other of [this.whole, own]) if (other !== past) other?.forget(entry.key);
    return isNews;
  }

  /** To be called when all partitions were read together, to the end. */
  endWhole(): void {
    this.whole.end();
    for (const past of this.#partitions.values()) this.whole.adopt(past);
    this.#partitions.clear();
  }

  /** To be called when a partition was read to its end. */
  end(partition: Listed): void {
    const past = this.begin(partition);
    past.end();
    past.isOut = false;
    this.#settle(past, partition);
  }

  /** Notes that a partition may not be read: it is tried again when it has moved or is due. */
  refuse(partition: Listed): void {
    const past = this.begin(partition);
    past.isOut = true;
    this.#settle(past, partition);
  }

  #settle(past: Past, { version }: Listed): void {
    past.version = fingerprintOf(version);
    past.readAtMs = this.#nowMs;
  }

  /** Has all that were refused tried again: it turned out not to be a matter of single partitions. */
  forgetRefusals(): void {
    for (const past of this.#partitions.values()) if (past.isOut) past.version = undefined;
  }

  /** Leaves out partitions that have not been listed for long: most others may come back, with settings or permissions. */
  retain(listed: ReadonlySet<string>): void {
    for (const [id, { readAtMs }] of this.#partitions)
      if (!listed.has(id) && !(this.#nowMs - readAtMs < KEPT_MS)) this.#partitions.delete(id);
  }

  /**
   * The entries that had not ended when last seen and that this sync has not met, each with the past that names it. Where `listed`
   * is given, partitions that are not in it are left out.
   */
  unmet(listed?: ReadonlySet<string>): { readonly key: string; readonly past: Past }[] {
    const inPartitions = [...this.#partitions].filter(([id]) => listed?.has(id) ?? true).map(([, past]) => past);
    return [this.whole, ...inPartitions].flatMap((past) => past.unmet().map((key) => ({ key, past })));
  }

  save(): JsonObject {
    const partitions = [...this.#partitions].map(([id, past]) => ({ id, ...past.save() }));
    return { columns: this.#columns, whole: this.whole.save(), ...(partitions.length > 0 && { partitions }) };
  }

  /** Roughly the length of that. */
  get weight(): number {
    let weight = this.#partitions.size * 180;
    for (const { prints } of this.#pasts()) for (const key of prints.keys()) weight += key.length + 11;
    return weight;
  }
}
