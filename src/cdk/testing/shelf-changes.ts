import type { Part, Shelf } from './shelves.ts';

/** Whole numbers below a limit. */
export type Roll = (limit: number) => number;

/** One of the items; undefined if there are none. */
export function oneOf<Item>(items: Iterable<Item>, roll: Roll): Item | undefined {
  const all = [...items];
  return all[roll(Math.max(all.length, 1))];
}

/** What the changes in a shelf depend on: chance, and the library around it. */
export interface ChangeOptions {
  readonly roll: Roll;
  /** A number that was not there before. */
  next(): number;
  /** The version that follows one of a part of this shelf. */
  moved(version: number, shelfId: string): number;
  /** The earlier content of this shelf must not come back. */
  forgetPast(shelfId: string): void;
  /** Whether a state tells of this book in this section of the shelf. */
  isKnown(shelfId: string, section: string, book: string): boolean;
}

type Change = (shelf: Shelf, id: string) => void;

/** What may happen in a shelf: rows come and change by `edits`, and go or stand elsewhere by `moves`. */
export class ShelfChanges {
  readonly #options: ChangeOptions;
  readonly edits: readonly Change[];
  readonly moves: readonly Change[];

  constructor(options: ChangeOptions) {
    this.#options = options;
    const editRow: Change = (shelf, id) => this.#editRow(shelf, id);
    this.edits = [
      (shelf) => this.#touch(shelf),
      (shelf) => {
        shelf.shared = options.next();
      },
      (shelf, id) => this.#toggleLock(shelf, id),
      (shelf) => this.addPart(shelf),
      (shelf, id) => this.#withBooks(shelf, id, ({ rows }) => rows.set(`b${options.next()}`, options.next())),
      editRow,
    ];
    const move: Change = (shelf, id) => this.#moveRow(shelf, id);
    const slip: Change = (shelf, id) => this.#slipRow(shelf, id);
    const copy: Change = (shelf, id) => this.#copyRow(shelf, id);
    const lose: Change = (shelf, id) =>
      this.#withBooks(shelf, id, ({ rows }) => rows.delete(this.#one(rows.keys()) ?? ''));
    const putElsewhere: Change = (shelf, id) =>
      this.#withBooks(shelf, id, (part) => {
        part.rank = options.roll(50);
      });
    this.moves = [(shelf) => this.#losePart(shelf), lose, move, slip, slip, copy, copy, putElsewhere];
  }

  #one<Item>(items: Iterable<Item>): Item | undefined {
    return oneOf(items, this.#options.roll);
  }

  addPart(shelf: Shelf): void {
    const { roll, next } = this.#options;
    const id = `p${next()}`;
    const part = { rank: roll(50), version: next(), rows: new Map<string, number>() };
    if (roll(3) === 0) {
      shelf.notes.set(id, part);
      part.rows.set(id, next());
      return;
    }
    shelf.books.set(id, part);
    for (let count = roll(4); count > 0; count -= 1) part.rows.set(`b${next()}`, next());
  }

  /** ShelfChanges a section, and its version. */
  #withBooks(shelf: Shelf, shelfId: string, change: (part: Part) => void): void {
    const part = this.#one(shelf.books.values());
    if (!part) return;
    change(part);
    part.version = this.#options.moved(part.version, shelfId);
  }

  /** Versions that move although nothing else does. */
  #touch(shelf: Shelf): void {
    const { roll, next } = this.#options;
    if (roll(2) === 0) shelf.title = next();
    const part = this.#one([...shelf.books.values(), ...shelf.notes.values()]);
    if (part) part.version = next();
  }

  #toggleLock(shelf: Shelf, id: string): void {
    shelf.isLocked = !shelf.isLocked;
    // While it was locked nobody saw it, and what nobody saw does not come back.
    this.#options.forgetPast(id);
  }

  #losePart(shelf: Shelf): void {
    const parts = this.#one([shelf.books, shelf.notes]);
    parts?.delete(this.#one(parts.keys()) ?? '');
  }

  #editRow(shelf: Shelf, shelfId: string): void {
    const { roll, next } = this.#options;
    const note = this.#one(shelf.notes);
    if (note && roll(3) === 0) note[1].rows.set(note[0], next());
    else
      this.#withBooks(shelf, shelfId, ({ rows }) => {
        const id = this.#one(rows.keys());
        if (id !== undefined) rows.set(id, next());
      });
  }

  #copyRow(shelf: Shelf, shelfId: string): void {
    const { roll, next } = this.#options;
    const [id, value] = this.#one([...shelf.books.values()].flatMap(({ rows }) => [...rows])) ?? [];
    if (id === undefined || value === undefined) return;
    this.#withBooks(shelf, shelfId, ({ rows }) => rows.set(id, roll(2) === 0 ? value : next()));
  }

  #moveRow(shelf: Shelf, shelfId: string): void {
    this.#withBooks(shelf, shelfId, ({ rows: from }) => {
      const [id, value] = this.#one(from) ?? [];
      if (id === undefined || value === undefined) return;
      from.delete(id);
      this.#withBooks(shelf, shelfId, ({ rows: to }) => to.set(id, value));
    });
  }

  /**
   * Moves a row to a later section that does not tell of it, though the one that has lost it does. Nobody misses a row that was
   * never known to be there: where such a one has gone only the later section can tell.
   */
  #slipRow(shelf: Shelf, shelfId: string): void {
    this.#withBooks(shelf, shelfId, (part) => {
      const { rows: from, rank } = part;
      const [id, value] = this.#one(from) ?? [];
      const later = this.#one([...shelf.books.values()].filter((other) => other.rank > rank));
      if (id === undefined || value === undefined || !later) return;
      from.delete(id);
      later.rows.set(id, value);
      const [section = ''] = [...shelf.books].find(([, other]) => other === part) ?? [];
      if (!this.#options.isKnown(shelfId, section, id)) later.version = this.#options.moved(later.version, shelfId);
      // The later one's version stands for two contents now: the first must not come back.
      this.#options.forgetPast(shelfId);
    });
  }
}
