import type { ConfiguredStream } from './catalog.ts';
import { ConnectorError, isExplained } from './errors.ts';
import type { Log } from './log.ts';
import { errorMessage, type JsonObject, streamStatus } from './messages.ts';
import type { Output } from './output.ts';
import { Progress } from './progress.ts';
import type { Context, Source } from './source.ts';
import type { SavedStates } from './state.ts';
import type { Stream } from './stream.ts';

export interface SyncOptions<Client extends AsyncDisposable> {
  readonly source: Source<Client>;
  readonly config: JsonObject;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly stateIntervalMs: number;
  readonly output: Output;
  readonly log: Log;
  readonly context: Context;
  /** Called once with the progress of every stream, in the catalog's order, before anything is read. */
  readonly onStart: (progress: readonly Progress[]) => void;
}

/**
 * Reads the configured streams, all at the same time; one that fails leaves the others alone.
 * Resolves with the number of streams that did not complete; rejects only if nothing could be read at all or the program is to stop.
 */
export async function sync<Client extends AsyncDisposable>(options: SyncOptions<Client>): Promise<number> {
  const { source, configured, output, context } = options;
  const offered = new Map(source.streams.map((stream) => [stream.name, stream]));
  const unknown = configured.filter(({ name }) => !offered.has(name)).map(({ name }) => unknownStream(name));
  const chosen = configured.flatMap((configuredStream) => {
    const stream = offered.get(configuredStream.name);
    return stream ? [{ stream, progress: progressOf(stream, configuredStream, options) }] : [];
  });
  for (const { error, name } of unknown) {
    await output.send(errorMessage(error, name));
    await output.send(streamStatus(name, 'INCOMPLETE'));
  }
  const failures: unknown[] = unknown.map(({ error }) => error);
  if (chosen.length > 0) {
    options.onStart(chosen.map(({ progress }) => progress));
    await using client = await source.connect(options.config, context);
    const outcomes = await Promise.all(chosen.map(({ stream, progress }) => readAll(stream, client, progress)));
    failures.push(...outcomes.filter((failure) => failure !== undefined));
  }
  if (failures.length > 0) await output.send(errorMessage(summary(failures, configured.length)));
  return failures.length;
}

/** Resolves with what went wrong, if anything did. */
function readAll<Client>(stream: Stream<Client>, client: Client, progress: Progress): Promise<unknown> {
  return progress.attempt(async () => {
    for await (const page of stream.read(client, (rows) => progress.expect(rows))) await progress.emit(page);
  });
}

function progressOf<Client extends AsyncDisposable>(
  stream: Stream<Client>,
  { name, syncMode, columns }: ConfiguredStream,
  { saved, stateIntervalMs, output, log, context }: SyncOptions<Client>,
): Progress {
  if (syncMode === 'incremental') log.info(`${name} has no incremental mode yet: it is read in full.`);
  return new Progress(stream, { columns, saved: saved.get(name), stateIntervalMs, output, stop: context.stop });
}

function unknownStream(name: string): { name: string; error: ConnectorError } {
  const message = `The source has no stream ${name}. Refresh the source's schema, or take the stream out of the catalog.`;
  return { name, error: new ConnectorError('config_error', message) };
}

/** Airbyte decides about a retry by the first failure it is sent, so that the summary repeats that one's type. */
function summary(failures: readonly unknown[], streams: number): ConnectorError {
  const [first] = failures;
  const message = `${failures.length} of ${streams} streams could not be completed. The messages above say why, stream by stream.`;
  return new ConnectorError(isExplained(first) ? first.failureType : 'system_error', message);
}
