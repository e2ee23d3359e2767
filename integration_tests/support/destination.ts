import type { Json, Message } from './messages.ts';

export type SyncMode = 'incremental' | 'full_refresh';

type RecordMessage = NonNullable<Message['record']>;

interface Version {
  readonly data: Json;
  /** Undefined for null: it loses against any time. */
  readonly cursorMs: number | undefined;
  readonly emittedAt: number;
}

/** A table as Airbyte's destinations keep it where they deduplicate: of each key the newest version, unless that is a deletion. */
export class DedupTable {
  readonly #primaryKey: readonly string[];
  readonly #versions = new Map<string, Version>();

  constructor(primaryKey: readonly string[]) {
    this.#primaryKey = primaryKey;
  }

  apply({ data, emitted_at: emittedAt }: RecordMessage): void {
    const key = keyOf(data, this.#primaryKey);
    const version = { data, cursorMs: timeOf(data._ab_cdc_updated_at), emittedAt };
    const known = this.#versions.get(key);
    if (!known || !isOlder(version, known)) this.#versions.set(key, version);
  }

  /** The newest cursor of any version, as a Unix time in milliseconds. */
  get latestMs(): number {
    const cursors = this.#versions.values().map(({ cursorMs = Number.NEGATIVE_INFINITY }) => cursorMs);
    return Math.max(Number.NEGATIVE_INFINITY, ...cursors);
  }

  /** The rows that are there, by key. */
  get rows(): Map<string, Json> {
    const living = [...this.#versions].filter(([, { data }]) => (data._ab_cdc_deleted_at ?? null) === null);
    return new Map(living.map(([key, { data }]) => [key, data]));
  }
}

/** The newer cursor wins, then the later extraction; of two that are equal in both, the later arrival. */
function isOlder(arriving: Version, known: Version): boolean {
  const [cursor, knownCursor] = [arriving, known].map(({ cursorMs = Number.NEGATIVE_INFINITY }) => cursorMs);
  if (cursor !== knownCursor) return (cursor as number) < (knownCursor as number);
  return arriving.emittedAt < known.emittedAt;
}

function timeOf(cursor: unknown): number | undefined {
  return typeof cursor === 'string' ? Date.parse(cursor) : undefined;
}

/** A row's key as one text. */
export function keyOf(row: Json, primaryKey: readonly string[]): string {
  return JSON.stringify(primaryKey.map((field) => row[field]));
}

/** What a warehouse and Airbyte's platform hold of one stream: the table, and the state that the next sync is handed. */
export class Arrivals {
  /** The last state that was printed. */
  state: Json | undefined;
  table: DedupTable;
  /** The table as it was when that state came: what the source can know of. */
  acknowledged: DedupTable;
  readonly #primaryKey: readonly string[];
  #sinceState: RecordMessage[] = [];
  #mode: SyncMode | undefined;
  /** Rows of a full refresh, which take the table's place when it completes. */
  #staged: DedupTable;

  constructor(primaryKey: readonly string[]) {
    this.#primaryKey = primaryKey;
    this.table = new DedupTable(primaryKey);
    this.acknowledged = new DedupTable(primaryKey);
    this.#staged = new DedupTable(primaryKey);
  }

  /** Whether rows have arrived that the source cannot know of any more. */
  get isAhead(): boolean {
    return this.#sinceState.length > 0;
  }

  /** A sync begins. A retry goes on with what the attempt before has left of the same full refresh. */
  begin(mode: SyncMode, isRetry: boolean): void {
    const wasFull = this.#mode === 'full_refresh';
    if (mode === 'full_refresh' && !(isRetry && wasFull)) {
      this.#staged = new DedupTable(this.#primaryKey);
      // The platform forgets it; one of an incremental sync is left, which is to be no help.
      if (wasFull) this.state = undefined;
    }
    if (mode === 'incremental' && wasFull) {
      this.table = new DedupTable(this.#primaryKey);
      this.acknowledged = new DedupTable(this.#primaryKey);
    }
    this.#sinceState = [];
    this.#mode = mode;
  }

  record(record: RecordMessage): void {
    if (this.#mode === 'full_refresh') {
      this.#staged.apply(record);
    } else {
      this.table.apply(record);
      this.#sinceState.push(record);
    }
  }

  checkpoint(state: Json): void {
    this.state = state;
    for (const record of this.#sinceState) this.acknowledged.apply(record);
    this.#sinceState = [];
  }

  complete(): void {
    if (this.#mode === 'full_refresh') this.table = this.#staged;
  }
}
