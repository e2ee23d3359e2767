import type { JsonObject, Schema } from './messages.ts';

/** A row as a stream delivers it: at least the fields that its schema declares, more are cut off. */
export type Row = JsonObject;

/** The unit that flows: some rows, in the order in which the source lists them. */
export type Page = readonly Row[];

/** One table of a source. */
export interface StreamFacts {
  readonly name: string;
  /** Declares the row, the two change columns included. */
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  /** The source's own modification time: kept in the rows for people, never trusted for deciding what changed. */
  readonly updatedField: string;
}

/** A stream that is read once. */
export interface ListStream<Client> extends StreamFacts {
  /**
   * All rows, page by page. Ending means that everything was listed; a listing with gaps must throw, after its rows.
   * `expect` takes the number of rows to come, where the source tells it.
   */
  read(client: Client, expect: (rows: number) => void): AsyncIterable<Page>;
}

/** A stream that is read once for every partition of the source. */
export interface PartitionStream<Visit> extends StreamFacts {
  /** All rows of one partition, page by page; it throws where rows are missing. */
  readPartition(visit: Visit): AsyncIterable<Page>;
}

export type Stream<Client, Visit = never> = ListStream<Client> | PartitionStream<Visit>;

export function isListStream<Client, Visit>(stream: Stream<Client, Visit>): stream is ListStream<Client> {
  return 'read' in stream;
}

/** A row's key as one text; undefined for a row that lacks a part of it. */
export function keyOf(row: Row, primaryKey: readonly string[]): string | undefined {
  const parts = primaryKey.map((field) => row[field]);
  const usable = parts.every((part) => (typeof part === 'string' && part !== '') || typeof part === 'number');
  if (!usable) return undefined;
  return parts.length === 1 ? String(parts[0]) : JSON.stringify(parts);
}

/** When the connector first saw this version of a row; the cursor of every stream. Named as Airbyte's CDC sources do. */
export const UPDATED_COLUMN = '_ab_cdc_updated_at';

/** Null in a living row; in a tombstone, when the row was found gone. */
export const DELETED_COLUMN = '_ab_cdc_deleted_at';
