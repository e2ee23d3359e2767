import { ConnectorError, type Reason } from '../errors.ts';
import type { Listed } from '../ledger/ledger.ts';
import type { Partitions, Visitor } from '../source.ts';
import { type CoverageStream, keyOf, type ListStream, type Row } from '../stream.ts';

/** A partition, and who visits it. */
export interface Partition<Visit> extends Listed, Visitor<Visit> {}

/** All partitions, as they were listed. */
export interface Found<Visit> {
  readonly partitions: readonly Partition<Visit>[];
  /** How many were listed without their key: each may be any of those that are missing. */
  readonly keyless: number;
  /** Of each partition, wanted or not, what the listing tells a coverage stream; empty unless one is chosen. */
  readonly listed: Map<string, { readonly columns: Row; readonly leftOut?: Reason | undefined }>;
  /** How many of those that are left out came without their key. */
  readonly keylessLeftOut: number;
}

/** The listing of partitions: read once, for the rows and for the visits. */
export interface Listing<Client, Visit> {
  /** Whoever reads this stream lists the partitions too. */
  readonly stream: ListStream<Client>;
  /** Reads it for nobody else; what goes wrong is told by `found`. */
  readAlone(): Promise<void>;
  /**
   * Settled when all are listed, since a cursor's life is short and a walk is long.
   * Rejects with what kept them from being listed.
   */
  readonly found: Promise<Found<Visit>>;
}

/** Where a `coverage` is wanted, its columns are kept of every row, also of those that are left out. */
export function listPartitions<Client, Visit extends AsyncDisposable>(
  { list, visitor }: Partitions<Client, Visit>,
  client: Client,
  coverage: CoverageStream | undefined,
): Listing<Client, Visit> {
  const { promise: found, resolve, reject } = Promise.withResolvers<Found<Visit>>();
  // Whoever waits for it hears of its failure.
  found.catch(() => undefined);
  const byId = new Map<string, Partition<Visit>>();
  const listed: Found<Visit>['listed'] = new Map();
  let keyless = 0;
  let keylessLeftOut = 0;
  const note = (id: string, row: Row, leftOut?: Reason) => {
    if (coverage) listed.set(id, { columns: coverage.columnsOf(row), leftOut });
  };
  const keep = (row: Row) => {
    const id = keyOf(row, list.primaryKey);
    if (id === undefined) keyless += 1;
    else {
      byId.set(id, { id, ...visitor(client, row) });
      note(id, row);
    }
  };
  const skip = (row: Row, reason: Reason) => {
    const id = keyOf(row, list.primaryKey);
    if (id === undefined) keylessLeftOut += 1;
    else note(id, row, reason);
  };
  const stream: ListStream<Client> = {
    ...list,
    async *read(door, expect) {
      try {
        for await (const page of list.read(door, expect, coverage && skip)) {
          page.forEach(keep);
          yield page;
        }
        resolve({ partitions: [...byId.values()], keyless, listed, keylessLeftOut });
      } catch (error) {
        reject(error);
        throw error;
      } finally {
        // Whoever reads it may stop in the middle, and says why.
        reject(
          new ConnectorError('transient_error', `The stream ${list.name} was not read to its end; see why there.`),
        );
      }
    },
  };
  const readAlone = async () => {
    for await (const _page of stream.read(client, () => {}));
  };
  return { stream, readAlone: () => readAlone().catch(() => undefined), found };
}

/** Why something of some partitions cannot be told. */
export function listedWithoutKey(keyless: number, { partitions }: Partitions<unknown>['labels']): ConnectorError {
  const message = `${keyless} ${partitions} were listed without their key, and could not be read. Please report this.`;
  return new ConnectorError('system_error', message);
}
