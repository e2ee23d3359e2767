import { Writable } from 'node:stream';
import type { CatalogStream, JsonObject } from '../protocol/messages.ts';
import { DELETED_COLUMN, UPDATED_COLUMN } from '../stream.ts';

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
