/** Makes the rows that a tenant begins with, each from its index alone. */
export interface RowMaker<Row> {
  size: number;
  rowAt(index: number): Row;
  idAt(index: number): string;
  /** -1 for an id that was not made here. */
  indexOf(id: string): number;
  /** Shortcuts to sort values, for lists too long to make in full just to sort them. */
  sortValues?: Record<string, (index: number) => string>;
  /** Fields with times of several precisions. */
  times?: readonly string[];
  /** Rows that follow all others, however the list is sorted. */
  comesLast?(row: Row): boolean;
}

/** A place in a sorted list. */
export interface Place {
  last: number;
  value: string;
  id: string;
}

/** A list of rows that are made when asked for; only rows that were added, changed or deleted are kept. */
export class RowList<Row extends { id: string }> {
  #make: RowMaker<Row>;
  /** What differs from the made rows; null is deleted. */
  #edits = new Map<string, Row | null>();
  /** Ids of the added rows, in the order of their adding. */
  #added: string[] = [];
  #nextIndex: number;
  #count: number;
  #orders = new Map<string, { field: string; direction: 1 | -1; places: Place[] }>();

  constructor(make: RowMaker<Row>) {
    this.#make = make;
    this.#nextIndex = make.size;
    this.#count = make.size;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Every row, oldest first, added ones at the end. */
  *all(): Generator<Row> {
    for (const id of this.#ids()) yield this.get(id) as Row;
  }

  /** The row, if there is one. */
  get(id: string): Row | undefined {
    const edit = this.#edits.get(id);
    if (edit !== undefined) return edit ?? undefined;
    const index = this.#make.indexOf(id);
    return index >= 0 && index < this.#make.size ? this.#make.rowAt(index) : undefined;
  }

  /** Adds a row like the others, but for what is given. */
  add(given: Partial<Row> = {}): Row {
    const row = { ...this.#make.rowAt(this.#nextIndex++), ...given };
    if (this.get(row.id)) throw new Error(`there is a row ${row.id} already`);
    if (!this.#edits.has(row.id)) this.#added.push(row.id);
    this.#edits.set(row.id, row);
    this.#count++;
    this.#placeInOrders(row);
    return row;
  }

  /** Changes a row. A field given as undefined vanishes from it. */
  change(id: string, patch: { [Field in keyof Row]?: Row[Field] | undefined }): Row {
    const before = this.#take(id);
    const row = { ...before, ...patch } as Row;
    this.#edits.set(id, row);
    this.#placeInOrders(row);
    return row;
  }

  /** Deletes a row. */
  delete(id: string): void {
    this.#take(id);
    this.#edits.set(id, null);
    this.#count--;
  }

  /** The rows after a place (or before it, nearest first), in the order of a field. */
  *walk(field: string, direction: 1 | -1, from?: { place: Place; backwards: boolean }): Generator<[Place, Row]> {
    const places = this.#order(field, direction);
    const backwards = from?.backwards ?? false;
    const found = from ? rank(places, from.place, direction) : 0;
    const isThere = from ? places[found]?.id === from.place.id && places[found]?.value === from.place.value : false;
    let index = backwards ? found - 1 : found + (isThere ? 1 : 0);
    for (; index >= 0 && index < places.length; index += backwards ? -1 : 1) {
      const place = places[index] as Place;
      yield [place, this.get(place.id) as Row];
    }
  }

  *#ids(): Generator<string> {
    for (let index = 0; index < this.#make.size; index++) {
      const id = this.#make.idAt(index);
      if (this.#edits.get(id) !== null) yield id;
    }
    for (const id of this.#added) if (this.#edits.get(id) !== null) yield id;
  }

  #order(field: string, direction: 1 | -1): Place[] {
    const key = `${direction}${field}`;
    const known = this.#orders.get(key);
    if (known) return known.places;
    const places = this.#placesBy(field);
    places.sort((one, other) => compare(one, other, direction));
    this.#orders.set(key, { field, direction, places });
    return places;
  }

  #placesBy(field: string): Place[] {
    const { size, idAt, sortValues } = this.#make;
    const shortcut = sortValues?.[field];
    if (!shortcut) return [...this.all()].map((row) => this.#placeOfRow(row, field));
    const places: Place[] = [];
    for (let index = 0; index < size; index++) {
      const id = idAt(index);
      if (!this.#edits.has(id)) places.push({ last: 0, value: shortcut(index), id });
    }
    for (const row of this.#edits.values()) if (row) places.push(this.#placeOfRow(row, field));
    return places;
  }

  #placeOfRow(row: Row, field: string): Place {
    const text = String((row as Record<string, unknown>)[field] ?? '');
    const value = text && this.#make.times?.includes(field) ? new Date(text).toISOString() : text;
    return { last: this.#make.comesLast?.(row) ? 1 : 0, value, id: row.id };
  }

  #take(id: string): Row {
    const row = this.get(id);
    if (!row) throw new Error(`there is no row ${id}`);
    for (const { field, direction, places } of this.#orders.values())
      places.splice(rank(places, this.#placeOfRow(row, field), direction), 1);
    return row;
  }

  #placeInOrders(row: Row): void {
    for (const { field, direction, places } of this.#orders.values()) {
      const place = this.#placeOfRow(row, field);
      places.splice(rank(places, place, direction), 0, place);
    }
  }
}

function rank(places: Place[], place: Place, direction: 1 | -1): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(places[middle] as Place, place, direction) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(one: Place, other: Place, direction: 1 | -1): number {
  if (one.last !== other.last) return one.last - other.last;
  if (one.value !== other.value) return one.value < other.value ? -direction : direction;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -direction : direction;
}
