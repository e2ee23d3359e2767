import { ConnectorError, type Reason } from '../errors.ts';
import type { ListedPartition } from '../ledger/ledger.ts';
import type { Partitions, Visitor } from '../source.ts';
import { type CoverageStream, keyOf, type ListStream, type Row } from '../stream.ts';

/** A partition, and who visits it. */
export interface Partition<Visit> extends ListedPartition, Visitor<Visit> {}

/** What a coverage stream tells of a partition, as it was listed. */
interface CoveredRow {
  readonly columns: Row;
  /** Why the settings do not admit it, if they do not. */
  readonly skipped?: Reason | undefined;
}

/** All partitions, as they were listed. */
export interface PartitionList<Visit> {
  readonly partitions: readonly Partition<Visit>[];
  /** How many were listed without their key: each may be any of those that are missing. */
  readonly keyless: number;
  /** Of each partition, admitted or not, what a coverage stream tells; empty unless one is selected. */
  readonly covered: Map<string, CoveredRow>;
  /** How many of those that are not admitted came without their key. */
  readonly keylessSkipped: number;
}

/** Reads the list of partitions once, for the rows and for the visits. */
export interface PartitionLister<Client, Visit> {
  /** Reading this stream lists the partitions too. */
  readonly stream: ListStream<Client>;
  /** Reads it where its rows are not selected; `list` tells what goes wrong. */
  readForVisits(): Promise<void>;
  /**
   * Settled when all are listed, since a cursor's life is short and a walk is long.
   * Rejects with what kept them from being listed.
   */
  readonly list: Promise<PartitionList<Visit>>;
}

/** Collects the partitions while their list is read. */
class Collector<Client, Visit extends AsyncDisposable> {
  readonly #partitions: Partitions<Client, object, Visit>;
  readonly #client: Client;
  readonly #coverage: CoverageStream | undefined;
  readonly #byId = new Map<string, Partition<Visit>>();
  readonly #covered: PartitionList<Visit>['covered'] = new Map();
  #keyless = 0;
  #keylessSkipped = 0;

  constructor(partitions: Partitions<Client, object, Visit>, client: Client, coverage: CoverageStream | undefined) {
    this.#partitions = partitions;
    this.#client = client;
    this.#coverage = coverage;
  }

  add(row: Row): void {
    const id = this.#idOf(row);
    if (id === undefined) this.#keyless += 1;
    else {
      this.#byId.set(id, { id, ...this.#partitions.visitor(this.#client, row) });
      this.#cover(id, row);
    }
  }

  skip(row: Row, reason: Reason): void {
    const id = this.#idOf(row);
    if (id === undefined) this.#keylessSkipped += 1;
    else this.#cover(id, row, reason);
  }

  #idOf(row: Row): string | undefined {
    return keyOf(row, this.#partitions.list.primaryKey);
  }

  #cover(id: string, row: Row, skipped?: Reason): void {
    if (this.#coverage) this.#covered.set(id, { columns: this.#coverage.columnsOf(row), skipped });
  }

  get list(): PartitionList<Visit> {
    return {
      partitions: [...this.#byId.values()],
      keyless: this.#keyless,
      covered: this.#covered,
      keylessSkipped: this.#keylessSkipped,
    };
  }
}

/** If a `coverage` is selected, its columns are kept of every row, also of those that the settings do not admit. */
export function listPartitions<Client, Visit extends AsyncDisposable>(
  partitions: Partitions<Client, object, Visit>,
  client: Client,
  coverage: CoverageStream | undefined,
): PartitionLister<Client, Visit> {
  const { list } = partitions;
  const { promise, resolve, reject } = Promise.withResolvers<PartitionList<Visit>>();
  // It may fail before anybody awaits it.
  promise.catch(() => undefined);
  const collector = new Collector(partitions, client, coverage);
  const skip = (row: Row, reason: Reason) => collector.skip(row, reason);
  const stream: ListStream<Client> = {
    ...list,
    async *read(door, expect) {
      try {
        for await (const page of list.read(door, expect, coverage && skip)) {
          for (const row of page) collector.add(row);
          yield page;
        }
        resolve(collector.list);
      } catch (error) {
        reject(error);
        throw error;
      } finally {
        // The reader may stop in the middle, and says why.
        reject(
          new ConnectorError('transient_error', `The stream ${list.name} was not read to its end; see why there.`),
        );
      }
    },
  };
  const readAll = async () => {
    for await (const _page of stream.read(client, () => {}));
  };
  return { stream, readForVisits: () => readAll().catch(() => undefined), list: promise };
}

/** Why something of some partitions cannot be told. */
export function listedWithoutKey(keyless: number, { partitions }: Partitions<unknown>['labels']): ConnectorError {
  const message = `${keyless} ${partitions} were listed without their key, and could not be read. Please report this.`;
  return new ConnectorError('system_error', message);
}
