import type { Section } from '../stream.ts';
import { fingerprint, fingerprintOf } from './fingerprint.ts';
import type { SerializedRow } from './ledger.ts';
import { judged, type Verdict } from './mass-deletion.ts';
import { delivered, type Entry, sumOf, UNPLACED } from './partition-entry.ts';

export interface ReadingOptions {
  /** The partition's version, as it was listed. */
  readonly version: number;
  /** Whether every section has to be read, changed or not. */
  readonly isFull: boolean;
  /** Unless they are, a missing section counts as gone, however many are missing. */
  readonly isGuarded: boolean;
  /** Whether rows that it does not know are taken as delivered if their own time is not later than this. */
  readonly deliveredUntilMs: number;
  /** Called when everything was found. */
  readonly onEnd?: () => void;
  /** Called when the look is over, whatever came of it. */
  readonly onClose?: () => void;
}

/**
 * One look at one partition, beside what was delivered of it. The entry moves section by section, each time together with the
 * rows that are about to be written, so that it is true whenever it is saved.
 */
export class PartitionReading implements Disposable {
  readonly #entry: Entry;
  readonly #options: ReadingOptions;
  /** Places of the listed sections in their order. */
  readonly #places: ReadonlyMap<string, number>;
  /** Rows by the section that holds them, and the other way round. */
  readonly #rows: Map<string, Map<string, number>>;
  readonly #holders: Map<string, string>;
  readonly #knownSections: number;
  /** The sections that are read in this turn, and the rows met in it. */
  #turn: ReadonlySet<string> = new Set();
  #met = new Set<string>();
  #isWhole = true;
  #hasLost = false;

  constructor(entry: Entry, sections: readonly Section[], options: ReadingOptions) {
    this.#entry = entry;
    this.#options = options;
    this.#places = new Map(sections.map(({ id }, place) => [id, place]));
    const known = [...entry.sections].map(([id, { rows }]) => {
      const prints = rows?.prints ?? [];
      return [id, new Map((rows?.keys ?? []).map((key, index) => [key, prints[index] ?? 0]))] as const;
    });
    this.#rows = new Map(known);
    this.#holders = new Map(
      known.flatMap(([id, rows]) =>
        rows
          .keys()
          .map((key) => [key, id] as const)
          .toArray(),
      ),
    );
    this.#knownSections = [...entry.sections.keys()].filter((id) => id !== UNPLACED).length;
  }

  get isFull(): boolean {
    return this.#options.isFull;
  }

  /** The sections that may differ from what was delivered of them; `shared` is the fingerprint of what all of them depend on. */
  behind(sections: readonly Section[], shared: number | undefined): readonly Section[] {
    if (this.isFull || shared !== this.#entry.shared) return sections;
    const known = this.#entry.sections;
    const some = sections.filter(
      ({ id, version }) => version === undefined || known.get(id)?.version !== fingerprintOf(version),
    );
    return some.length === 0 || this.#knowsHolders() ? some : sections;
  }

  /** Whether it is certain which section holds a row that stands in several, without looking at all of them. */
  #knowsHolders(): boolean {
    const known = this.#entry.sections;
    const places = [...known.keys()].map((id) => this.#places.get(id)).filter((place) => place !== undefined);
    const isSameOrder = places.every((place, index) => place >= (places[index - 1] ?? 0));
    return isSameOrder && known.values().every(({ rows }) => rows !== undefined);
  }

  /** Begins to read some sections, in their order; it may be done again with more of them. */
  beginTurn(sections: readonly Section[]): void {
    this.#turn = new Set(sections.map(({ id }) => id));
    this.#met = new Set();
  }

  /** Notes the rows of a section; those that have to be sent come back. Unless it `isWhole`, it has to be read again. */
  take({ id, version }: Section, printed: readonly SerializedRow[], isWhole: boolean): readonly SerializedRow[] {
    const before = this.#entry.sections.get(id);
    // Until the end it is not true of all of them that they were read with what they share as it is now.
    this.#entry.shared = undefined;
    this.#isWhole &&= isWhole;
    const own = new Map<string, number>();
    const kept = printed.filter(({ key, data }) => {
      if (this.#met.has(key) || this.#belongsBefore(key, id)) return false;
      this.#met.add(key);
      own.set(key, fingerprint(data));
      return true;
    });
    const news = kept.filter((row) => this.#isNews(row, own.get(row.key)));
    this.#place(id, isWhole && version !== undefined ? fingerprintOf(version) : undefined, own);
    if (before === undefined || before.rows) return news;
    // Its rows are not known one by one.
    return before.sum === sumOf(own.values()) ? [] : kept;
  }

  /** Whether a row stands in an earlier section too, which is not looked at in this turn. */
  #belongsBefore(key: string, id: string): boolean {
    const holder = this.#holders.get(key);
    if (holder === undefined || this.#turn.has(holder)) return false;
    const place = this.#places.get(holder);
    return place !== undefined && place < (this.#places.get(id) ?? 0);
  }

  #isNews({ key, updatedAt }: SerializedRow, print: number | undefined): boolean {
    const holder = this.#holders.get(key);
    if (holder !== undefined) return this.#rows.get(holder)?.get(key) !== print;
    return !(Date.parse(String(updatedAt)) <= this.#options.deliveredUntilMs);
  }

  /** Puts rows where they stand now; those that were there and are not any more wait until all sections were looked at. */
  #place(id: string, version: number | undefined, own: ReadonlyMap<string, number>): void {
    const touched = new Set<string>();
    const lost =
      this.#rows
        .get(id)
        ?.entries()
        .filter(([key]) => !own.has(key))
        .toArray() ?? [];
    this.#hasLost ||= lost.length > 0;
    if (lost.length > 0) touched.add(UNPLACED);
    for (const [key, print] of lost) this.#hold(UNPLACED, key, print);
    for (const [key, print] of own) {
      const holder = this.#holders.get(key);
      if (holder !== undefined && holder !== id) touched.add(holder);
      this.#hold(id, key, print);
    }
    for (const other of touched) {
      const rows = this.#rows.get(other) ?? new Map();
      if (other === UNPLACED && rows.size === 0) this.#entry.sections.delete(other);
      else this.#replace(other, rows);
    }
    this.#entry.sections.set(id, delivered(version, own));
  }

  /** Puts other rows where a section is otherwise what it was. */
  #replace(id: string, rows: ReadonlyMap<string, number>): void {
    const { version, isDoubted = false } = this.#entry.sections.get(id) ?? {};
    this.#entry.sections.set(id, { ...delivered(version, rows), isDoubted });
  }

  #hold(section: string, key: string, print: number): void {
    const holder = this.#holders.get(key);
    if (holder !== undefined) this.#rows.get(holder)?.delete(key);
    this.#holders.set(key, section);
    const rows = this.#rows.get(section) ?? new Map<string, number>();
    this.#rows.set(section, rows.set(key, print));
  }

  /** Whether no section came with rows left out, any of which may be one that seems missing. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether rows have left a section: another one that was not looked at may hold them as well, or now. */
  get hasLostRows(): boolean {
    return this.#hasLost || this.#rows.entries().some(([id, rows]) => !this.#places.has(id) && rows.size > 0);
  }

  /** The sections that are gone with their rows, and those that are missing and doubted; to be called when all were looked at. */
  settle(): Verdict {
    const { sections } = this.#entry;
    for (const [id, section] of sections) if (this.#places.has(id)) section.isDoubted = false;
    const missing = [...sections.keys()].filter((id) => !this.#places.has(id) && id !== UNPLACED);
    const before = new Set(missing.filter((id) => sections.get(id)?.isDoubted));
    const finding = { names: missing, known: this.#knownSections, doubted: before };
    const { gone, doubted } = judged(finding, this.#options.isGuarded);
    for (const id of doubted) {
      const section = sections.get(id);
      if (section) section.isDoubted = true;
    }
    // Where sections are doubted, what seems to be in none may be in one of those.
    return { gone: doubted.length === 0 && sections.has(UNPLACED) ? [...gone, UNPLACED] : gone, doubted };
  }

  /** Takes a section out, whose deletion is being sent; the keys of its rows come back. */
  forget(section: string): readonly string[] {
    this.#entry.sections.delete(section);
    return [...(this.#rows.get(section)?.keys() ?? [])];
  }

  /** To be called when everything was found; `isFull` if every section was read in this look. */
  end(isFull: boolean, shared: number | undefined): void {
    const entry = this.#entry;
    this.#putInOrder();
    const isDoubtful = entry.sections.values().some(({ isDoubted }) => isDoubted);
    // What is doubted has to be looked at again soon.
    entry.version = isDoubtful ? undefined : this.#options.version;
    entry.refusal = undefined;
    entry.refusedAtMs = undefined;
    entry.shared = shared;
    if (isFull) entry.readAtMs = Date.now();
    this.#options.onEnd?.();
  }

  /** The order of the sections says which one holds a row that stands in several. */
  #putInOrder(): void {
    const { sections } = this.#entry;
    const place = (id: string) => this.#places.get(id) ?? this.#places.size;
    const ordered = [...sections].sort(([a], [b]) => place(a) - place(b));
    sections.clear();
    for (const [id, section] of ordered) sections.set(id, section);
  }

  [Symbol.dispose](): void {
    this.#options.onClose?.();
  }
}
