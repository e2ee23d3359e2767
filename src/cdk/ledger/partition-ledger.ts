import type { Refusal } from '../errors.ts';
import type { JsonObject, Schema } from '../protocol/messages.ts';
import type { Section } from '../stream.ts';
import { isUnnamed } from './delivered-partition.ts';
import { DeliveredPartitions } from './delivered-partitions.ts';
import { fingerprintOf } from './fingerprint.ts';
import { uniqueMap } from './keyed-fingerprints.ts';
import type { AnnouncingLedger, ListedPartition, Moment } from './ledger.ts';
import { judged, type Verdict } from './mass-deletion.ts';
import { OpenPartitions } from './open-partitions.ts';
import type { PartitionReader } from './partition-reading.ts';
import { PartitionReading } from './partition-reading.ts';
import {
  restoredPartition,
  SAVED_PARTITION,
  SAVED_REFUSAL,
  type SavedPartition,
  savedPartition,
} from './saved-partition.ts';
import { VisitSchedule, whenMovedOrDue } from './visit-schedule.ts';

/** What a `PartitionLedger` saves. */
export const SAVED_PARTITIONS = {
  required: ['partitions', 'columns'],
  properties: {
    partitions: { type: 'array', items: SAVED_PARTITION },
    refusals: { type: 'array', items: SAVED_REFUSAL },
    columns: { type: 'integer' },
    deliveredUntil: { type: 'string', format: 'date-time' },
  },
} satisfies Schema;

interface SavedPartitions {
  readonly partitions?: readonly SavedPartition[];
  /** Why partitions were refused. */
  readonly refusals?: readonly Refusal[];
  /** Fingerprint of the columns that were sent. */
  readonly columns?: number;
  /** Rows that are not newer count as delivered although they are not named. */
  readonly deliveredUntil?: string;
}

export interface PartitionLedgerOptions {
  readonly rereadAfterMs: number;
  /** Whether a partition that does not move is visited again only where it was refused. */
  readonly onlyWhenMoved?: boolean;
  /** If false, missing partitions and sections are gone at once, however many are missing. */
  readonly isGuarded: boolean;
  /** The columns that are sent: if others were before, every row differs. */
  readonly columns: unknown;
  /** Whether the rows that were sent had another form: then any of them may differ. */
  readonly hasOtherForm?: boolean;
  readonly mostKeys?: number;
}

/** What was delivered of a stream that is read by partition, section by section, and when to visit which partition. */
export class PartitionLedger implements PartitionReader, AnnouncingLedger {
  readonly schedule: VisitSchedule;
  /** The partitions that STATEs announce. */
  readonly open = new OpenPartitions();
  /** How long the partitions should last that a STATE announces; undefined as long as STATEs announce none. */
  #announcedForMs: number | undefined;
  readonly #delivered: DeliveredPartitions;
  readonly #options: PartitionLedgerOptions;
  readonly #knownAtFirst: number;
  readonly #columns: number;
  readonly #deliveredUntilMs: number;

  /** Throws a `RangeError` for what no ledger has saved. */
  constructor(saved: JsonObject, options: PartitionLedgerOptions) {
    const { partitions = [], refusals = [], columns, deliveredUntil }: SavedPartitions = saved;
    const { rereadAfterMs, onlyWhenMoved = false, hasOtherForm = false, mostKeys } = options;
    const restored = partitions.map((one) => [one.id, restoredPartition(one, refusals)] as const);
    const known = uniqueMap(restored, 'a partition');
    this.#options = options;
    this.#knownAtFirst = known.size;
    this.#columns = fingerprintOf(options.columns);
    this.#deliveredUntilMs = Date.parse(deliveredUntil ?? '');
    this.#delivered = new DeliveredPartitions(
      new Map(restored.map(([id, { delivered }]) => [id, delivered])),
      mostKeys,
    );
    const visits = restored.map(([id, { visits, delivered }]) => {
      // Read in full, its rows are named again.
      const mayBeNamed = !this.#delivered.areTooMany && isUnnamed(delivered);
      const hasToBeRead = columns !== this.#columns || hasOtherForm || mayBeNamed;
      return [id, hasToBeRead ? { ...visits, readAtMs: undefined } : visits] as const;
    });
    const rule = whenMovedOrDue({ rereadAfterMs, onlyWhenMoved });
    this.schedule = new VisitSchedule(rule, new Map(visits));
  }

  read(partition: ListedPartition, sections: readonly Section[]): PartitionReading {
    const delivered = this.#delivered.of(partition.id);
    return new PartitionReading(delivered, sections, {
      isFull: this.schedule.isFullReadDue(partition.id),
      isGuarded: this.#options.isGuarded,
      // A row that is not known of a partition that was read to its end was deleted, or is new.
      deliveredUntilMs: this.schedule.readAtMs(partition.id) === undefined ? this.#deliveredUntilMs : Number.NaN,
      onEnd: ({ isFull, hasDoubts }) =>
        this.schedule.end(partition, { hasDoubts, ...(isFull && { readAtMs: Date.now() }) }),
      onClose: this.#delivered.count(delivered),
    });
  }

  /** Judges which partitions are gone, when all are listed. */
  settle(listed: ReadonlySet<string>): Verdict {
    for (const id of listed) this.#delivered.doubt(id, false);
    const missing = [...this.schedule.ids].filter((id) => !listed.has(id));
    const doubted = new Set(missing.filter((id) => this.#delivered.isDoubted(id)));
    const verdict = judged({ names: missing, known: this.#knownAtFirst, doubted }, this.#options.isGuarded);
    for (const id of verdict.doubted) this.#delivered.doubt(id, true);
    return verdict;
  }

  /** The keys of the rows of a partition. */
  keysIn(id: string): readonly string[] {
    return this.#delivered.keysIn(id);
  }

  /** Removes a partition whose deletion is being sent. */
  forget(id: string): void {
    this.schedule.forget(id);
    this.#delivered.forget(id);
  }

  isAnnounced(partition: string): boolean {
    return this.open.isAnnounced(partition);
  }

  announce(_unprinted: readonly string[], forMs: number): void {
    this.#announcedForMs = forMs;
  }

  /** Whether there are, or were, too many rows to name each in a state. */
  get isOverfull(): boolean {
    return this.#delivered.isOverfull;
  }

  get weight(): number {
    let weight = this.#delivered.weight;
    for (const id of this.schedule.ids) weight += this.schedule.refusal(id) === undefined ? 150 : 220;
    return weight;
  }

  save(moment: Moment): JsonObject {
    const complete = moment === 'complete';
    const forMs = moment === 'running' ? this.#announcedForMs : undefined;
    const announced: ReadonlySet<string> = forMs === undefined ? new Set() : this.open.announce(forMs);
    if (complete && this.#delivered.areTooMany) this.#delivered.unname();
    const hasTime = !complete && Number.isFinite(this.#deliveredUntilMs);
    const refusals: Refusal[] = [];
    // Rows of a partition that is not known are sent anyway, unless their time says that they were delivered.
    const ids = new Set([...this.schedule.ids, ...(hasTime ? announced : [])]);
    const partitions = [...ids].map((id) => {
      const isAnnounced = announced.has(id);
      const known = { visits: this.schedule.saved(id), delivered: this.#delivered.of(id), isAnnounced };
      return savedPartition(id, known, refusals);
    });
    return {
      columns: this.#columns,
      ...(hasTime && { deliveredUntil: new Date(this.#deliveredUntilMs).toISOString() }),
      ...(refusals.length > 0 && { refusals }),
      partitions,
    };
  }
}
