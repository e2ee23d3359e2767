import type { Reason } from './errors.ts';
import type { JsonObject, Schema } from './protocol/messages.ts';

/** A row as a stream delivers it: at least the fields that its schema declares, more are cut off. */
export type Row = JsonObject;

/** The unit that flows: some rows, in the order in which the source lists them. */
export type Page = readonly Row[];

/** One table of a source. */
export interface StreamFacts {
  readonly name: string;
  /** Declares the row. The two change columns are the shim's: it adds them to the rows and to the catalog. */
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  /** The source's own modification time, where it has one: kept in the rows for people, never trusted for deciding what changed. */
  readonly updatedField?: string;
  /**
   * The version of the form of its rows; 1, unless given. To be raised where the stream makes other rows than before of the same
   * source: with values that are written otherwise, or more inside of them. Then rows that differ are sent again.
   */
  readonly rowForm?: number;
}

/** A stream that is read once. */
export interface ListStream<Client> extends StreamFacts {
  /**
   * All rows, page by page. Ending means that everything was listed; a listing with gaps must throw, after its rows.
   * `expect` takes the number of rows to come, where the source tells it; `skip` each row that is not wanted, and why.
   */
  read(client: Client, expect: (rows: number) => void, skip?: (row: Row, reason: Reason) => void): AsyncIterable<Page>;
}

/** A stream that is read once for every partition of some division of the source. The first field of its primary key names the partition. */
export interface PartitionStream<Visit> extends StreamFacts {
  /** The name of the stream whose rows are the partitions. */
  readonly partitionedBy: string;
  /** Whether it needs a permission that no other stream needs: a refusal then concerns this stream alone. */
  readonly hasOwnPermission?: boolean;
  /** Whether its rows change only when their partition moves: it is then never the reason of any other visit. */
  readonly onlyWhenMoved?: boolean;
  /** What one partition holds. All that is asked for at once travels together: nothing is awaited that could go beside. */
  readPartition(visit: Visit): Promise<Contents>;
}

/** One partition, as far as one stream is concerned. */
export interface Contents {
  /** All of its sections, in order: a row that stands in several belongs to the first. */
  readonly sections: readonly Section[];
  /** Something in JSON that the rows of all sections depend on, beside the versions of their own. */
  readonly shared?: Promise<unknown>;
}

/** A part of a partition, with rows of its own. */
export interface Section {
  /** Names it within its partition. */
  readonly id: string;
  /** Something in JSON that moves when the rows do, as far as the source can tell without reading them; undefined if it cannot. */
  readonly version?: unknown;
  /** Roughly how many rows it has. */
  readonly expectedRows: number;
  /** All rows; rejects where some are missing. */
  read(): Promise<Page>;
}

/** A stream of what has happened: entries come, change until they have ended, and stay though the upstream forgets old ones. */
export interface LogStream<Client> extends StreamFacts {
  /** The name of the stream whose rows are the partitions that it can be read by, and the field of an entry that names its own. */
  readonly partitionedBy: string;
  readonly partitionField: string;
  /** Whether it has to be read so, since the settings do not admit all partitions. */
  isSplit?(client: Client): boolean;
  /**
   * Entries of all partitions or of one, page by page: those that began last, by the stream's `updatedField`, come first. Rejects with
   * what shows as a refusal where not all partitions may be read together, or this one may not.
   */
  readEntries(client: Client, partition?: string): AsyncIterable<Page>;
  /** One entry as it is now; undefined if the upstream has forgotten it. */
  readEntry(client: Client, key: string): Promise<Row | undefined>;
  /** Whether it will not change any more. */
  hasEnded(entry: Row): boolean;
}

/** A stream that says of every partition, admitted by the settings or not, whether it was read in this sync. Its schema declares `Coverage`'s columns. */
export interface CoverageStream extends StreamFacts {
  /** The other columns, the primary key among them, from the row of the partition's list. */
  columnsOf(row: Row): Row;
}

export type Stream<Client> = ListStream<Client> | PartitionStream<AsyncDisposable> | LogStream<Client> | CoverageStream;

export function isListStream<Client>(stream: Stream<Client>): stream is ListStream<Client> {
  return 'read' in stream;
}

export function isPartitionStream<Client>(stream: Stream<Client>): stream is PartitionStream<AsyncDisposable> {
  return 'readPartition' in stream;
}

export function isLogStream<Client>(stream: Stream<Client>): stream is LogStream<Client> {
  return 'readEntries' in stream;
}

/** A row's key as one text; undefined for a row that lacks a part of it. */
export function keyOf(row: Row, primaryKey: readonly string[]): string | undefined {
  const [first = ''] = primaryKey;
  const only = row[first];
  if (primaryKey.length === 1 && typeof only === 'string' && only !== '' && !only.startsWith('[')) return only;
  const parts = primaryKey.map((field) => row[field]);
  const usable = parts.every((part) => (typeof part === 'string' && part !== '') || typeof part === 'number');
  return usable ? JSON.stringify(parts) : undefined;
}

/** The values that a key was made of. */
export function keyParts(key: string): readonly unknown[] {
  return key.startsWith('[') ? (JSON.parse(key) as unknown[]) : [key];
}

/** When the connector first saw this version of a row; the cursor of every stream. Named as Airbyte's CDC sources do. */
export const UPDATED_COLUMN = '_ab_cdc_updated_at';

/** Null in a living row; in a tombstone, when the row was found gone. */
export const DELETED_COLUMN = '_ab_cdc_deleted_at';

const TIME = { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' };

/** The change columns, which every stream has after its own. */
export const CHANGE_COLUMNS: { readonly [column: string]: Schema } = {
  [UPDATED_COLUMN]: {
    ...TIME,
    description:
      'When the connector first saw this version of the row; a full refresh sees every row anew. It is the cursor of the stream.',
  },
  [DELETED_COLUMN]: {
    ...TIME,
    description:
      'Null in a living row. In the row that reports a deletion, as incremental syncs do, when it was found gone.',
  },
};

/** A stream's schema with the change columns: what its records look like. */
export function recordSchema({ schema }: Pick<StreamFacts, 'schema'>): Schema {
  return { ...schema, properties: { ...schema.properties, ...CHANGE_COLUMNS } };
}
