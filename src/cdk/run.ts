import { defaultCheck } from './default-check.ts';
import { ConnectorError } from './errors.ts';
import { watchMemory } from './memory.ts';
import { catalogStream, readConfiguredCatalog } from './protocol/catalog.ts';
import { readConfig, unknownSettings } from './protocol/config.ts';
import { type Logger, openLogger } from './protocol/logger.ts';
import { errorMessage, errorTrace, type JsonObject, PROTOCOL_VERSION } from './protocol/messages.ts';
import type { Output } from './protocol/output.ts';
import type { Secrets } from './protocol/secrets.ts';
import { readState } from './protocol/state.ts';
import { isNewWait } from './reading/progress.ts';
import type { CheckResult, Context, Source } from './source.ts';
import { type Plan, sync } from './sync.ts';

/** One call of the program: the command and the files that the caller named. */
export type Command =
  | { readonly name: 'spec' }
  | { readonly name: 'check' | 'discover'; readonly config: string }
  | { readonly name: 'read'; readonly config: string; readonly catalog: string; readonly state?: string | undefined };

export interface Surroundings {
  readonly output: Output;
  readonly secrets: Secrets;
  readonly stop: AbortSignal;
  readonly env: { readonly [name: string]: string | undefined };
  /** Shows the progress of a read to a person, if one watches; returns a function that ends the show. */
  readonly watch: (activity: Activity) => () => void;
}

/** What a read is doing, in live figures. */
export interface Activity extends Plan {
  /** Calls made so far. */
  calls(): number;
  /** How long the upstream has not answered, in milliseconds; while the reader of the output is waited for, nothing is asked. */
  silentMs(): number;
}

/** Runs one command of the protocol and resolves with the exit code. Rejects with what kept it from running at all. */
export async function run<Client extends AsyncDisposable>(
  source: Source<Client>,
  command: Command,
  surroundings: Surroundings,
): Promise<number> {
  const { output, secrets } = surroundings;
  const { connectionSpecification: schema } = source;
  const config = async (path: string) => {
    const settings = await readConfig(path, schema, secrets);
    const unknown = unknownSettings(settings, schema);
    if (unknown.length > 0) {
      loggerOf(surroundings).warn(
        `Ignored settings that are not known: ${unknown.join(', ')}. Known ones are ${Object.keys(schema.properties ?? {}).join(', ')}.`,
      );
    }
    return settings;
  };
  switch (command.name) {
    case 'spec':
      await output.send({
        type: 'SPEC',
        spec: { protocol_version: PROTOCOL_VERSION, supportsIncremental: true, connectionSpecification: schema },
      });
      return 0;
    case 'discover':
      await config(command.config);
      await output.send({ type: 'CATALOG', catalog: { streams: source.streams.map(catalogStream) } });
      return 0;
    case 'check':
      return check(async () => {
        const [settings, context] = [await config(command.config), contextOf(surroundings)];
        return source.check ? source.check(settings, context) : defaultCheck(source, settings, context);
      }, surroundings);
    case 'read':
      return read(source, command, await config(command.config), surroundings);
  }
}

/** A failure still gets a status, which is what users are shown; unless it is theirs to mend, an error trace and exit code 1 too. */
async function check(judge: () => Promise<CheckResult>, { output, stop }: Surroundings): Promise<number> {
  try {
    const { status, message } = await judge();
    await output.send({ type: 'CONNECTION_STATUS', connectionStatus: { status, message } });
    return 0;
  } catch (error) {
    stop.throwIfAborted();
    const { message, failure_type } = errorTrace(error);
    await output.send({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message } });
    if (failure_type === 'config_error') return 0;
    await output.send(errorMessage(error));
    return 1;
  }
}

async function read<Client extends AsyncDisposable>(
  source: Source<Client>,
  command: Command & { name: 'read' },
  config: JsonObject,
  surroundings: Surroundings,
): Promise<number> {
  const configured = await readConfiguredCatalog(command.catalog);
  const saved = await readState(command.state, loggerOf(surroundings).warn);
  const stateIntervalMs = stateInterval(surroundings.env.STATE_INTERVAL_MS);
  let plan: Plan = { streams: [], walks: [] };
  using memory = watchMemory();
  let calls = 0;
  let answeredAt = performance.now();
  const logWait = waitLog(loggerOf(surroundings));
  const { stop } = surroundings;
  const context = contextOf(surroundings, {
    stop: AbortSignal.any([stop, memory.signal]),
    onWait: (untilMs, visited) => {
      logWait(untilMs, visited);
      const visiting = plan.walks.find(({ label }) => label === visited)?.streams;
      for (const progress of visited === undefined ? plan.streams : (visiting ?? [])) progress.waitUntil(untilMs);
    },
    onCall: (call) => {
      calls += 1;
      context.logger.debug(call);
    },
    onAnswer: () => {
      answeredAt = performance.now();
    },
  });
  const { output } = surroundings;
  const silentMs = () => (calls > 0 ? performance.now() - Math.max(answeredAt, output.heldUpUntil) : 0);
  let endShow = () => {};
  const onStart = (started: Plan) => {
    plan = started;
    endShow = surroundings.watch({ ...plan, calls: () => calls, silentMs });
  };
  try {
    const incomplete = await sync({
      source,
      config,
      configured,
      saved,
      stateIntervalMs,
      output,
      stop,
      context,
      onStart,
    });
    return incomplete > 0 ? 1 : 0;
  } finally {
    endShow();
  }
}

function loggerOf({ output, env }: Surroundings): Logger {
  return openLogger(output, env.LOG_LEVEL?.toLowerCase() === 'debug');
}

function contextOf(surroundings: Surroundings, hooks: Partial<Context> = {}): Context {
  const { secrets, stop } = surroundings;
  const logger = loggerOf(surroundings);
  return {
    stop,
    logger,
    addSecret: (value) => secrets.add(value),
    onWait: () => {},
    onCall: (call) => logger.debug(call),
    onAnswer: () => {},
    ...hooks,
  };
}

/** Logs each wait once, though every call that has to wait reports it. */
function waitLog(logger: Logger): Context['onWait'] {
  const known = new Map<string | undefined, number>();
  return (untilMs, visited) => {
    if (!isNewWait(untilMs, known.get(visited) ?? 0)) return;
    known.set(visited, untilMs);
    const what = visited === undefined ? 'calls' : `visits of ${visited}`;
    logger.info(`No more ${what} are allowed for now: waiting until ${new Date(untilMs).toISOString()}.`);
  };
}

const DEFAULT_STATE_INTERVAL_MS = 10_000;

function stateInterval(value: string | undefined): number {
  if (value === undefined || value === '') return DEFAULT_STATE_INTERVAL_MS;
  const intervalMs = Number(value);
  if (intervalMs >= 0) return intervalMs;
  throw new ConnectorError(
    'config_error',
    `STATE_INTERVAL_MS must be a number of milliseconds, 0 or more, not "${value}".`,
  );
}
