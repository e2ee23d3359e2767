import type { DeliveredSection } from './delivered-section.ts';

/** Which section of a partition holds which row, with the row's fingerprint. A row has one section at a time. */
export class RowPlaces {
  readonly #rows = new Map<string, Map<string, number>>();
  readonly #sections = new Map<string, string>();

  constructor(sections: ReadonlyMap<string, DeliveredSection>) {
    for (const [id, { rows }] of sections) {
      const own = new Map<string, number>();
      for (const [index, key] of (rows?.keys ?? []).entries()) {
        own.set(key, rows?.fingerprints[index] ?? 0);
        this.#sections.set(key, id);
      }
      this.#rows.set(id, own);
    }
  }

  sectionOf(key: string): string | undefined {
    return this.#sections.get(key);
  }

  fingerprintOf(key: string): number | undefined {
    const section = this.#sections.get(key);
    return section === undefined ? undefined : this.#rows.get(section)?.get(key);
  }

  /** The rows of a section by their keys. */
  rowsIn(section: string): ReadonlyMap<string, number> {
    return this.#rows.get(section) ?? new Map();
  }

  /** The sections that hold or held rows. */
  get sections(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Moves a row to a section. */
  put(key: string, section: string, fingerprint: number): void {
    const before = this.#sections.get(key);
    if (before !== undefined) this.#rows.get(before)?.delete(key);
    this.#sections.set(key, section);
    const rows = this.#rows.get(section) ?? new Map<string, number>();
    this.#rows.set(section, rows.set(key, fingerprint));
  }
}
