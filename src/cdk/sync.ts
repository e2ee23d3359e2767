import { ConnectorError, isExplained } from './errors.ts';
import { type Saved, savedState, unusable } from './ledger/saved-state.ts';
import type { ConfiguredStream } from './protocol/catalog.ts';
import { errorMessage, type JsonObject, streamStatus } from './protocol/messages.ts';
import type { Output } from './protocol/output.ts';
import type { SavedStates } from './protocol/state.ts';
import { divide, readDivision, type Walk, walksIn } from './reading/division.ts';
import { readList } from './reading/list.ts';
import { listPartitions } from './reading/partition-list.ts';
import type { Progress } from './reading/progress.ts';
import type { Selection, SharedOptions } from './reading/selected-stream.ts';
import type { Context, Source } from './source.ts';
import { isPartitionStream, type Stream, type StreamFacts } from './stream.ts';

export interface SyncOptions<Client extends AsyncDisposable> {
  readonly source: Source<Client>;
  readonly config: JsonObject;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly stateIntervalMs: number;
  readonly output: Output;
  /** Aborted when the program is to stop at once. */
  readonly stop: AbortSignal;
  /** Its own signal is aborted too when the sync cannot go on: what was read is saved then, and the failure told. */
  readonly context: Context;
  /** Called once, before any stream is read, with the progress of every stream in the catalog's order. */
  readonly onStart: (plan: Plan) => void;
}

/** What a sync is about to do. */
export interface Plan {
  readonly streams: readonly Progress[];
  /** Those among them that are read by partition, and how far they have come. */
  readonly walks: readonly Walk[];
}

/** Why a stream did not complete. */
interface Failure {
  readonly reason: unknown;
}

/**
 * Reads the configured streams, all at the same time; one that fails leaves the others alone.
 * Resolves with the number of streams that did not complete; rejects only if nothing could be read at all or the program is to stop.
 */
export async function sync<Client extends AsyncDisposable>(options: SyncOptions<Client>): Promise<number> {
  const { source, configured, output, saved } = options;
  const offered = new Map(source.streams.map((stream) => [stream.name, stream]));
  const failures: Failure[] = [];
  for (const { name } of configured.filter((stream) => !offered.has(stream.name))) {
    const error = unknownStream(name);
    failures.push({ reason: error });
    await output.send(errorMessage(error, name));
    await output.send(streamStatus(name, 'INCOMPLETE'));
  }
  const selections: Selection<Stream<Client>>[] = [];
  for (const entry of configured) {
    const stream = offered.get(entry.name);
    if (!stream) continue;
    selections.push({ ...entry, stream, saved: await savedState(stream, entry.syncMode, saved.get(entry.name)) });
  }
  if (selections.length > 0) await readAll(selections, options, failures);
  if (failures.length > 0) await output.send(errorMessage(summary(failures, configured.length)));
  return failures.length;
}

/** Reads all at the same time; what goes wrong is added to `failures` as it happens. */
async function readAll<Client extends AsyncDisposable>(
  selections: readonly Selection<Stream<Client>>[],
  options: SyncOptions<Client>,
  failures: Failure[],
): Promise<void> {
  const { source, config, context } = options;
  await using client = await source.connect(config, context);
  const { lists, divisions, streams } = divide(selections, await sharedOptions(selections, client, options), options);
  options.onStart({ streams, walks: divisions.flatMap(walksIn) });
  for (const progress of streams) await progress.start();
  using _ = onAbort(options.stop, () => {
    for (const progress of streams) progress.close();
  });

  const attempt = async (progress: Progress, reading: () => Promise<void>) => {
    const failure = await progress.attempt(reading);
    if (failure) failures.push(failure);
  };
  // The partitions are listed also where the rows of that stream are not selected.
  const listers = new Map(
    divisions.map(({ partitions, coverage }) => [
      partitions.list,
      listPartitions(partitions, client, coverage?.stream),
    ]),
  );
  const readings = lists.map((list) => {
    const stream = listers.get(list.stream)?.stream ?? list.stream;
    return attempt(list.progress, () => readList({ ...list, stream }, client, context));
  });
  for (const division of divisions) {
    const lister = listers.get(division.partitions.list);
    if (lister) readings.push(...readDivision(division, { source, client, config, context, lister, attempt }));
  }
  await Promise.all(readings);
}

/** Calls back when a signal is aborted, unless disposed of before. */
function onAbort(signal: AbortSignal, call: () => void): Disposable {
  signal.addEventListener('abort', call, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', call) };
}

/** What all streams have in common. Throws a `config_error` for a state that another upstream has left. */
async function sharedOptions<Client extends AsyncDisposable>(
  selections: readonly Selection<Stream<Client>>[],
  client: Client,
  { source, stateIntervalMs, output, stop }: SyncOptions<Client>,
): Promise<SharedOptions> {
  const { identity } = source;
  // A list in full refresh has no use for what earlier syncs left.
  const withMemory = selections.filter(
    ({ stream, syncMode }) => syncMode === 'incremental' || isPartitionStream(stream),
  );
  const upstream = withMemory.length > 0 ? await identity?.(client) : undefined;
  const address = withMemory.length > 0 ? source.address?.(client) : undefined;
  for (const { stream, saved } of withMemory) refuseForeign(stream, saved, { upstream, address });
  return { upstream, address, stateIntervalMs, output, stop };
}

/** Throws if a state is of another upstream: by name where both are known, else by address. */
function refuseForeign(
  stream: StreamFacts,
  saved: Saved,
  { upstream, address }: Pick<SharedOptions, 'upstream' | 'address'>,
): void {
  const isHandWritten = saved.latest === undefined;
  if (isHandWritten) return;
  const isNameless = saved.upstream === undefined && saved.address === undefined;
  if (saved.upstream !== undefined && upstream !== undefined) {
    if (saved.upstream !== upstream) throw stateOfAnother(stream, saved.upstream, upstream);
  } else if (saved.address !== undefined && address !== undefined) {
    if (saved.address !== address) throw stateOfAnother(stream, saved.address, address);
  } else if (isNameless && Object.keys(saved.ledger).length > 0 && (upstream ?? address) !== undefined) {
    throw unusable(stream, 'it does not say which upstream it is of');
  }
}

function stateOfAnother({ name }: StreamFacts, owner: string, upstream: string): ConnectorError {
  return new ConnectorError(
    'config_error',
    `The saved state of the stream ${name} belongs to ${owner}, but the settings lead to ${upstream}: whatever the former has and ` +
      'the latter does not have would count as deleted. Correct the settings, or clear the state to read everything afresh.',
  );
}

function unknownStream(name: string): ConnectorError {
  const message = `The source has no stream ${name}. Refresh the source's schema, or take the stream out of the catalog.`;
  return new ConnectorError('config_error', message);
}

/** Airbyte decides about a retry by the first failure it is sent, so that the summary repeats that one's type. */
function summary(failures: readonly Failure[], streams: number): ConnectorError {
  const first = failures[0]?.reason;
  const message = `${failures.length} of ${streams} streams could not be completed. The messages above say why, stream by stream.`;
  return new ConnectorError(isExplained(first) ? first.failureType : 'system_error', message);
}
