import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import { openLogger } from '../protocol/logger.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import type { SavedStates } from '../protocol/state.ts';
import type { Source } from '../source.ts';
import { DELETED_COLUMN, UPDATED_COLUMN } from '../stream.ts';
import { sync } from '../sync.ts';
import type { Line } from './lines.ts';
import { KEYS, NAMES, type Name } from './shelves.ts';

/** Rows by the JSON of their keys, themselves as JSON without the change columns. */
export type Table = ReadonlyMap<string, string>;

/** A record as a warehouse sees it. */
export interface Arrival {
  readonly stream: Name;
  readonly key: string;
  /** Undefined in a deletion. */
  readonly row: string | undefined;
  readonly cursor: string;
}

export function arrivalOf(stream: Name, data: JsonObject): Arrival {
  const { [UPDATED_COLUMN]: cursor, [DELETED_COLUMN]: deletedAt, ...row } = data;
  return {
    stream,
    key: JSON.stringify(KEYS[stream].map((field) => data[field])),
    row: deletedAt === null ? JSON.stringify(row) : undefined,
    cursor: String(cursor ?? ''),
  };
}

const tables = <Value>() => new Map(NAMES.map((name) => [name, new Map<string, Value>()]));

/**
 * Deduplicates as Airbyte's destinations do: of all records with a key the newest by cursor wins, of equal ones the later; none
 * without a cursor beats one that has any; a winner that is a deletion takes the row away.
 */
export class Warehouse {
  readonly #winners = tables<Arrival>();

  take(arrival: Arrival): void {
    const winners = this.#winners.get(arrival.stream);
    const winner = winners?.get(arrival.key);
    if (!winner || arrival.cursor >= winner.cursor) winners?.set(arrival.key, arrival);
  }

  table(stream: Name): Table {
    const winners = [...(this.#winners.get(stream)?.values() ?? [])];
    return new Map(winners.flatMap(({ key, row }) => (row === undefined ? [] : [[key, row] as const])));
  }

  /** The latest cursor that was ever sent. */
  latest(stream: Name): string {
    return [...(this.#winners.get(stream)?.values() ?? [])].reduce(
      (most, { cursor }) => (cursor > most ? cursor : most),
      '',
    );
  }
}

/** What the last STATE of each stream stands for: what its ledger holds for delivered. */
export class Belief {
  readonly #tables = tables<string>();
  #pending: Arrival[] = [];

  take(arrival: Arrival): void {
    this.#pending.push(arrival);
  }

  /** A STATE of the stream was printed. */
  commit(stream: Name): void {
    const table = this.#tables.get(stream);
    for (const { key, row } of this.#pending.filter((arrival) => arrival.stream === stream)) {
      if (row === undefined) table?.delete(key);
      else table?.set(key, row);
    }
    this.#pending = this.#pending.filter((arrival) => arrival.stream !== stream);
  }

  /** Nothing more comes; what no STATE covers is not known. */
  end(): void {
    this.#pending = [];
  }

  table(stream: Name): Table {
    return this.#tables.get(stream) ?? new Map();
  }
}

/** What has to be sent to make one table of the other: rows, or undefined for deletions. */
export function difference(from: Table, to: Table): Map<string, string | undefined> {
  const changed = [...to].filter(([key, row]) => from.get(key) !== row);
  const gone = [...from.keys()].filter((key) => !to.has(key)).map((key) => [key, undefined] as const);
  return new Map<string, string | undefined>([...changed, ...gone]);
}

/** How a sync is started, and how it ends. */
export interface Delivery {
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly stateIntervalMs: number;
  /** Lines after which the program is told to stop. */
  readonly stopAfter: number;
  /** Whether the reader lets the program wait. */
  readonly isSlow: boolean;
}

/** Runs one sync; resolves with all that was printed, and whether it was stopped. */
export async function deliver<Client extends AsyncDisposable>(
  source: Source<Client>,
  { configured, saved, stateIntervalMs, stopAfter, isSlow }: Delivery,
): Promise<{ lines: Line[]; isStopped: boolean }> {
  const stop = new AbortController();
  let text = '';
  let count = 0;
  const sink = new Writable({
    highWaterMark: isSlow ? 1 : 16_384,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      count += chunk.split('\n').length - 1;
      if (count >= stopAfter) stop.abort(new Error('stopped'));
      if (isSlow) setImmediate(done);
      else done();
    },
  });
  const output = new Output(sink, new Secrets(), stop);
  const context = {
    stop: stop.signal,
    logger: openLogger(output, false),
    addSecret: () => {},
    onWait: () => {},
    onCall: () => {},
    onAnswer: () => {},
  };
  const common = { source, config: {}, configured, saved, stateIntervalMs, output, context };
  await sync({ ...common, stop: stop.signal, onStart: () => {} }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  // A sync that was stopped may still be about to print something.
  for (let turns = stop.signal.aborted ? 20 : 1; turns > 0; turns -= 1) await turn();
  const lines = text.split('\n').slice(0, -1);
  return { lines: lines.map((line) => JSON.parse(line) as Line), isStopped: stop.signal.aborted };
}
