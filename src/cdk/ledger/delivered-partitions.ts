import {
  type DeliveredPartition,
  isUnnamed,
  keysOf,
  nothingDelivered,
  rowsToName,
  unname,
} from './delivered-partition.ts';
import { MOST_KEYS } from './ledger.ts';

/** What was delivered of all partitions. Where a state cannot name all of their rows, the names are given up. */
export class DeliveredPartitions {
  readonly #partitions: Map<string, DeliveredPartition>;
  readonly #mostKeys: number;
  #rowsToName = 0;

  constructor(partitions: ReadonlyMap<string, DeliveredPartition>, mostKeys = MOST_KEYS) {
    this.#partitions = new Map(partitions);
    this.#mostKeys = mostKeys;
    for (const partition of this.#partitions.values()) this.#rowsToName += rowsToName(partition);
  }

  /** What was delivered of one, to be changed only between `count`s. */
  of(id: string): DeliveredPartition {
    const partition = this.#partitions.get(id) ?? nothingDelivered();
    this.#partitions.set(id, partition);
    return partition;
  }

  /** Begins to count the rows of a partition; the function that comes back is to be called when they have changed. */
  count(partition: DeliveredPartition): () => void {
    const before = rowsToName(partition);
    return () => {
      const wereFarTooMany = this.#areFarTooMany;
      this.#rowsToName += rowsToName(partition) - before;
      // Whether there are too many is certain when all were read; far too many would cost too much memory until then.
      if (this.#areFarTooMany)
        for (const each of wereFarTooMany ? [partition] : this.#partitions.values()) unname(each);
    };
  }

  get #areFarTooMany(): boolean {
    return this.#rowsToName > 2 * this.#mostKeys;
  }

  get areTooMany(): boolean {
    return this.#rowsToName > this.#mostKeys;
  }

  /** Whether there are, or were, too many rows to name. */
  get isOverfull(): boolean {
    return this.areTooMany || this.#partitions.values().some(isUnnamed);
  }

  /** Gives up the names of all rows. */
  unname(): void {
    for (const partition of this.#partitions.values()) unname(partition);
  }

  isDoubted(id: string): boolean {
    return this.#partitions.get(id)?.isDoubted ?? false;
  }

  doubt(id: string, isDoubted: boolean): void {
    const partition = this.#partitions.get(id);
    if (partition) partition.isDoubted = isDoubted;
  }

  /** The keys of a partition's rows. */
  keysIn(id: string): readonly string[] {
    const partition = this.#partitions.get(id);
    return partition ? keysOf(partition) : [];
  }

  forget(id: string): void {
    const partition = this.#partitions.get(id);
    if (!partition) return;
    this.#partitions.delete(id);
    this.#rowsToName -= rowsToName(partition);
  }

  /** Roughly how many characters name the sections and rows in a state. */
  get weight(): number {
    let weight = 0;
    for (const { sections } of this.#partitions.values()) {
      for (const [id, { rows }] of sections) {
        weight += id.length + 15;
        for (const key of rows?.keys ?? []) weight += key === id ? 8 : key.length + 11;
      }
    }
    return weight;
  }
}
