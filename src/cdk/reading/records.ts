import { ConnectorError } from '../errors.ts';
import type { SerializedRow } from '../ledger/ledger.ts';
import { DELETED_COLUMN, keyOf, type Page, type Row, type StreamFacts, UPDATED_COLUMN } from '../stream.ts';
import { rowShape } from './shape.ts';
import { timeOf } from './times.ts';

/** Characters of a row without a key that are shown, enough to find it. */
const KEYLESS_SHOWN = 300;

export interface RecordsOptions {
  /** The columns to send; key and change columns are always sent. Undefined means all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** The parts of the primary key that identify a row within its list or partition. */
  readonly ownKey: readonly string[];
  /** When this sync saw its rows, as they tell it. */
  readonly seenAt: string;
}

/** The form of one stream's records: each row is put into JSON once, and the change columns are spliced into that. */
export class Records {
  readonly #stream: StreamFacts;
  readonly #options: RecordsOptions;
  readonly #shape: (row: Row) => Row;
  #keyless = 0;
  #firstKeyless: string | undefined;
  /** Of the row that is serialized. */
  #key = '';
  #oddTimes = 0;
  #firstOddTime: string | undefined;

  constructor(stream: StreamFacts, options: RecordsOptions) {
    this.#stream = stream;
    this.#options = options;
    const selected = options.columns?.union(new Set(stream.primaryKey));
    this.#shape = rowShape(stream.schema, selected, (column) => this.#noteOddTime(column));
  }

  /** Rows that were skipped since they lack their key. */
  get keyless(): number {
    return this.#keyless;
  }

  /** The rows of a page ready for output, except those that lack their key. */
  serialize(page: Page): readonly SerializedRow[] {
    const { updatedField } = this.#stream;
    const rows: SerializedRow[] = [];
    for (const row of page) {
      const key = this.#keyOf(row);
      this.#key = key ?? 'without a key';
      if (key !== undefined)
        rows.push({ key, data: this.#dataOf(row), updatedAt: updatedField && timeOf(row[updatedField]) });
      else this.#skip(row);
    }
    return rows;
  }

  /** A row's key within its list or partition; its primary key may have more parts. */
  #keyOf(row: Row): string | undefined {
    const { primaryKey } = this.#stream;
    const { ownKey } = this.#options;
    return ownKey.length === primaryKey.length || keyOf(row, primaryKey) !== undefined ? keyOf(row, ownKey) : undefined;
  }

  #skip(row: Row): void {
    this.#keyless += 1;
    this.#firstKeyless ??= this.#dataOf(row).slice(0, KEYLESS_SHOWN);
  }

  #noteOddTime(column: string): void {
    this.#oddTimes += 1;
    this.#firstOddTime ??= `in ${column} of the row ${this.#key}`;
  }

  #dataOf(row: Row): string {
    try {
      return JSON.stringify(this.#shape(row));
    } catch (cause) {
      // A stack that overflows: nothing else is wrong with what came as JSON.
      const message = `${this.#stream.name}: a row is nested too deeply to be printed. Try again later.`;
      throw new ConnectorError('transient_error', message, { cause });
    }
  }

  /** What is to be said of values that are null in the rows, since they stood where a time belongs and are none; undefined without any. */
  get oddTimes(): string | undefined {
    if (this.#oddTimes === 0) return undefined;
    const values =
      this.#oddTimes === 1
        ? '1 value stands where a time belongs and is none, so it is null in the row'
        : `${this.#oddTimes} values stand where a time belongs and are none, so they are null in the rows; the first`;
    return `${this.#stream.name}: ${values}, ${this.#firstOddTime}.`;
  }

  /** Throws if rows were skipped. */
  refuseKeyless(): void {
    if (this.#keyless === 0) return;
    const { name, primaryKey } = this.#stream;
    throw new ConnectorError(
      'system_error',
      `${name}: ${this.#keyless} rows came without their key (${primaryKey.join(', ')}) and were skipped; ` +
        `all others were delivered. Please report this. The first begins ${this.#firstKeyless}`,
    );
  }

  /** The lines of living rows. */
  living(rows: readonly SerializedRow[]): string {
    const [head, tail] = this.#frame();
    const end = `,"${UPDATED_COLUMN}":"${this.#options.seenAt}","${DELETED_COLUMN}":null}${tail}`;
    let lines = '';
    for (const { data } of rows) lines += head + data.slice(0, -1) + end;
    return lines;
  }

  /** The lines of tombstones, by the values of their primary keys. */
  deleted(keys: readonly (readonly unknown[])[]): string {
    const { seenAt } = this.#options;
    const change = { [UPDATED_COLUMN]: seenAt, [DELETED_COLUMN]: seenAt };
    const fields = (key: readonly unknown[]) => this.#stream.primaryKey.map((field, index) => [field, key[index]]);
    const [head, tail] = this.#frame();
    return keys.map((key) => head + JSON.stringify({ ...Object.fromEntries(fields(key)), ...change }) + tail).join('');
  }

  /** What stands before and after the data of a record. */
  #frame(): readonly [head: string, tail: string] {
    const head = `{"type":"RECORD","record":{"stream":${JSON.stringify(this.#stream.name)},"data":`;
    return [head, `,"emitted_at":${Date.now()}}}\n`];
  }
}
