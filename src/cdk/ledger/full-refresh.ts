import type { JsonObject, Schema } from '../protocol/messages.ts';
import type { Section } from '../stream.ts';
import { fingerprintOf } from './fingerprint.ts';
import { KeySet } from './key-set.ts';
import type { Listed, ListLedger, WalkLedger } from './ledger.ts';
import type { Verdict } from './mass-deletion.ts';
import { emptyEntry } from './partition-entry.ts';
import { PartitionReading } from './partition-reading.ts';

/** For a full refresh of a list: sends each row once and remembers none. */
export class EveryRowOnce implements ListLedger {
  readonly weight = 0;
  readonly isOverfull = false;
  readonly #sent = new KeySet();

  take(key: string): boolean {
    return this.#sent.add(key);
  }

  settle(): Verdict {
    return { gone: [], doubted: [] };
  }

  forget(): void {}

  save(complete: boolean): JsonObject {
    return { complete };
  }
}

/** What an `EveryPartitionOnce` saves. */
export const SAVED_WALK = {
  required: ['complete'],
  properties: { complete: { type: 'boolean' }, done: { type: 'array', items: { type: 'string' } } },
} satisfies Schema;

/** For a full refresh by partition: remembers which partitions are done, to go on with the others. */
export class EveryPartitionOnce implements WalkLedger {
  readonly isOverfull = false;
  readonly #done: Set<string>;
  /** When those of them were done that this sync has read. */
  readonly #readAtMs = new Map<string, number>();
  readonly #isComplete: boolean;

  constructor(saved: { readonly done?: readonly string[]; readonly complete?: boolean } = {}) {
    this.#done = new Set(saved.done);
    this.#isComplete = saved.complete ?? false;
  }

  isBehind({ id }: Listed): boolean {
    return !this.#isComplete && !this.#done.has(id);
  }

  mayJoin(partition: Listed): boolean {
    return this.isBehind(partition);
  }

  readAtMs(id: string): number | undefined {
    return this.#readAtMs.get(id);
  }

  refusal(): undefined {
    return undefined;
  }

  refuse(): void {}

  begin(): void {}

  confirmRefusals(): void {}

  forgetRefusals(): void {}

  look({ id, version }: Listed, sections: readonly Section[]): PartitionReading {
    return new PartitionReading(emptyEntry(), sections, {
      version: fingerprintOf(version),
      isFull: true,
      isGuarded: false,
      deliveredUntilMs: Number.NaN,
      onEnd: () => {
        this.#done.add(id);
        this.#readAtMs.set(id, Date.now());
      },
    });
  }

  settle(): Verdict {
    return { gone: [], doubted: [] };
  }

  forget(): readonly string[] {
    return [];
  }

  save(complete: boolean): JsonObject {
    return complete || this.#isComplete ? { complete: true } : { complete, done: [...this.#done] };
  }

  get weight(): number {
    return this.#done.size * 40;
  }
}
