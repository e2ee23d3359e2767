import type { ConfiguredStream } from './catalog.ts';
import { ConnectorError, isExplained } from './errors.ts';
import { errorMessage, type JsonObject, streamStatus } from './messages.ts';
import type { Output } from './output.ts';
import { Progress } from './progress.ts';
import type { Context, Partitions, Source, Visitor } from './source.ts';
import type { SavedStates } from './state.ts';
import { isListStream, keyOf, type ListStream, type PartitionStream, type Row, type Stream } from './stream.ts';
import { type Chosen, type Steps, walk } from './walk.ts';

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
  if (chosen.length > 0) await readChosen(chosen, options, failures);
  if (failures.length > 0) await output.send(errorMessage(summary(failures, configured.length)));
  return failures.length;
}

/** Reads all at the same time; what goes wrong is added to `failures` as it happens. */
async function readChosen<Client extends AsyncDisposable, Visit extends AsyncDisposable>(
  chosen: readonly Chosen<Stream<Client, Visit>>[],
  options: SyncOptions<Client, Visit>,
  failures: Failure[],
): Promise<void> {
  const { source, config, context } = options;
  const lists = chosen.filter((one): one is Chosen<ListStream<Client>> => isListStream(one.stream));
  const walkers = chosen.filter((one): one is Chosen<PartitionStream<Visit>> => !isListStream(one.stream));
  const steps: Steps | undefined = walkers.length > 0 ? { done: 0, of: undefined } : undefined;
  const progressIn = (some: readonly Chosen<unknown>[]) => some.map(({ progress }) => progress);
  options.onStart({ streams: progressIn(chosen), visiting: progressIn(walkers), steps });
  await using client = await source.connect(config, context);
  for (const { progress } of chosen) await progress.start();

  const attempt = async (progress: Progress, reading: () => Promise<void>) => {
    const failure = await progress.attempt(reading);
    if (failure) failures.push(failure);
  };
  const { partitions } = source;
  const listing = steps && partitions && listPartitions(partitions, client);
  const readings = lists.map(({ stream, progress }) =>
    attempt(progress, () => (stream === listing?.stream ? listing.read(progress) : readList(stream, client, progress))),
  );
  if (listing) {
    // The partitions are listed also where nobody wants the rows of that stream.
    if (!lists.some(({ stream }) => stream === listing.stream)) void listing.read();
    const { log, stop } = context;
    const concurrency = partitions.concurrency(config);
    const onEnd = () => partitions.onEnd?.(client);
    const walking = listing.visitors.then((visitors) =>
      walk(visitors, { walkers, concurrency, log, steps, stop, onEnd }),
    );
    readings.push(...walkers.map(({ progress }) => attempt(progress, async () => (await walking)(progress))));
  }
  await Promise.all(readings);
}

async function readList<Client>(
  stream: ListStream<Client>,
  client: Client,
  progress: Progress | undefined,
  onRow?: (row: Row) => void,
): Promise<void> {
  for await (const page of stream.read(client, (rows) => progress?.expect(rows))) {
    await progress?.emit(page);
    if (onRow) page.forEach(onRow);
  }
}

/** The listing of partitions: read once, for the rows and for the visits. */
interface Listing<Client, Visit> {
  readonly stream: ListStream<Client>;
  read(progress?: Progress): Promise<void>;
  /**
   * Who visits them, each once; settled when all are listed, since a cursor's life is short and a walk is long.
   * Rejects with what kept them from being listed.
   */
  readonly visitors: Promise<readonly Visitor<Visit>[]>;
}

function listPartitions<Client, Visit>(
  { list, visitor }: Partitions<Client, Visit>,
  client: Client,
): Listing<Client, Visit> {
  const found = new Map<string, Visitor<Visit>>();
  const { promise: visitors, resolve, reject } = Promise.withResolvers<readonly Visitor<Visit>[]>();
  const keep = (row: Row) => {
    const key = keyOf(row, list.primaryKey);
    if (key !== undefined) found.set(key, visitor(client, row));
  };
  return {
    stream: list,
    visitors,
    async read(progress) {
      try {
        await readList(list, client, progress, keep);
        resolve([...found.values()]);
      } catch (error) {
        reject(error);
        if (progress) throw error;
      }
    },
  };
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
