#!/usr/bin/env node
import { constants } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import type { Display } from './cdk/display.ts';
import { errorMessage } from './cdk/protocol/messages.ts';
import { Output, OutputClosedError } from './cdk/protocol/output.ts';
import { Secrets } from './cdk/protocol/secrets.ts';
import { run } from './cdk/run.ts';
import { parseCommandLine } from './command-line.ts';
import { qlikSenseCloud } from './source.ts';

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

const stop = new AbortController();
const secrets = new Secrets();
let display: Display | undefined;
const output = new Output(process.stdout, secrets, stop, (text) => display?.note(text));

const signals = ['SIGTERM', 'SIGINT'] as const;
for (const signal of signals) process.once(signal, () => stop.abort(new Terminated(signal)));
process.on('uncaughtException', (error) => stop.abort(error));
// Where no person watches, stderr stays empty: Airbyte takes each line there for an error.
process.removeAllListeners('warning');

void main(process.argv.slice(2))
  .catch((error: unknown) => end(stop.signal.reason ?? error))
  .then((exitCode) => {
    process.exitCode = exitCode;
  });

async function main(words: readonly string[]): Promise<number> {
  if (process.stderr.isTTY) {
    const { openDisplay } = await import('./cdk/display.ts');
    display = openDisplay(process.stderr, !process.stdout.isTTY);
  }
  const command = await parseCommandLine(words, packageJson.version);
  switch (command.name) {
    case 'help':
      process.stderr.write(`${command.text}\n`);
      return 0;
    case 'demo': {
      const { demo } = await import('./demo/demo.ts');
      return demo(command, {
        program: import.meta.filename,
        stdout: process.stdout,
        stderr: process.stderr,
        stop: stop.signal,
      });
    }
    default:
      return run(qlikSenseCloud, command, {
        output,
        secrets,
        stop: stop.signal,
        env: process.env,
        watch: (activity) => display?.watch(activity) ?? (() => {}),
      });
  }
}

/** The last catch: whatever kept the program from going on is told in a way that fits, and made into its exit code. */
async function end(reason: unknown): Promise<number> {
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
