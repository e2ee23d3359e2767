import type { Section } from '../stream.ts';
import type { DeliveredPartition } from './delivered-partition.ts';
import { deliveredSection, spelled, sumOf, UNPLACED } from './delivered-section.ts';
import { fingerprint, fingerprintOf } from './fingerprint.ts';
import type { ListedPartition, SerializedRow } from './ledger.ts';
import { judged, type Verdict } from './mass-deletion.ts';
import { RowPlaces } from './row-places.ts';
import type { VisitSchedule } from './visit-schedule.ts';

/** Decides which partitions of a stream are visited, and which of their rows are sent. */
export interface PartitionReader {
  readonly schedule: VisitSchedule;
  /** Begins to read a partition whose visit has begun. */
  read(partition: ListedPartition, sections: readonly Section[]): PartitionReading;
}

export interface ReadingOptions {
  /** Whether every section has to be read, changed or not. */
  readonly isFull: boolean;
  /** If false, missing sections are gone at once, however many are missing. */
  readonly isGuarded: boolean;
  /** Rows that are not known count as delivered if their own time is not later than this; NaN for none. */
  readonly deliveredUntilMs: number;
  /** Called when everything was read: whether that was every section, and whether some are missing and doubted. */
  readonly onEnd: (outcome: { isFull: boolean; hasDoubts: boolean }) => void;
  /** Called when the reading is over, whether or not it came to its end. */
  readonly onClose?: () => void;
}

/**
 * Compares what one visit finds in a partition with what was delivered of it. What counts as delivered moves section by section,
 * each time together with the rows that are about to be written, so that it is true whenever it is saved. The ids of sections are
 * `spelled` in it.
 */
export class PartitionReading implements Disposable {
  readonly #delivered: DeliveredPartition;
  readonly #options: ReadingOptions;
  /** Places of the listed sections in their order. */
  readonly #order: ReadonlyMap<string, number>;
  readonly #places: RowPlaces;
  readonly #knownSections: number;
  /** The sections that are read in this turn, and the rows met in it. */
  #turn: ReadonlySet<string> = new Set();
  #met = new Set<string>();
  #isWhole = true;
  #hasLost = false;

  constructor(delivered: DeliveredPartition, sections: readonly Section[], options: ReadingOptions) {
    this.#delivered = delivered;
    this.#options = options;
    this.#order = new Map(sections.map(({ id }, place) => [spelled(id), place]));
    this.#places = new RowPlaces(delivered.sections);
    this.#knownSections = [...delivered.sections.keys()].filter((id) => id !== UNPLACED).length;
  }

  get isFull(): boolean {
    return this.#options.isFull;
  }

  /** The sections that may differ from what was delivered of them; `shared` is the fingerprint of what all of them depend on. */
  behind(sections: readonly Section[], shared: number | undefined): readonly Section[] {
    if (this.isFull || shared !== this.#delivered.shared) return sections;
    const known = this.#delivered.sections;
    const some = sections.filter(
      ({ id, version }) => version === undefined || known.get(spelled(id))?.version !== fingerprintOf(version),
    );
    return some.length === 0 || this.#areOwnersCertain() ? some : sections;
  }

  /** Whether it is certain which section a row belongs to that stands in several, without reading all of them. */
  #areOwnersCertain(): boolean {
    const known = this.#delivered.sections;
    const order = [...known.keys()].map((id) => this.#order.get(id)).filter((place) => place !== undefined);
    const isSameOrder = order.every((place, index) => place >= (order[index - 1] ?? 0));
    return isSameOrder && known.values().every(({ rows }) => rows !== undefined);
  }

  /** Begins to read some sections, in their order; a second turn may follow with more of them. */
  beginTurn(sections: readonly Section[]): void {
    this.#turn = new Set(sections.map(({ id }) => spelled(id)));
    this.#met = new Set();
  }

  /** Notes the rows of a section; those that have to be sent come back. Unless it `isWhole`, it has to be read again. */
  take(section: Section, rows: readonly SerializedRow[], isWhole: boolean): readonly SerializedRow[] {
    const { version } = section;
    const id = spelled(section.id);
    const before = this.#delivered.sections.get(id);
    // Only at the end is it true of all sections that they were read with what they share as it is now.
    this.#delivered.shared = undefined;
    this.#isWhole &&= isWhole;
    const own = new Map<string, number>();
    const kept = rows.filter(({ key, data }) => {
      if (this.#met.has(key) || this.#belongsToEarlier(key, id)) return false;
      this.#met.add(key);
      own.set(key, fingerprint(data));
      return true;
    });
    if (this.#delivered.isOpen) {
      this.#place(id, isWhole && version !== undefined ? fingerprintOf(version) : undefined, own);
      return kept;
    }
    const news = kept.filter((row) => this.#isNews(row, own.get(row.key)));
    this.#place(id, isWhole && version !== undefined ? fingerprintOf(version) : undefined, own);
    if (before === undefined || before.rows) return news;
    // Its rows are not known one by one.
    return before.sum === sumOf(own.values()) ? [] : kept;
  }

  /** Whether a row stands in an earlier section too, which is not read in this turn. */
  #belongsToEarlier(key: string, id: string): boolean {
    const owner = this.#places.sectionOf(key);
    if (owner === undefined || this.#turn.has(owner)) return false;
    const place = this.#order.get(owner);
    return place !== undefined && place < (this.#order.get(id) ?? 0);
  }

  #isNews({ key, updatedAt }: SerializedRow, current: number | undefined): boolean {
    if (this.#places.sectionOf(key) !== undefined) return this.#places.fingerprintOf(key) !== current;
    return !(Date.parse(String(updatedAt)) <= this.#options.deliveredUntilMs);
  }

  /** Puts rows where they stand now; those that no longer stand there wait until all sections were read. */
  #place(id: string, version: number | undefined, own: ReadonlyMap<string, number>): void {
    const touched = new Set<string>();
    const lost = [...this.#places.rowsIn(id)].filter(([key]) => !own.has(key));
    if (lost.length > 0) touched.add(UNPLACED);
    this.#hasLost ||= lost.length > 0;
    for (const [key, known] of lost) this.#places.put(key, UNPLACED, known);
    for (const [key, current] of own) {
      const before = this.#places.sectionOf(key);
      if (before !== undefined && before !== id) touched.add(before);
      this.#places.put(key, id, current);
    }
    for (const other of touched) this.#refresh(other);
    this.#delivered.sections.set(id, deliveredSection(version, own));
  }

  /** Notes which rows a section has now that is otherwise what it was. */
  #refresh(id: string): void {
    const { sections } = this.#delivered;
    const rows = this.#places.rowsIn(id);
    if (id === UNPLACED && rows.size === 0) sections.delete(id);
    else {
      const { version, isDoubted = false } = sections.get(id) ?? {};
      sections.set(id, { ...deliveredSection(version, rows), isDoubted });
    }
  }

  /** Whether no section came with rows skipped, any of which may be one that seems missing. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether rows have left a section: one that was not read may hold them too, or hold them now. */
  get hasLostRows(): boolean {
    if (this.#hasLost) return true;
    return [...this.#places.sections].some((id) => !this.#order.has(id) && this.#places.rowsIn(id).size > 0);
  }

  /** The sections that are gone with their rows, and those that are missing and doubted; to be called when all were read. */
  settle(): Verdict {
    const { sections } = this.#delivered;
    for (const [id, section] of sections) if (this.#order.has(id)) section.isDoubted = false;
    const missing = [...sections.keys()].filter((id) => !this.#order.has(id) && id !== UNPLACED);
    const before = new Set(missing.filter((id) => sections.get(id)?.isDoubted));
    const { gone, doubted } = judged(
      { names: missing, known: this.#knownSections, doubted: before },
      this.#options.isGuarded,
    );
    for (const id of doubted) {
      const section = sections.get(id);
      if (section) section.isDoubted = true;
    }
    // Where sections are doubted, what seems to be in none may be in one of those.
    return { gone: doubted.length === 0 && sections.has(UNPLACED) ? [...gone, UNPLACED] : gone, doubted };
  }

  /** The keys of the rows in a section. */
  keysIn(id: string): readonly string[] {
    return [...this.#places.rowsIn(id).keys()];
  }

  /** Removes a section whose deletion is being sent. */
  forget(id: string): void {
    this.#delivered.sections.delete(id);
  }

  /** To be called when everything was read; `isFull` if every section was. */
  end(isFull: boolean, shared: number | undefined): void {
    this.#putInOrder();
    this.#delivered.shared = shared;
    this.#delivered.isOpen = false;
    const hasDoubts = this.#delivered.sections.values().some(({ isDoubted }) => isDoubted);
    this.#options.onEnd({ isFull, hasDoubts });
  }

  /** The order of the sections says which one a row belongs to that stands in several. */
  #putInOrder(): void {
    const { sections } = this.#delivered;
    const place = (id: string) => this.#order.get(id) ?? this.#order.size;
    const ordered = [...sections].sort(([a], [b]) => place(a) - place(b));
    sections.clear();
    for (const [id, section] of ordered) sections.set(id, section);
  }

  [Symbol.dispose](): void {
    this.#options.onClose?.();
  }
}
