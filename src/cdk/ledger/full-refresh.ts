import type { JsonObject, Schema } from '../protocol/messages.ts';
import type { Section } from '../stream.ts';
import { nothingDelivered } from './delivered-partition.ts';
import { KeySet } from './key-set.ts';
import type { ListedPartition, Moment, RowFilter, Saveable } from './ledger.ts';
import type { PartitionReader } from './partition-reading.ts';
import { PartitionReading } from './partition-reading.ts';
import { VisitSchedule } from './visit-schedule.ts';

/** For a full refresh of a list: sends each row once and remembers none. */
export class EveryRowOnce implements RowFilter, Saveable {
  readonly weight = 0;
  readonly #sent = new KeySet();

  take(key: string): boolean {
    return this.#sent.add(key);
  }

  save(moment: Moment): JsonObject {
    return { complete: moment === 'complete' };
  }
}

/** What an `EveryPartitionOnce` saves. */
export const SAVED_REFRESH = {
  required: ['complete'],
  properties: { complete: { type: 'boolean' }, done: { type: 'array', items: { type: 'string' } } },
} satisfies Schema;

/** For a full refresh by partition: remembers which partitions are done, to go on with the others. */
export class EveryPartitionOnce implements PartitionReader, Saveable {
  /** Refusals are remembered until the sync ends: a refresh that is resumed tries them again. */
  readonly schedule: VisitSchedule;
  readonly #done: Set<string>;
  readonly #isComplete: boolean;

  constructor(saved: { readonly done?: readonly string[]; readonly complete?: boolean } = {}) {
    this.#done = new Set(saved.done);
    this.#isComplete = saved.complete ?? false;
    const isBehind = ({ id }: ListedPartition) => !this.#isComplete && !this.#done.has(id);
    this.schedule = new VisitSchedule({ isBehind, isFullReadDue: () => true, readsAlong: false });
  }

  read(partition: ListedPartition, sections: readonly Section[]): PartitionReading {
    return new PartitionReading(nothingDelivered(), sections, {
      isFull: true,
      isGuarded: false,
      deliveredUntilMs: Number.NaN,
      onEnd: () => {
        this.#done.add(partition.id);
        this.schedule.end(partition, { readAtMs: Date.now() });
      },
    });
  }

  save(moment: Moment): JsonObject {
    const complete = moment === 'complete' || this.#isComplete;
    return complete ? { complete } : { complete, done: [...this.#done] };
  }

  get weight(): number {
    return this.#done.size * 40;
  }
}
