import type { JsonObject, Schema } from '../protocol/messages.ts';
import { beganMsOf, DeliveredEntries, SAVED_ENTRIES, type SavedEntries } from './delivered-entries.ts';
import { FINGERPRINTS, fingerprint, fingerprintOf } from './fingerprint.ts';
import { uniqueMap } from './keyed-fingerprints.ts';
import type { AnnouncingLedger, ListedPartition, Moment, SerializedRow } from './ledger.ts';
import { restoredTime, savedTime } from './saved-time.ts';
import { type PastVisits, VisitSchedule, whenMovedOrDue } from './visit-schedule.ts';

/** How long a partition is remembered that is not listed. */
const KEPT_MS = 30 * 86_400_000;

/** What a `LogLedger` saves. */
export const SAVED_LOG = {
  required: ['columns', 'whole'],
  properties: {
    columns: { type: 'integer' },
    whole: { type: 'object', ...SAVED_ENTRIES },
    unsure: { type: 'array', items: { type: 'string' } },
    partitions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', ...SAVED_ENTRIES.required],
        properties: {
          ...SAVED_ENTRIES.properties,
          id: { type: 'string' },
          version: { type: 'integer', minimum: 0, exclusiveMaximum: FINGERPRINTS },
          readAt: { type: 'string', format: 'date-time' },
          out: { type: 'boolean' },
        },
      },
    },
  },
} satisfies Schema;

interface SavedLog {
  /** Fingerprint of the columns that were sent. */
  readonly columns?: number;
  readonly whole?: SavedEntries;
  /** Keys of entries that may have been printed with other content since. */
  readonly unsure?: readonly string[];
  /** Entries that are not newer count as delivered. */
  readonly deliveredUntil?: string;
  readonly partitions?: readonly SavedLogPartition[];
}

interface SavedLogPartition extends SavedEntries {
  readonly id: string;
  /** Fingerprint of the version that was read or refused; none if it has to be read again. */
  readonly version?: number;
  /** When it was last read, or refused. */
  readonly readAt?: string;
  /** Whether it was refused when last asked. */
  readonly out?: boolean;
}

export interface LogLedgerOptions {
  /** How long a partition that did not move is not asked again. */
  readonly rereadAfterMs: number;
  /** The columns that are sent: if others were before, every entry differs. */
  readonly columns: unknown;
  /** Whether the entries that were sent had another form: then any of them may differ. */
  readonly hasOtherForm?: boolean;
}

/**
 * What was delivered of a log: of everything together, and of the partitions that were read by themselves. What is no longer listed
 * was forgotten by the upstream; nothing is ever gone.
 */
export class LogLedger implements AnnouncingLedger {
  /** When to read which partition, where each is read by itself. */
  readonly schedule: VisitSchedule;
  /** What was delivered of all partitions together. */
  readonly whole: DeliveredEntries;
  readonly #columns: number;
  readonly #partitions: Map<string, DeliveredEntries>;
  /** Fingerprints of the entries that earlier syncs have named and this one has not met, wherever they are. */
  readonly #named: Map<string, number>;
  /** Those among them that may have been printed with other content. */
  readonly #unsure: Set<string>;
  /** Whether STATEs announce entries, and which entries are met and yet to be printed. */
  #announces = false;
  #unprinted: readonly string[] = [];

  /** Throws a `RangeError` for what no ledger has saved. */
  constructor(saved: JsonObject, { rereadAfterMs, columns, hasOtherForm = false }: LogLedgerOptions) {
    const known: SavedLog = saved;
    this.#columns = fingerprintOf(columns);
    const isOfUse = !hasOtherForm && (known.columns === undefined || known.columns === this.#columns);
    const { partitions = [], whole, unsure = [], deliveredUntil }: SavedLog = isOfUse ? known : {};
    this.whole = new DeliveredEntries(whole ?? { deliveredUntil });
    this.#partitions = uniqueMap(
      partitions.map((one) => [one.id, new DeliveredEntries(one)]),
      'a partition',
    );
    const visits = partitions.map((one) => [one.id, restoredVisits(one)] as const);
    this.schedule = new VisitSchedule(whenMovedOrDue({ rereadAfterMs }), new Map(visits));
    this.#unsure = new Set(unsure);
    this.#named = new Map(this.#all().flatMap(({ fingerprints }) => [...fingerprints]));
  }

  #all(): DeliveredEntries[] {
    return [this.whole, ...this.#partitions.values()];
  }

  /** What was delivered of a partition, which is about to be read by itself. */
  begin(partition: ListedPartition): DeliveredEntries {
    this.schedule.begin(partition);
    const delivered = this.#partitions.get(partition.id) ?? this.whole.ofPartition();
    this.#partitions.set(partition.id, delivered);
    return delivered;
  }

  /**
   * Notes an entry that was read with all others, or with those of its partition: `delivered` says which. `partition` is the one that
   * it names. Whether it has to be sent: an entry may be known from the other way of reading.
   */
  take(
    delivered: DeliveredEntries,
    entry: SerializedRow,
    { isOpen, partition }: { isOpen: boolean; partition: unknown },
  ): boolean {
    const { key, data } = entry;
    const beganMs = beganMsOf(entry);
    const current = fingerprint(data);
    const own = typeof partition === 'string' ? this.#partitions.get(partition) : undefined;
    const known = delivered.fingerprints.get(key) ?? this.#named.get(key);
    const isCovered = !isOpen && (delivered.covers(beganMs) || (own?.covers(beganMs) ?? false));
    delivered.note(key, current, { beganMs, isOpen });
    this.#named.delete(key);
    for (const other of [this.whole, own]) if (other !== delivered) other?.forget(key);
    if (this.#unsure.delete(key)) return true;
    return known === undefined ? !isCovered : known !== current;
  }

  isAnnounced(): boolean {
    return this.#announces;
  }

  announce(unprinted: readonly string[]): void {
    this.#announces = true;
    this.#unprinted = unprinted;
  }

  /** To be called when all partitions were read together, to the end. */
  endWhole(): void {
    this.whole.end();
    for (const delivered of this.#partitions.values()) this.whole.adopt(delivered);
    for (const id of [...this.#partitions.keys()]) this.#forget(id);
  }

  /** To be called when a partition was read to its end. */
  end(partition: ListedPartition): void {
    this.begin(partition).end();
    this.schedule.end(partition, { readAtMs: this.schedule.startedAtMs });
  }

  /** Notes that a partition may not be read: it is asked again when it has moved or is due. */
  refuse(partition: ListedPartition): void {
    this.begin(partition);
    this.schedule.refuse(partition, { isConfirmed: true });
  }

  /** Forgets partitions that have not been listed for long: others may come back, with settings or permissions. */
  retain(listed: ReadonlySet<string>): void {
    const isOld = (id: string) => !(this.schedule.startedAtMs - (this.schedule.triedAtMs(id) ?? Number.NaN) < KEPT_MS);
    for (const id of [...this.#partitions.keys()]) if (!listed.has(id) && isOld(id)) this.#forget(id);
  }

  #forget(id: string): void {
    this.#partitions.delete(id);
    this.schedule.forget(id);
  }

  /**
   * The entries that had not ended when last seen and that this sync has not met, each with what was delivered beside it. Where
   * `listed` is given, partitions that are not in it are skipped.
   */
  unmet(listed?: ReadonlySet<string>): { readonly key: string; readonly delivered: DeliveredEntries }[] {
    const partitions = [...this.#partitions].filter(([id]) => listed?.has(id) ?? true);
    return [this.whole, ...partitions.map(([, delivered]) => delivered)].flatMap((delivered) =>
      delivered.unmet().map((key) => ({ key, delivered })),
    );
  }

  save(moment: Moment): JsonObject {
    // Entries that have ended do not change: what is known of them is what was printed.
    const announced = moment === 'running' && this.#announces ? this.unmet().map(({ key }) => key) : [];
    const open = [...this.#unsure].filter((key) => this.#all().some(({ fingerprints }) => fingerprints.has(key)));
    const unsure = new Set([...announced, ...this.#unprinted, ...open]);
    this.#unprinted = [];
    const partitions = [...this.#partitions].map(([id, delivered]) =>
      savedLogPartition(id, this.schedule.saved(id), delivered),
    );
    return {
      columns: this.#columns,
      whole: this.whole.save(),
      ...(unsure.size > 0 && { unsure: [...unsure] }),
      ...(partitions.length > 0 && { partitions }),
    };
  }

  /** Roughly the length of that. */
  get weight(): number {
    let weight = this.#partitions.size * 180;
    for (const { fingerprints } of this.#all()) for (const key of fingerprints.keys()) weight += key.length + 11;
    return weight;
  }
}

function restoredVisits({ version, readAt, out = false }: SavedLogPartition): PastVisits {
  const triedAtMs = restoredTime(readAt);
  return { version, ...(out ? { refusedAtMs: triedAtMs } : { readAtMs: triedAtMs }) };
}

function savedLogPartition(id: string, { version, readAtMs, refusedAtMs }: PastVisits, delivered: DeliveredEntries) {
  const { deliveredUntil, open, missing, keys, prints } = delivered.save();
  const triedAtMs = refusedAtMs ?? readAtMs;
  const readAt = triedAtMs === undefined ? undefined : savedTime(triedAtMs);
  const out = refusedAtMs === undefined ? undefined : true;
  return { id, deliveredUntil, readAt, version, open, missing, out, keys, prints };
}
