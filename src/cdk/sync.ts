import type { ConfiguredStream } from './catalog.ts';
import {
  type Choice,
  type ChosenCoverage,
  type ChosenList,
  type ChosenWalker,
  type Circumstances,
  chooseList,
  chooseWalker,
} from './chosen.ts';
import { coverageList } from './coverage.ts';
import { ConnectorError, isExplained, type Reason } from './errors.ts';
import { readList } from './list.ts';
import { listPartitions } from './listing.ts';
import { errorMessage, type JsonObject, streamStatus } from './messages.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';
import { type Saved, savedState, unusable } from './saved-state.ts';
import type { Context, Partitions, Source } from './source.ts';
import type { SavedStates } from './state.ts';
import { isListStream, isPartitionStream, type Stream, type StreamFacts } from './stream.ts';
import { type Steps, walk } from './walk.ts';

export interface SyncOptions<Client extends AsyncDisposable> {
  readonly source: Source<Client>;
  readonly config: JsonObject;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly stateIntervalMs: number;
  readonly output: Output;
  /** Aborted when the program is to stop, and nobody waits for a last word. */
  readonly stop: AbortSignal;
  /** Its own signal is aborted too when there is no going on: what was read is saved then, and the failure told. */
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

interface Walk {
  /** What users call the partitions. */
  readonly called: string;
  readonly streams: readonly Progress[];
  readonly steps: Steps;
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
  const choices: Choice<Stream<Client>>[] = [];
  for (const how of configured) {
    const stream = offered.get(how.name);
    if (!stream) continue;
    choices.push({ ...how, stream, saved: await savedState(stream, how.syncMode, saved.get(how.name)) });
  }
  if (choices.length > 0) await readAll(choices, options, failures);
  if (failures.length > 0) await output.send(errorMessage(summary(failures, configured.length)));
  return failures.length;
}

/** Reads all at the same time; what goes wrong is added to `failures` as it happens. */
async function readAll<Client extends AsyncDisposable>(
  choices: readonly Choice<Stream<Client>>[],
  options: SyncOptions<Client>,
  failures: Failure[],
): Promise<void> {
  const { source, config, context } = options;
  await using client = await source.connect(config, context);
  const { lists, divisions, streams } = choose(choices, await circumstances(choices, client, options), options);
  options.onStart({
    streams,
    walks: divisions.map(({ partitions, walkers, steps }) => {
      return { called: partitions.called.partitions, streams: walkers.map(({ progress }) => progress), steps };
    }),
  });
  for (const progress of streams) await progress.start();

  const attempt = async (progress: Progress, reading: () => Promise<void>) => {
    const failure = await progress.attempt(reading);
    if (failure) failures.push(failure);
  };
  // The partitions are listed also where nobody wants the rows of that stream.
  const listings = new Map(
    divisions.map(({ partitions, coverage }) => [
      partitions.list,
      listPartitions(partitions, client, coverage?.stream),
    ]),
  );
  const readings = lists.map((list) => {
    const stream = listings.get(list.stream)?.stream ?? list.stream;
    return attempt(list.progress, () => readList({ ...list, stream }, client, context));
  });
  for (const { partitions, walkers, coverage, steps } of divisions) {
    const listing = listings.get(partitions.list);
    if (!listing) continue;
    if (!lists.some(({ stream }) => stream === partitions.list)) void listing.readAlone();
    const { called } = partitions;
    const concurrency = partitions.concurrency(config);
    const onEnd = () => partitions.onEnd?.(client);
    const { found } = listing;
    const { log, stop } = context;
    const walking = found.then((all) => walk(all, { walkers, concurrency, called, log, steps, stop, onEnd }));
    for (const { stream, progress } of walkers) {
      readings.push(attempt(progress, async () => (await walking).throwMissed(stream.name)));
    }
    if (coverage) {
      const { stream, progress } = coverage;
      const unwanted = notWanted(partitions, source.streams);
      const masked = (text: string) => progress.masked(text);
      const covered = walkers.filter(({ stream: { isApart } }) => !isApart);
      const covering = coverageList(stream, { found, walking, walkers: covered, called, unwanted, masked });
      readings.push(attempt(progress, () => readList({ ...coverage, stream: covering }, client, context)));
    }
  }
  await Promise.all(readings);
}

/** What all streams have in common. Throws a `config_error` for a state that another upstream has left. */
async function circumstances<Client extends AsyncDisposable>(
  choices: readonly Choice<Stream<Client>>[],
  client: Client,
  { source, stateIntervalMs, output, stop }: SyncOptions<Client>,
): Promise<Circumstances> {
  const { identity } = source;
  // A list in full refresh has no use for what earlier syncs left.
  const withMemory = choices.filter(({ stream, syncMode }) => syncMode === 'incremental' || isPartitionStream(stream));
  const upstream = withMemory.length > 0 ? await identity?.(client) : undefined;
  const address = withMemory.length > 0 ? source.address?.(client) : undefined;
  for (const { stream, saved } of withMemory) refuseForeign(stream, saved, { upstream, address });
  return { upstream, address, stateIntervalMs, output, stop };
}

/** Throws if a state is of another upstream: by name where both are known, else by address. */
function refuseForeign(
  stream: StreamFacts,
  saved: Saved,
  { upstream, address }: Pick<Circumstances, 'upstream' | 'address'>,
): void {
  const isByHand = saved.latest === undefined;
  if (isByHand) return;
  const isNameless = saved.upstream === undefined && saved.address === undefined;
  if (saved.upstream !== undefined && upstream !== undefined) {
    if (saved.upstream !== upstream) throw leftByAnother(stream, saved.upstream, upstream);
  } else if (saved.address !== undefined && address !== undefined) {
    if (saved.address !== address) throw leftByAnother(stream, saved.address, address);
  } else if (isNameless && Object.keys(saved.ledger).length > 0 && (upstream ?? address) !== undefined) {
    throw unusable(stream, 'it does not say what it is of');
  }
}

function leftByAnother({ name }: StreamFacts, left: string, upstream: string): ConnectorError {
  return new ConnectorError(
    'config_error',
    `The saved state of the stream ${name} belongs to ${left}, and the settings lead to ${upstream}: whatever the one has and ` +
      'the other has not would count as deleted. Correct the settings, or clear the state to read everything afresh.',
  );
}

/** Partitions that some stream is read by, and the streams that are. */
interface Division<Client> {
  readonly partitions: Partitions<Client>;
  readonly walkers: ChosenWalker<AsyncDisposable>[];
  readonly coverage: ChosenCoverage | undefined;
  readonly steps: Steps;
}

function choose<Client extends AsyncDisposable>(
  choices: readonly Choice<Stream<Client>>[],
  shared: Circumstances,
  { source, config }: SyncOptions<Client>,
) {
  const lists: ChosenList<Client>[] = [];
  const progresses = new Map<string, Progress>();
  const divisions = (source.partitions ?? []).map((partitions) => {
    const rereadAfterMs = partitions.rereadAfterDays(config) * 86_400_000;
    const settings = { scope: partitions.scope(config), rereadAfterMs };
    const walkers: ChosenWalker<AsyncDisposable>[] = [];
    let coverage: ChosenCoverage | undefined;
    for (const { stream, ...choice } of choices) {
      if (stream === partitions.list) lists.push(chooseList({ ...choice, stream: partitions.list }, settings, shared));
      else if (stream === partitions.coverage)
        coverage = chooseList({ ...choice, stream: partitions.coverage }, undefined, shared);
      else if (isPartitionStream(stream) && stream.partitionedBy === partitions.list.name)
        walkers.push(chooseWalker({ ...choice, stream }, settings, shared));
    }
    return { partitions, walkers, coverage, steps: { done: 0, of: undefined } };
  });
  const listed = new Set(lists.map(({ stream }) => stream));
  for (const { stream, ...choice } of choices)
    if (isListStream(stream) && !listed.has(stream)) lists.push(chooseList({ ...choice, stream }, undefined, shared));
  const wanted: Division<Client>[] = divisions.filter(({ walkers, coverage }) => walkers.length > 0 || coverage);
  for (const { stream, progress } of [...lists, ...wanted.flatMap(chosenIn)]) progresses.set(stream.name, progress);
  return { lists, divisions: wanted, streams: choices.flatMap(({ name }) => progresses.get(name) ?? []) };
}

function chosenIn({ walkers, coverage }: Division<never>): readonly { stream: StreamFacts; progress: Progress }[] {
  return [...walkers, ...(coverage ? [coverage] : [])];
}

function notWanted({ called, list }: Partitions<never>, streams: readonly Stream<never>[]): Reason {
  const covered = streams
    .filter(isPartitionStream)
    .filter(({ partitionedBy, isApart }) => partitionedBy === list.name && !isApart);
  const names = covered.map(({ name }) => name);
  return {
    code: 'NOT-CHOSEN',
    message: `No stream is chosen that is read from ${called.partitions}.`,
    remedy: `Choose ${names.join(' or ')} in the catalog.`,
  };
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
