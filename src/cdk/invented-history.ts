import { isWalker, KEYS, type Name, type Part, readerRow, rowsOf, type Shelf, shelfRow } from './invented-shelves.ts';
import type { Row } from './stream.ts';

/**
 * How far versions can be trusted: `honest` ones name one content each, and come again with it only; `silent` ones stand still,
 * repeat and go back as they like; `lazy` ones are honest, but stand still now and then.
 */
export type Honesty = 'honest' | 'silent' | 'lazy';

type Roll = (limit: number) => number;

/** A library that lives on between two syncs: what it holds, and what may happen to it. */
export class LivingLibrary {
  readonly shelves = new Map<string, Shelf>();
  /** By the JSON of their key. */
  readonly readers = new Map<string, number>();
  /** Shelves that changed although their version did not tell, by the stream that has not read them in full since. */
  readonly quiet = { books: new Set<string>(), notes: new Set<string>() };
  /** The setting that decides which shelves are listed. */
  scope = 0;
  readonly #honesty: Honesty;
  readonly #roll: Roll;
  #count = 0;
  readonly #lostReaders = new Map<string, number>();
  readonly #lostShelves = new Map<string, Shelf>();
  /** Shelves as they were before they changed last, and those that have changed since the last sync. */
  readonly #past = new Map<string, Shelf>();
  readonly changed = new Set<string>();

  /** The shelf that changed last. */
  #hot = '';

  constructor(honesty: Honesty, roll: Roll) {
    this.#honesty = honesty;
    this.#roll = roll;
    for (let count = roll(40); count > 0; count -= 1) this.#addReader();
    for (let count = roll(30); count > 0; count -= 1) this.#addShelf();
  }

  /** All rows of a stream by the JSON of their keys, themselves as JSON. */
  truth(name: Name): Map<string, string> {
    const rows = [...this.#rows(name)].map((row): [string, string] => [
      JSON.stringify(KEYS[name].map((field) => row[field])),
      JSON.stringify(row),
    ]);
    // A row that stands in several sections belongs to the first.
    return new Map(rows.reverse());
  }

  *#rows(name: Name): Iterable<Row> {
    if (name === 'readers') for (const [key, value] of this.readers) yield readerRow(key, value);
    for (const [id, shelf] of this.shelves) {
      if (name === 'shelves') yield shelfRow(id, shelf);
      if (isWalker(name)) yield* rowsOf(id, shelf, name);
    }
  }

  /** The next changes come after a sync. */
  startAgain(): void {
    this.changed.clear();
  }

  /** Something happens; if only what is `fresh`, rows come and change, but no content that was there before comes back. */
  happen(isFresh: boolean): void {
    const kind = this.#roll(isFresh ? 6 : 10);
    if (kind < 1) this.#one([this.#addReader, this.#editReader, this.#addShelf])?.();
    else if (kind < 6) this.#withShelf(this.#one(this.#freshInShelf));
    else if (kind < 9) this.#withShelf(this.#one(this.#othersInShelf));
    else this.#one([this.#loseReader, this.#loseShelf, this.#bringBack, this.#restoreOne, this.#restoreOne])?.();
  }

  /** Most readers or most shelves are not to be seen any more; `bySettings` since the settings do not admit them. */
  vanish(bySettings: boolean): void {
    if (bySettings) this.scope += 1;
    const lose = bySettings || this.#roll(2) === 0 ? () => this.#loseShelf() : () => this.#loseReader();
    for (let count = 20 + this.#roll(15); count > 0; count -= 1) lose();
  }

  bringAllBack(): void {
    for (const [id, shelf] of this.#lostShelves) this.shelves.set(id, shelf);
    for (const [key, value] of this.#lostReaders) this.readers.set(key, value);
    this.#lostShelves.clear();
    this.#lostReaders.clear();
  }

  /** A shelf that nobody could see can be seen again: its version tells, and does not come back. */
  reopen(id: string): void {
    const shelf = this.shelves.get(id);
    if (shelf) shelf.version = this.#next();
    this.#past.delete(id);
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** The version that follows a change; undefined where nobody tells. */
  #moved(version: number, id: string): number {
    if (this.#honesty === 'silent') return this.#roll(3);
    if (this.#honesty === 'honest' || this.#roll(4) > 0) return this.#next();
    for (const quiet of Object.values(this.quiet)) quiet.add(id);
    return version;
  }

  #one<Item>(items: Iterable<Item>): Item | undefined {
    const all = [...items];
    return all[this.#roll(Math.max(all.length, 1))];
  }

  readonly #addReader = (): void => {
    const key = JSON.stringify([`${this.#roll(3) === 0 ? '["ü' : 'r'}${this.#next()}`, this.#roll(3)]);
    this.readers.set(key, this.#next());
  };

  readonly #editReader = (): void => {
    const key = this.#one(this.readers.keys());
    if (key !== undefined) this.readers.set(key, this.#next());
  };

  readonly #loseReader = (): void => {
    const [key, value] = this.#one(this.readers) ?? [];
    if (key === undefined || value === undefined) return;
    this.readers.delete(key);
    this.#lostReaders.set(key, value);
  };

  readonly #addShelf = (): void => {
    const [id, none] = [`${this.#roll(3) === 0 ? '[' : 's'}${this.#next()}`, () => new Map<string, Part>()];
    const shelf = {
      title: this.#next(),
      version: this.#next(),
      shared: 0,
      isLocked: false,
      books: none(),
      notes: none(),
    };
    for (let count = this.#roll(7); count > 0; count -= 1) this.#addPart(shelf);
    this.shelves.set(id, shelf);
  };

  /** Changes a shelf, rather the one that changed last; what it was before is kept. */
  #withShelf(change?: (shelf: Shelf, id: string) => void): void {
    const id = this.#roll(3) > 0 && this.shelves.has(this.#hot) ? this.#hot : this.#one(this.shelves.keys());
    const shelf = this.shelves.get(id ?? '');
    if (id === undefined || shelf === undefined) return;
    this.#hot = id;
    if (!this.changed.has(id)) this.#past.set(id, structuredClone(shelf));
    this.changed.add(id);
    change?.(shelf, id);
    shelf.version = this.#moved(shelf.version, id);
  }

  readonly #touch = (shelf: Shelf): void => {
    if (this.#roll(2) === 0) shelf.title = this.#next();
    const part = this.#one([...shelf.books.values(), ...shelf.notes.values()]);
    if (part) part.version = this.#moved(part.version, '');
  };

  readonly #moveShared = (shelf: Shelf): void => {
    shelf.shared = this.#next();
  };

  readonly #toggleLock = (shelf: Shelf, id: string): void => {
    shelf.isLocked = !shelf.isLocked;
    // While it was locked nobody saw it, and what nobody saw does not come back.
    this.#past.delete(id);
  };

  readonly #addPart = (shelf: Shelf): void => {
    const id = `p${this.#next()}`;
    const part = { rank: this.#roll(50), version: this.#next(), rows: new Map<string, number>() };
    if (this.#roll(3) === 0) {
      shelf.notes.set(id, part);
      part.rows.set(id, this.#next());
      return;
    }
    shelf.books.set(id, part);
    for (let count = this.#roll(4); count > 0; count -= 1) part.rows.set(`b${this.#next()}`, this.#next());
  };

  readonly #losePart = (shelf: Shelf): void => {
    const parts = this.#one([shelf.books, shelf.notes]);
    const id = this.#one(parts?.keys() ?? []);
    if (id !== undefined) parts?.delete(id);
  };

  #withBooks(shelf: Shelf, change: (rows: Map<string, number>, part: Part) => void): void {
    const part = this.#one(shelf.books.values());
    if (!part) return;
    change(part.rows, part);
    part.version = this.#moved(part.version, this.#idOf(shelf));
  }

  #idOf(shelf: Shelf): string {
    return [...this.shelves].find(([, other]) => other === shelf)?.[0] ?? '';
  }

  readonly #addRow = (shelf: Shelf): void => {
    this.#withBooks(shelf, (rows) => rows.set(`b${this.#next()}`, this.#next()));
  };

  readonly #editRow = (shelf: Shelf): void => {
    const note = this.#one(shelf.notes);
    if (note && this.#roll(3) === 0) note[1].rows.set(note[0], this.#next());
    else
      this.#withBooks(shelf, (rows) => {
        const id = this.#one(rows.keys());
        if (id !== undefined) rows.set(id, this.#next());
      });
  };

  readonly #loseRow = (shelf: Shelf): void => {
    this.#withBooks(shelf, (rows) => rows.delete(this.#one(rows.keys()) ?? ''));
  };

  readonly #copyRow = (shelf: Shelf): void => {
    const [id, value] = this.#one([...shelf.books.values()].flatMap(({ rows }) => [...rows])) ?? [];
    if (id === undefined || value === undefined) return;
    this.#withBooks(shelf, (rows) => rows.set(id, this.#roll(2) === 0 ? value : this.#next()));
  };

  readonly #putElsewhere = (shelf: Shelf): void => {
    this.#withBooks(shelf, (_, part) => {
      part.rank = this.#roll(50);
    });
  };

  readonly #moveRow = (shelf: Shelf): void => {
    this.#withBooks(shelf, (from) => {
      const [id, value] = this.#one(from) ?? [];
      if (id === undefined || value === undefined) return;
      from.delete(id);
      this.#withBooks(shelf, (to) => to.set(id, value));
    });
  };

  /** Moves a row to a later section that does not tell of it, though the one that has lost it does. */
  readonly #slipRow = (shelf: Shelf, shelfId: string): void => {
    this.#withBooks(shelf, (from, { rank }) => {
      const [id, value] = this.#one(from) ?? [];
      const later = this.#one([...shelf.books.values()].filter((part) => part.rank > rank));
      if (id === undefined || value === undefined || !later) return;
      from.delete(id);
      later.rows.set(id, value);
      // Its version stands for two contents now: the first must not come back.
      this.#past.delete(shelfId);
    });
  };

  readonly #freshInShelf = [
    this.#touch,
    this.#moveShared,
    this.#toggleLock,
    this.#addPart,
    this.#addRow,
    this.#editRow,
  ];
  readonly #othersInShelf = [
    this.#losePart,
    this.#loseRow,
    this.#moveRow,
    this.#slipRow,
    this.#slipRow,
    this.#copyRow,
    this.#copyRow,
    this.#putElsewhere,
  ];

  readonly #loseShelf = (): void => {
    const [id, shelf] = this.#one(this.shelves) ?? [];
    if (id === undefined || shelf === undefined) return;
    this.shelves.delete(id);
    this.#lostShelves.set(id, shelf);
  };

  readonly #restoreOne = (): void => {
    const id = this.#one(this.#past.keys());
    if (id !== undefined) this.restore(id);
  };

  /** Makes a shelf what it was before it changed last, its versions too. */
  restore(id: string): void {
    const older = this.#past.get(id);
    if (older === undefined || !this.shelves.has(id)) return;
    this.shelves.set(id, structuredClone(older));
    if (this.#honesty === 'lazy') for (const quiet of Object.values(this.quiet)) quiet.add(id);
  }

  readonly #bringBack = (): void => {
    const [id, shelf] = this.#one(this.#lostShelves) ?? [];
    if (id !== undefined && shelf !== undefined) this.shelves.set(id, shelf);
    this.#lostShelves.delete(id ?? '');
    const [key, value] = this.#one(this.#lostReaders) ?? [];
    if (key !== undefined && value !== undefined) this.readers.set(key, value);
    this.#lostReaders.delete(key ?? '');
  };
}
