import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { CatalogStream, JsonObject, Schema, SyncMode } from './messages.ts';
import { Output } from './output.ts';
import { type Activity, type Command, run } from './run.ts';
import { Secrets } from './secrets.ts';
import type { Source } from './source.ts';
import { DELETED_COLUMN, type ListStream, type Page, type Stream, UPDATED_COLUMN } from './stream.ts';

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
    [UPDATED_COLUMN]: TIME,
    [DELETED_COLUMN]: TIME,
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

/** `count` rows that begin with the number `from`. */
export function rows(count: number, from = 0): { id: string; title: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${from + index}`, title: `title ${from + index}` }));
}

/** A library of these streams; whatever else a test wants to be different comes in `more`. */
export function library(streams: readonly Stream<Door>[], more: Partial<Source<Door>> = {}): Source<Door> {
  return {
    specification: { protocol_version: '0.18.0', supportsIncremental: true, connectionSpecification: CONFIG_SCHEMA },
    streams,
    check: async () => ({ status: 'SUCCEEDED', message: 'The library is open.' }),
    connect: async () => new Door(),
    ...more,
  };
}

/** Any message of the protocol, as a reader of stdout finds it. */
export interface Line {
  readonly type: string;
  readonly record?: { stream: string; data: JsonObject; emitted_at: number };
  readonly state?: {
    type: string;
    stream: { stream_descriptor: { name: string }; stream_state: JsonObject };
    sourceStats: { recordCount: number };
  };
  readonly trace?: {
    type: string;
    emitted_at: number;
    error?: {
      message: string;
      internal_message?: string;
      stack_trace?: string;
      failure_type: string;
      stream_descriptor?: { name: string };
    };
    estimate?: { name: string; type: string; row_estimate: number };
    stream_status?: {
      stream_descriptor: { name: string };
      status: string;
      reasons?: { type: string; rate_limited: { quota_reset: number } }[];
    };
  };
  readonly log?: { level: string; message: string };
  readonly connectionStatus?: { status: string; message: string };
  readonly catalog?: { streams: CatalogStream[] };
  readonly spec?: JsonObject;
}

/** A reader of stdout: takes each chunk in the time that `pace` gives for its number of lines, none by default. */
export class Reader extends Writable {
  text = '';
  readonly #pace: (lines: number) => number;

  constructor({
    pace = () => 0,
    highWaterMark = 16_384,
  }: { pace?: (lines: number) => number; highWaterMark?: number }) {
    super({ highWaterMark, decodeStrings: false });
    this.#pace = pace;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    const take = () => {
      this.text += chunk;
      done();
    };
    const pauseMs = this.#pace(chunk.split('\n').length - 1);
    if (pauseMs > 0) setTimeout(take, pauseMs);
    else take();
  }

  get lines(): Line[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  }
}

/** The stream that a message is about, if it is about one. */
export const ofStream = (line: Line): string | undefined =>
  line.record?.stream ??
  line.state?.stream.stream_descriptor.name ??
  line.trace?.stream_status?.stream_descriptor.name ??
  line.trace?.error?.stream_descriptor?.name ??
  line.trace?.estimate?.name;
export const statuses = (lines: Line[], name: string) =>
  lines.flatMap(({ trace: { stream_status: status } = {} as never }) =>
    status?.stream_descriptor.name === name ? [status.status] : [],
  );
export const recordsOf = (lines: Line[], name: string) =>
  lines.flatMap(({ record }) => (record?.stream === name ? [record.data] : []));
export const idsOf = (lines: Line[], name: string) => recordsOf(lines, name).map(({ id }) => id);
export const statesOf = (lines: Line[], name: string) =>
  lines.flatMap(({ state }) => (state?.stream.stream_descriptor.name === name ? [state] : []));
export const errorsOf = (lines: Line[]) => lines.flatMap(({ trace }) => (trace?.error ? [trace.error] : []));
export const warningsOf = (lines: readonly Line[]) =>
  lines.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));

export const MODES: readonly SyncMode[] = ['full_refresh', 'incremental'];

/** These streams in one mode, as a catalog lists them. */
export const inMode = (mode: SyncMode, ...names: string[]) => names.map((name) => ({ name, mode }));

/** What the next sync is given: the STATE messages, of which the last of a stream counts. */
export const savedIn = (lines: readonly Line[]): readonly Line[] => lines.filter(({ type }) => type === 'STATE');

/** What a warehouse that deduplicates holds of a stream after these lines: its rows by key, without the change columns. */
export function tableOf(lines: readonly Line[], name: string, primaryKey = ['id']): Map<string, JsonObject> {
  const table = new Map<string, { row: JsonObject; seenAt: string }>();
  for (const { record } of lines) {
    if (record?.stream !== name) continue;
    const { data } = record;
    const key = primaryKey.map((field) => data[field]).join(' ');
    const seenAt = String(data[UPDATED_COLUMN]);
    if ((table.get(key)?.seenAt ?? '') <= seenAt) table.set(key, { row: data, seenAt });
  }
  const living = [...table].filter(([, { row }]) => row[DELETED_COLUMN] === null);
  return new Map(
    living.map(([key, { row }]) => {
      const { [UPDATED_COLUMN]: _, [DELETED_COLUMN]: __, ...own } = row;
      return [key, own];
    }),
  );
}

/** A folder of its own under the system's temporary one, gone when disposed. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { write(name: string, content: string): Promise<string>; path(name: string): string }
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
export async function call<Visit extends AsyncDisposable>(
  source: Source<Door, Visit>,
  wish: Call = {},
): Promise<Outcome> {
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
