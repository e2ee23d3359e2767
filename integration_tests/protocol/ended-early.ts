import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Json } from '../support/messages.ts';
import { configured, discovered, type Run } from '../support/program.ts';

/** Streams of these names in one mode. */
export const inMode = async (mode: string, ...names: string[]) =>
  configured(
    (await discovered()).filter(({ name }) => names.includes(name)),
    mode,
  );

/** Ends the program as soon as a text has arrived some times: that of a row, unless another is given. */
export function ending(signal: NodeJS.Signals, text = '"RECORD"', times = 1) {
  return async (stdout: Readable, program: ChildProcess) => {
    let output = '';
    let seen = 0;
    for await (const chunk of stdout.setEncoding('utf8')) {
      output += chunk;
      const before = seen;
      seen += chunk.split(text).length - 1;
      if (before < times && seen >= times) program.kill(signal);
    }
    return output;
  };
}

/** Rows by key, without the change columns: what is left when the rows of several reads have arrived one after the other. */
export function arrived(name: string, ...reads: Run[]): Json[] {
  const rows = reads.flatMap((read) => read.rows(name));
  const last = new Map(
    rows.map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => [`${row.appId ?? ''} ${row.id}`, row]),
  );
  return [...last].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
