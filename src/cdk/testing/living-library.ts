import type { Row } from '../stream.ts';
import { type ChangeOptions, oneOf, type Roll, ShelfChanges } from './shelf-changes.ts';
import { isWalker, KEYS, type Name, type Part, readerRow, rowsOf, type Shelf, shelfRow } from './shelves.ts';

/**
 * How far versions can be trusted: `honest` ones name one content each, and come again with it only; `silent` ones stand still,
 * repeat and go back as they like; `lazy` ones are honest, but stand still now and then.
 */
export type Honesty = 'honest' | 'silent' | 'lazy';

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
  readonly #changes: ShelfChanges;
  #count = 0;
  readonly #lostReaders = new Map<string, number>();
  readonly #lostShelves = new Map<string, Shelf>();
  /** Shelves as they were before they changed last, and those that have changed since the last sync. */
  readonly #past = new Map<string, Shelf>();
  readonly changed = new Set<string>();
  /** The shelf that changed last. */
  #hot = '';

  /** `isKnown` tells whether a state knows of a book in a section of a shelf. */
  constructor(honesty: Honesty, roll: Roll, isKnown: ChangeOptions['isKnown'] = () => true) {
    this.#honesty = honesty;
    this.#roll = roll;
    this.#changes = new ShelfChanges({
      roll,
      next: () => this.#next(),
      moved: (version, shelfId) => this.#moved(version, shelfId),
      forgetPast: (shelfId) => this.#past.delete(shelfId),
      isKnown,
    });
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

  /** Something happens: rows come, change, move and go, and what was there before may come back. */
  happen(): void {
    const kind = this.#roll(10);
    if (kind < 1) this.#one([this.#addReader, this.#editReader, this.#addShelf])?.();
    else if (kind < 6) this.#withShelf(this.#one(this.#changes.edits));
    else if (kind < 9) this.#withShelf(this.#one(this.#changes.moves));
    else this.#one([this.#loseReader, this.#loseShelf, this.#bringBack, this.#restoreOne, this.#restoreOne])?.();
  }

  /** Most readers or most shelves can no longer be seen; `bySettings` since the settings do not admit them. */
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

  /** A shelf that could not be seen can be seen again: it gets a new version, which does not come back. */
  reopen(id: string): void {
    const shelf = this.shelves.get(id);
    if (shelf) shelf.version = this.#next();
    this.#past.delete(id);
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** The version that follows a change. */
  #moved(version: number, id: string): number {
    if (this.#honesty === 'silent') return this.#roll(3);
    if (this.#honesty === 'honest' || this.#roll(4) > 0) return this.#next();
    for (const quiet of Object.values(this.quiet)) quiet.add(id);
    return version;
  }

  #one<Item>(items: Iterable<Item>): Item | undefined {
    return oneOf(items, this.#roll);
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
    for (let count = this.#roll(7); count > 0; count -= 1) this.#changes.addPart(shelf);
    this.shelves.set(id, shelf);
  };

  /** ShelfChanges a shelf, rather the one that changed last; what it was before is kept. */
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
