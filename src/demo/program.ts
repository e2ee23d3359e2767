import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

/** A line of the connector's output, as far as the demo looks into it. */
interface Message {
  readonly type: string;
  readonly record?: { readonly stream: string; readonly data: { readonly _ab_cdc_deleted_at?: string | null } };
  readonly state?: { readonly stream: { readonly stream_descriptor: { readonly name: string } } };
  readonly connectionStatus?: { readonly status: string; readonly message?: string };
  readonly catalog?: { readonly streams: readonly CatalogStream[] };
  readonly trace?: {
    readonly stream_status?: { readonly stream_descriptor: { readonly name: string }; readonly status: string };
  };
}

/** A stream as the connector offers it. */
export interface CatalogStream {
  readonly name: string;
  readonly supported_sync_modes: readonly string[];
  readonly source_defined_primary_key?: readonly (readonly string[])[];
  readonly default_cursor_field?: readonly string[];
}

/** What one run of the connector printed of a stream. */
export interface StreamRun {
  /** Rows that are new, or differ from those sent before. */
  sent: number;
  /** Rows that are gone. */
  deleted: number;
  /** The last one. */
  status?: string;
  /** The last one, to be handed back to the next read. */
  state?: unknown;
}

/** What one run of the connector printed. */
export interface Run {
  readonly exitCode: number;
  readonly streams: ReadonlyMap<string, StreamRun>;
  /** The last message of a type. */
  last(type: string): Message | undefined;
}

/** Where what a run prints goes. */
export interface Outlet {
  /** Takes the messages, at its own pace; if null, nobody reads them. */
  readonly stdout: Writable | null;
  readonly stop: AbortSignal;
}

/** Runs the connector as users do, as a process, and passes on what it prints. Without a reader it shows no progress either. */
export async function runProgram(program: string, args: string[], { stdout, stop }: Outlet): Promise<Run> {
  stop.throwIfAborted();
  // The tenant is on this machine: no proxy that the environment names leads there.
  const env = { ...process.env, NO_PROXY: '*', no_proxy: '*' };
  const child = spawn(process.execPath, [program, ...args], {
    env,
    stdio: ['ignore', 'pipe', stdout ? 'inherit' : 'ignore'],
  });
  const end = () => child.kill();
  stop.addEventListener('abort', end, { once: true });
  const exited = once(child, 'exit');
  const streams = new Map<string, StreamRun>();
  const last = new Map<string, Message>();
  for await (const line of createInterface({ input: child.stdout })) {
    if (stdout?.write(`${line}\n`) === false) await once(stdout, 'drain', { signal: stop });
    const message = JSON.parse(line) as Message;
    last.set(message.type, message);
    take(message, streams);
  }
  const [exitCode] = (await exited) as [number | null];
  stop.removeEventListener('abort', end);
  stop.throwIfAborted();
  return { exitCode: exitCode ?? 1, streams, last: (type) => last.get(type) };
}

function take({ record, state, trace }: Message, streams: Map<string, StreamRun>): void {
  const { stream_descriptor, status } = trace?.stream_status ?? {};
  const name = record?.stream ?? state?.stream.stream_descriptor.name ?? stream_descriptor?.name;
  if (name === undefined) return;
  const stream = streams.get(name) ?? { sent: 0, deleted: 0 };
  streams.set(name, stream);
  if (record?.data._ab_cdc_deleted_at) stream.deleted++;
  else if (record) stream.sent++;
  if (state) stream.state = state;
  if (status) stream.status = status;
}
