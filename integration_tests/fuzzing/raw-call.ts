import { writeFile } from 'node:fs/promises';
import { errorMessage } from '../../src/cdk/protocol/messages.ts';
import { Output } from '../../src/cdk/protocol/output.ts';
import { Secrets } from '../../src/cdk/protocol/secrets.ts';
import { run } from '../../src/cdk/run.ts';
import type { Source } from '../../src/cdk/source.ts';
import { temporaryFolder } from '../../src/cdk/testing/library.ts';
import { Reader } from '../../src/cdk/testing/lines.ts';
import { leaks } from '../support/leaks.ts';
import { type ErrorTrace, type Message, messagesOf } from '../support/messages.ts';
import { type Command, errorsOf, exitViolations, protocolViolations } from '../support/protocol.ts';

/** The content of each file, as it stands. */
interface Files {
  readonly config: string | Uint8Array;
  readonly catalog?: string | Uint8Array;
  readonly state?: string | Uint8Array | undefined;
}

export interface RawCall {
  readonly name: 'check' | 'discover' | 'read';
  readonly files: Files;
  /** The streams that a read is asked for, as far as the catalog tells. */
  readonly streams?: readonly string[];
  /** What no output may show. */
  readonly secrets?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly stop?: AbortController;
}

/** What came out, and what is wrong with it: by the protocol, by its exit code, by secrets in it, by a failure nobody explained. */
export interface RawOutcome {
  readonly stdout: string;
  readonly messages: readonly Message[];
  readonly errors: readonly ErrorTrace[];
  readonly exitCode: number;
  readonly faults: readonly string[];
  readonly tookMs: number;
}

/** Runs a command in this process as the program does, from files that hold anything; what it throws is printed as `main` does. */
export async function callRaw<Client extends AsyncDisposable>(
  source: Source<Client>,
  { name, files, streams = [], secrets: secretTexts = [], env = {}, stop = new AbortController() }: RawCall,
): Promise<RawOutcome> {
  await using folder = await temporaryFolder();
  const paths: { config: string; catalog: string; state?: string } = {
    config: folder.path('config.json'),
    catalog: folder.path('catalog.json'),
  };
  await writeFile(paths.config, files.config);
  if (files.catalog !== undefined) await writeFile(paths.catalog, files.catalog);
  if (files.state !== undefined) {
    paths.state = folder.path('state.json');
    await writeFile(paths.state, files.state);
  }
  const secrets = new Secrets();
  const reader = new Reader({ highWaterMark: 1 << 20 });
  const output = new Output(reader, secrets, stop);
  const surroundings = { output, secrets, stop: stop.signal, env, watch: () => () => {} };
  const began = performance.now();
  const exitCode = await run(source, { name, ...paths }, surroundings).catch(async (error: unknown) => {
    await output.send(errorMessage(stop.signal.reason ?? error));
    return 1;
  });
  await output.flush(5_000);
  const tookMs = performance.now() - began;
  const command: Command = name === 'read' ? { name, streams } : { name };
  const { text } = reader;
  const messages = messagesOf(text);
  const errors = errorsOf(messages);
  const faults = [
    ...protocolViolations(text, command),
    ...exitViolations(text, command, exitCode),
    ...leaks(text, secretTexts),
    ...bugs(errors),
    ...(Object.keys(Object.prototype).length > 0 ? ['polluted: Object.prototype'] : []),
  ];
  return { stdout: text, messages, errors, exitCode, faults, tookMs };
}

/** Failures that nobody has explained, each with its stack. */
export function bugs(errors: readonly ErrorTrace[]): string[] {
  return errors
    .filter(({ internal_message }) => internal_message !== undefined)
    .map(({ internal_message, stack_trace }) => `bug: ${internal_message}\n${stack_trace ?? ''}`);
}
