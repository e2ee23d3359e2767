import { expect } from 'vitest';
import { parseCommandLine } from '../../src/cdk/command-line.ts';
import { errorMessage, type JsonObject, type SyncMode } from '../../src/cdk/protocol/messages.ts';
import { Output } from '../../src/cdk/protocol/output.ts';
import { Secrets } from '../../src/cdk/protocol/secrets.ts';
import { run } from '../../src/cdk/run.ts';
import { call, type Outcome } from '../../src/cdk/testing/library.ts';
import { Reader, savedIn } from '../../src/cdk/testing/lines.ts';
import { check } from '../../src/check/check.ts';
import type { TenantOptions } from '../../src/qlik/tenant.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { openTenant, qlikSenseCloud } from '../../src/source.ts';
import { streams as offered } from '../../src/streams/index.ts';
import { apiKeySettings, expectRight, type Options, Run, withCommandLine } from './program.ts';
import { type Command, exitViolations } from './protocol.ts';

export interface ReadWish {
  readonly streams?: readonly string[];
  /** The settings; by the tenant's API key, unless given. */
  readonly config?: object;
  readonly mode?: SyncMode;
  /** What earlier reads printed. */
  readonly after?: readonly Outcome[];
  /** The state file's content, instead of what earlier reads printed. */
  readonly state?: unknown;
  readonly env?: { readonly [name: string]: string };
  readonly stop?: AbortController;
}

/**
 * A read in this process, by the source as it is but for its patience: a test cannot wait for two minutes. Everything else goes
 * its usual way, over real sockets, from real files to the lines of stdout.
 */
export function readHere(
  tenant: SimulatedTenant,
  { streams, config = apiKeySettings(tenant), mode = 'full_refresh', after = [], ...more }: ReadWish,
  options: Pick<TenantOptions, 'patience' | 'responseMs' | 'engineTimeouts'>,
): Promise<Outcome> {
  const connect: typeof qlikSenseCloud.connect = (settings, context) => openTenant(settings, context, options);
  return call({ ...qlikSenseCloud, connect } as never, {
    config: config as JsonObject,
    mode,
    ...(streams && { streams: streams.map((name) => ({ name })) }),
    ...(after.length > 0 && { state: savedIn(after.flatMap(({ lines }) => lines)) }),
    ...more,
  });
}

/**
 * A command as `run` calls it, judged by the same rules, but in this process: it takes a tenth of the time, and differs in nothing
 * but the process itself.
 */
export function runHere(
  name: 'spec' | 'check' | 'discover' | 'read',
  options: Omit<Options, 'preload' | 'reader' | 'signal' | 'cut'> = {},
): Promise<Run> {
  return withCommandLine(name, options, (words, command, known) => runWordsHere(words, command, known));
}

/** The source as it is, but for the seconds after which a check ends: a busy machine needs more of them. */
const unhurried: typeof qlikSenseCloud = {
  ...qlikSenseCloud,
  check: (config, context) =>
    check(offered, (options) => openTenant(config, context, options), context, LONGEST_CHECK_MS),
};
const LONGEST_CHECK_MS = 100_000;

/** These very words, judged as a call of `wanted`. */
export async function runWordsHere(words: readonly string[], wanted: Command, options: Options = {}): Promise<Run> {
  const stop = new AbortController();
  const [reader, secrets] = [new Reader({}), new Secrets()];
  const output = new Output(reader, secrets, stop);
  const surroundings = { output, secrets, stop: stop.signal, env: options.env ?? {}, watch: () => () => {} };
  const called = async () => {
    const wish = await parseCommandLine(words, { name: 'source', version: '0.0.0', description: 'a source' });
    if (wish.kind !== 'command') throw new Error(`${words[0]} is not a command of the protocol`);
    return await run(unhurried, wish.command, surroundings);
  };
  const code = await called().catch(async (error: unknown) => {
    await output.send(errorMessage(error));
    return 1;
  });
  await output.flush(5_000);
  expectRight(reader.text, wanted, options);
  expect(exitViolations(reader.text, wanted, code)).toEqual([]);
  return new Run(reader.text, '', code);
}
