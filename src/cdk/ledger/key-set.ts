import { digestOf, wordIn } from './fingerprint.ts';

const WORDS_PER_SLOT = 2;

/**
 * A set of keys that costs 16 to 32 bytes a key, whatever the keys' length: 64 bits of each key's hash in one flat table.
 * Among a million keys the chance that any two are taken for one is below one in thirty million.
 */
export class KeySet {
  #slots = new Uint32Array(1024 * WORDS_PER_SLOT);
  #size = 0;

  /** Adds a key; false if it was there already. */
  add(key: string): boolean {
    if ((this.#size + 1) * WORDS_PER_SLOT * 2 > this.#slots.length) this.#grow();
    const digest = digestOf(key);
    // Two zero words mark a free slot, so that the first word of a key is never zero.
    return this.#put(wordIn(digest, 0) || 1, wordIn(digest, 4));
  }

  #put(first: number, second: number): boolean {
    const slots = this.#slots;
    for (let at = (second * WORDS_PER_SLOT) % slots.length; ; at = (at + WORDS_PER_SLOT) % slots.length) {
      if (slots[at] === first && slots[at + 1] === second) return false;
      if (slots[at] !== 0) continue;
      slots[at] = first;
      slots[at + 1] = second;
      this.#size += 1;
      return true;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#size = 0;
    for (let at = 0; at < old.length; at += WORDS_PER_SLOT) {
      const first = old[at] ?? 0;
      if (first !== 0) this.#put(first, old[at + 1] ?? 0);
    }
  }
}
