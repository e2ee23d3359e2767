import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, Schema, SyncMode } from '../protocol/messages.ts';
import { Output } from '../protocol/output.ts';
import { Secrets } from '../protocol/secrets.ts';
import { type Activity, type Command, run } from '../run.ts';
import type { Source } from '../source.ts';
import type { ListStream, Page, PartitionStream, Stream } from '../stream.ts';
import { type Line, Reader } from './lines.ts';

const TIME: Schema = { type: ['null', 'string'], format: 'date-time' };

/** What a row of the library may hold: a book or a reader, told apart by the stream only. */
export const ROW_SCHEMA: Schema = {
  type: 'object',
  properties: {
    shelfId: { type: ['null', 'string'] },
    id: { type: ['null', 'string'] },
    title: { type: ['null', 'string'] },
    lentAt: TIME,
    shelf: { type: ['null', 'object'], properties: { room: { type: ['null', 'integer'] } } },
  },
};

export const CONFIG_SCHEMA: Schema = {
  type: 'object',
  required: ['address', 'card'],
  properties: {
    address: { type: 'string', title: 'Address' },
    card: { type: 'string', title: 'Library Card', airbyte_secret: true },
  },
};

export const CARD = 'card-0815-of-the-reader';

/** The way into the library. */
export class Door implements AsyncDisposable {
  timesShut = 0;

  async [Symbol.asyncDispose](): Promise<void> {
    this.timesShut += 1;
  }
}

export function stream(
  name: string,
  read: ListStream<Door>['read'],
  primaryKey: readonly string[] = ['id'],
): Stream<Door> {
  return { name, schema: ROW_SCHEMA, primaryKey, updatedField: 'lentAt', read };
}

/** A stream of ready pages; a function among them is called when its turn comes. */
export function streamOf(name: string, ...pages: (Page | (() => unknown))[]): Stream<Door> {
  return stream(name, async function* () {
    for (const page of pages) {
      if (typeof page === 'function') await page();
      else yield page;
    }
  });
}

/** A stream that is read shelf by shelf, and finds nothing on any of them. */
export const walked: PartitionStream<unknown> = {
  name: 'books',
  schema: ROW_SCHEMA,
  primaryKey: ['shelfId', 'id'],
  updatedField: 'lentAt',
  partitionedBy: 'shelves',
  readPartition: async () => ({ sections: [] }),
};

/** `count` rows that begin with the number `from`. */
export function rows(count: number, from = 0): { id: string; title: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${from + index}`, title: `title ${from + index}` }));
}

/** A library of these streams; whatever else a test wants to be different comes in `more`. */
export function library(streams: readonly Stream<Door>[], more: Partial<Source<Door>> = {}): Source<Door> {
  return {
    connectionSpecification: CONFIG_SCHEMA,
    streams,
    check: async () => ({ status: 'SUCCEEDED', message: 'The library is open.' }),
    connect: async () => new Door(),
    ...more,
  };
}

export const MODES: readonly SyncMode[] = ['full_refresh', 'incremental'];

/** These streams in one mode, as a catalog lists them. */
export const inMode = (mode: SyncMode, ...names: string[]) => names.map((name) => ({ name, mode }));

/** A folder of its own under the system's temporary one, gone when disposed. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { write(name: string, content: string | Buffer): Promise<string>; path(name: string): string }
> {
  const folder = await mkdtemp(join(tmpdir(), 'library-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

export interface Call {
  readonly command?: Command['name'];
  readonly config?: JsonObject;
  /** The entries of the configured catalog; all streams by default. */
  readonly streams?: readonly { name: string; mode?: SyncMode; columns?: readonly string[] }[];
  /** The mode of entries that name none; full refresh by default. */
  readonly mode?: SyncMode;
  readonly state?: unknown;
  readonly env?: { readonly [name: string]: string };
  readonly reader?: Reader;
  readonly stop?: AbortController;
  readonly watch?: (activity: Activity) => () => void;
}

/** What a caller of the program gets to see; `error` is what `run` rejected with. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly error: unknown;
  readonly lines: Line[];
}

/** Runs a command as the program does, with real files and a reader of every line. */
export async function call<Client extends AsyncDisposable>(source: Source<Client>, wish: Call = {}): Promise<Outcome> {
  await using folder = await temporaryFolder();
  const {
    command = 'read',
    config = { address: 'Main Street 1', card: CARD },
    env = {},
    reader = new Reader({}),
  } = wish;
  const { stop = new AbortController(), watch = () => () => {} } = wish;
  const files = {
    config: await folder.write('config.json', JSON.stringify(config)),
    catalog: await folder.write('catalog.json', JSON.stringify(configuredCatalog(source.streams, wish))),
    state: wish.state === undefined ? undefined : await folder.write('state.json', JSON.stringify(wish.state)),
  };
  const secrets = new Secrets();
  const output = new Output(reader, secrets, stop);
  const surroundings = { output, secrets, stop: stop.signal, env, watch };
  const ended = await run(source, { name: command, ...files }, surroundings).then(
    (exitCode) => ({ exitCode, error: undefined }),
    (error: unknown) => ({ exitCode: undefined, error }),
  );
  await output.flush(5_000);
  return { ...ended, lines: reader.lines };
}

function configuredCatalog(
  offered: readonly { name: string }[],
  { streams, mode: usual = 'full_refresh' }: Call,
): JsonObject {
  const entries: NonNullable<Call['streams']> = streams ?? offered.map(({ name }) => ({ name }));
  return {
    streams: entries.map(({ name, mode = usual, columns }) => ({
      stream: {
        name,
        ...(columns && { json_schema: { properties: Object.fromEntries(columns.map((c) => [c, {}])) } }),
      },
      sync_mode: mode,
      destination_sync_mode: 'append',
    })),
  };
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
export function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
