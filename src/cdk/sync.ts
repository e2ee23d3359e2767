import type { ConfiguredStream } from './catalog.ts';
import { ConnectorError, isExplained } from './errors.ts';
import { errorMessage, type JsonObject, streamStatus } from './messages.ts';
import type { Output } from './output.ts';
import { Progress } from './progress.ts';
import type { Context, Partitions, Source } from './source.ts';
import type { SavedStates } from './state.ts';
import { isListStream, type ListStream, type Page, type Row, type Stream } from './stream.ts';
import { type Steps, type Walker, walk } from './walk.ts';

export interface SyncOptions<Client extends AsyncDisposable, Visit extends AsyncDisposable> {
  readonly source: Source<Client, Visit>;
  readonly config: JsonObject;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly stateIntervalMs: number;
  readonly output: Output;
  readonly context: Context;
  /** Called once, before anything is read, with the progress of every stream in the catalog's order. */
  readonly onStart: (plan: Plan) => void;
}

/** What a sync is about to do. */
export interface Plan {
  readonly streams: readonly Progress[];
  /** The streams among them that are read by partition. */
  readonly visiting: readonly Progress[];
  /** How many partitions are done; undefined if no stream needs them. */
  readonly steps: Steps | undefined;
}

/** Why a stream did not complete. */
interface Failure {
  readonly reason: unknown;
}

/** A chosen stream, and how far it has come. */
interface Chosen<Client, Visit> {
  readonly stream: Stream<Client, Visit>;
  readonly progress: Progress;
}

/**
 * Reads the configured streams, all at the same time; one that fails leaves the others alone.
 * Resolves with the number of streams that did not complete; rejects only if nothing could be read at all or the program is to stop.
 */
export async function sync<Client extends AsyncDisposable, Visit extends AsyncDisposable>(
  options: SyncOptions<Client, Visit>,
): Promise<number> {
  const { source, configured, output } = options;
  const offered = new Map(source.streams.map((stream) => [stream.name, stream]));
  const failures: Failure[] = [];
  for (const { name } of configured.filter((stream) => !offered.has(stream.name))) {
    const error = unknownStream(name);
    failures.push({ reason: error });
    await output.send(errorMessage(error, name));
    await output.send(streamStatus(name, 'INCOMPLETE'));
  }
  const chosen = configured.flatMap((choice) => {
    const stream = offered.get(choice.name);
    return stream ? [{ stream, progress: progressOf(stream, choice, options) }] : [];
  });
  if (chosen.length > 0) failures.push(...(await readChosen(chosen, options)));
  if (failures.length > 0) await output.send(errorMessage(summary(failures, configured.length)));
  return failures.length;
}

/** Resolves with what went wrong, stream by stream. */
async function readChosen<Client extends AsyncDisposable, Visit extends AsyncDisposable>(
  chosen: readonly Chosen<Client, Visit>[],
  options: SyncOptions<Client, Visit>,
): Promise<Failure[]> {
  const { source, config, context } = options;
  const lists = chosen.flatMap(({ stream, progress }) => (isListStream(stream) ? [{ stream, progress }] : []));
  const walkers = chosen.flatMap(({ stream, progress }) => (isListStream(stream) ? [] : [{ stream, progress }]));
  const steps: Steps | undefined = walkers.length > 0 ? { done: 0, of: undefined } : undefined;
  const visiting = walkers.map(({ progress }) => progress);
  options.onStart({ streams: chosen.map(({ progress }) => progress), visiting, steps });
  await using client = await source.connect(config, context);
  for (const { progress } of chosen) await progress.start();

  const { partitions } = source;
  const isPartitionList = ({ stream }: { stream: ListStream<Client> }) =>
    steps !== undefined && stream === partitions?.list;
  const others = lists.filter((list) => !isPartitionList(list));
  const outcomes = await Promise.all([
    ...others.map(({ stream, progress }) => progress.attempt(() => readList(stream, client, progress))),
    ...(partitions && steps
      ? [readPartitions(partitions, client, lists.find(isPartitionList)?.progress, walkers, steps, options)]
      : []),
  ]);
  return outcomes.flat().filter((failure) => failure !== undefined);
}

async function readList<Client>(
  stream: ListStream<Client>,
  client: Client,
  progress: Progress | undefined,
  onPage?: (page: Page) => void,
): Promise<void> {
  for await (const page of stream.read(client, (rows) => progress?.expect(rows))) {
    await progress?.emit(page);
    onPage?.(page);
  }
}

/**
 * Lists the partitions to the end, for the rows of the stream that lists them too if that is wanted, then visits each.
 * A cursor's life is short and a walk is long: that is why the visits wait.
 */
async function readPartitions<Client extends AsyncDisposable, Visit extends AsyncDisposable>(
  { list, visitor, concurrency }: Partitions<Client, Visit>,
  client: Client,
  listProgress: Progress | undefined,
  walkers: readonly Walker<Visit>[],
  steps: Steps,
  { config, context }: SyncOptions<Client, Visit>,
): Promise<(Failure | undefined)[]> {
  const visitors = new Map<string, () => Visit>();
  const keep = (row: Row) =>
    visitors.set(JSON.stringify(list.primaryKey.map((field) => row[field])), visitor(client, row));
  const listing = () => readList(list, client, listProgress, (page) => page.forEach(keep));
  const listed = listProgress
    ? listProgress.attempt(listing)
    : listing().then(
        () => undefined,
        (error: unknown) => ({ reason: error }),
      );
  const { log, stop } = context;
  const walking = listed.then((failure) => {
    if (failure) throw failure.reason;
    return walk([...visitors.values()], { walkers, concurrency: concurrency(config), log, steps, stop });
  });
  const outcomes = walkers.map(({ progress }) => progress.attempt(async () => (await walking)(progress)));
  return Promise.all([listProgress && listed, ...outcomes]);
}

function progressOf<Client extends AsyncDisposable, Visit extends AsyncDisposable>(
  stream: Stream<Client, Visit>,
  { name, syncMode, columns }: ConfiguredStream,
  { saved, stateIntervalMs, output, context }: SyncOptions<Client, Visit>,
): Progress {
  if (syncMode === 'incremental') context.log.info(`${name} has no incremental mode yet: it is read in full.`);
  return new Progress(stream, { columns, saved: saved.get(name), stateIntervalMs, output, stop: context.stop });
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
