import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A message of an Airbyte source, as far as it is looked into. */
interface Message {
  readonly type: string;
  readonly record?: { readonly stream: string };
  readonly state?: { readonly stream?: { readonly stream_descriptor: { readonly name: string } } };
}

/** What an Airbyte source printed, which may be more than fits into a string. */
export interface Printed {
  /** Records by stream. */
  readonly records: { readonly [stream: string]: number };
  /** The last STATE of each stream, a line each: what the next sync is given. */
  readonly state: string;
}

/** Reads the file that an Airbyte source printed to. */
export async function readPrinted(path: string): Promise<Printed> {
  const records: { [stream: string]: number } = {};
  const states = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (!line) continue;
    const { record, state } = JSON.parse(line) as Message;
    if (record) records[record.stream] = (records[record.stream] ?? 0) + 1;
    if (state?.stream) states.set(state.stream.stream_descriptor.name, line);
  }
  return { records, state: [...states.values()].map((line) => `${line}\n`).join('') };
}
