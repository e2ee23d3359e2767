import { constants } from 'node:os';
import { type Program, parseCommandLine } from './command-line.ts';
import type { Display } from './display.ts';
import { readConfig } from './protocol/config.ts';
import { errorMessage } from './protocol/messages.ts';
import { Output, OutputClosedError } from './protocol/output.ts';
import { Secrets } from './protocol/secrets.ts';
import { run } from './run.ts';
import type { Source } from './source.ts';

/** How long a stopped program waits for its reader to take the last whole line. */
const LAST_LINE_MS = 5_000;

/** The operating system, or a person, asked the program to end. */
class Terminated extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.signal = signal;
  }
}

/**
 * Makes the process a connector: it does what the words on its command line say and sets its exit code. Whatever goes wrong,
 * stdout carries messages of the protocol and nothing else; stderr is for a person at a terminal, and else stays empty.
 * Extra commands write to both what they like.
 */
export function serve<Client extends AsyncDisposable>(source: Source<Client>, program: Program): void {
  const stop = new AbortController();
  const secrets = new Secrets();
  let display: Display | undefined;
  const output = new Output(process.stdout, secrets, stop, (text) => display?.note(text));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(new Terminated(signal)));
  process.on('uncaughtException', (error) => stop.abort(error));
  // Where no person watches, stderr stays empty: Airbyte takes each line there for an error.
  process.removeAllListeners('warning');

  const obey = async (): Promise<number> => {
    display = await displayFor(process);
    const call = await parseCommandLine(process.argv.slice(2), program);
    switch (call.kind) {
      case 'help':
        process.stderr.write(`${call.text}\n`);
        return 0;
      case 'extra':
        return call.run({
          program: process.argv[1] ?? '',
          stdout: process.stdout,
          stderr: process.stderr,
          stop: stop.signal,
          readSettings: (path, schema) => readConfig(path, schema, secrets),
          addSecret: (value) => secrets.add(value),
          masked: (text) => secrets.mask(text),
        });
      case 'command':
        return run(source, call.command, {
          output,
          secrets,
          stop: stop.signal,
          env: process.env,
          watch: (activity) => display?.watch(activity) ?? (() => {}),
        });
    }
  };
  void obey()
    .catch((error: unknown) => end(stop.signal.reason ?? error, output))
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}

/** Loaded late: most runs have nobody who watches. */
async function displayFor({ stdout, stderr }: NodeJS.Process): Promise<Display | undefined> {
  if (!stderr.isTTY) return undefined;
  const { openDisplay } = await import('./display.ts');
  return openDisplay(stderr, !stdout.isTTY);
}

/** The last catch: whatever kept the program from going on is reported in a way that fits, and made into its exit code. */
async function end(reason: unknown, output: Output): Promise<number> {
  if (reason instanceof OutputClosedError) return 1;
  if (!(reason instanceof Terminated)) {
    await output.send(errorMessage(reason)).catch(() => undefined);
    return 1;
  }
  await output.flush(LAST_LINE_MS);
  // Whoever sent the signal wants to see that it worked. The first process of a container cannot die this way, and exits.
  process.kill(process.pid, reason.signal);
  return 128 + constants.signals[reason.signal];
}
