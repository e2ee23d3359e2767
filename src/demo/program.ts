import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

/** A line of the connector's output, as far as the demo looks into it. */
export interface Message {
  readonly type: string;
  readonly record?: { readonly stream: string };
  readonly connectionStatus?: { readonly status: string; readonly message?: string };
  readonly catalog?: { readonly streams: readonly { readonly name: string }[] };
  readonly trace?: {
    readonly stream_status?: { readonly stream_descriptor: { readonly name: string }; readonly status: string };
  };
}

/** What one run of the connector printed. */
export interface Run {
  readonly exitCode: number;
  readonly records: ReadonlyMap<string, number>;
  /** The last status of each stream. */
  readonly status: ReadonlyMap<string, string>;
  /** The last message of a type. */
  last(type: string): Message | undefined;
}

/** Runs the connector as users do, as a process, and passes on what it prints, at the reader's pace. */
export async function runProgram(program: string, args: string[], stdout: Writable, stop: AbortSignal): Promise<Run> {
  stop.throwIfAborted();
  // The tenant is on this machine: no proxy that the environment names leads there.
  const env = { ...process.env, NO_PROXY: '*', no_proxy: '*' };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => child.kill();
  stop.addEventListener('abort', end, { once: true });
  const exited = once(child, 'exit');
  const records = new Map<string, number>();
  const status = new Map<string, string>();
  const last = new Map<string, Message>();
  for await (const line of createInterface({ input: child.stdout })) {
    if (!stdout.write(`${line}\n`)) await once(stdout, 'drain', { signal: stop });
    const message = JSON.parse(line) as Message;
    last.set(message.type, message);
    const stream = message.record?.stream;
    if (stream !== undefined) records.set(stream, (records.get(stream) ?? 0) + 1);
    const reached = message.trace?.stream_status;
    if (reached) status.set(reached.stream_descriptor.name, reached.status);
  }
  const [exitCode] = (await exited) as [number | null];
  stop.removeEventListener('abort', end);
  stop.throwIfAborted();
  return { exitCode: exitCode ?? 1, records, status, last: (type) => last.get(type) };
}
