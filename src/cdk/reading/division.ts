import type { Reason } from '../errors.ts';
import type { JsonObject } from '../protocol/messages.ts';
import type { Context, Partitions, Source } from '../source.ts';
import { isListStream, isLogStream, isPartitionStream, type Stream, type StreamFacts } from '../stream.ts';
import { coverageList } from './coverage.ts';
import type { Steps } from './each-partition.ts';
import { readList } from './list.ts';
import { readLog } from './log.ts';
import type { Listing } from './partition-list.ts';
import type { Progress } from './progress.ts';
import {
  type Choice,
  type Circumstances,
  type SelectedCoverage,
  type SelectedList,
  type SelectedLog,
  type SelectedWalker,
  selectList,
  selectLog,
  selectWalker,
} from './selected-stream.ts';
import { walk } from './walk.ts';

/** Streams that go from partition to partition. */
export interface Walk {
  /** What users call the partitions. */
  readonly label: string;
  readonly streams: readonly Progress[];
  readonly steps: Steps;
}

/** Partitions that some stream is read by, and the streams that are. */
export interface Division<Client> {
  readonly partitions: Partitions<Client>;
  readonly walkers: SelectedWalker<AsyncDisposable>[];
  readonly logs: (SelectedLog<Client> & { readonly steps: Steps })[];
  readonly coverage: SelectedCoverage | undefined;
  readonly steps: Steps;
}

/** Sorts streams by how they are read: as lists, or by the partitions of a division. Throws a `config_error` for a state that cannot be used. */
export function divide<Client extends AsyncDisposable>(
  choices: readonly Choice<Stream<Client>>[],
  shared: Circumstances,
  { source, config }: { readonly source: Source<Client>; readonly config: JsonObject },
) {
  const lists: SelectedList<Client>[] = [];
  const progresses = new Map<string, Progress>();
  const divisions = (source.partitions ?? []).map((partitions) => {
    const rereadAfterMs = partitions.rereadAfterDays(config) * 86_400_000;
    const settings = { scope: partitions.scope(config), rereadAfterMs };
    const walkers: SelectedWalker<AsyncDisposable>[] = [];
    const logs: Division<Client>['logs'] = [];
    let coverage: SelectedCoverage | undefined;
    for (const { stream, ...choice } of choices) {
      if (stream === partitions.list) lists.push(selectList({ ...choice, stream: partitions.list }, settings, shared));
      else if (stream === partitions.coverage)
        coverage = selectList({ ...choice, stream: partitions.coverage }, undefined, shared);
      else if (isPartitionStream(stream) && stream.partitionedBy === partitions.list.name)
        walkers.push(selectWalker({ ...choice, stream }, settings, shared));
      else if (isLogStream(stream) && stream.partitionedBy === partitions.list.name)
        logs.push({
          ...selectLog({ ...choice, stream }, settings, shared),
          steps: { done: 0, of: undefined },
        });
    }
    return { partitions, walkers, logs, coverage, steps: { done: 0, of: undefined } };
  });
  const listed = new Set(lists.map(({ stream }) => stream));
  for (const { stream, ...choice } of choices)
    if (isListStream(stream) && !listed.has(stream)) lists.push(selectList({ ...choice, stream }, undefined, shared));
  const wanted: Division<Client>[] = divisions.filter((division) => chosenIn(division).length > 0);
  for (const { stream, progress } of [...lists, ...wanted.flatMap(chosenIn)]) progresses.set(stream.name, progress);
  return { lists, divisions: wanted, streams: choices.flatMap(({ name }) => progresses.get(name) ?? []) };
}

interface DivisionOptions<Client extends AsyncDisposable> {
  readonly source: Source<Client>;
  readonly client: Client;
  readonly config: JsonObject;
  readonly context: Context;
  readonly listing: Listing<Client, AsyncDisposable>;
  /** Whether the partitions are listed anyway, for the rows. */
  readonly isListed: boolean;
  /** Runs the reading of a stream, and takes care of its failure. */
  attempt(progress: Progress, reading: () => Promise<void>): Promise<void>;
}

/** Begins to read all streams of a division; settled when each has come to its end. */
export function readDivision<Client extends AsyncDisposable>(
  { partitions, walkers, logs, coverage, steps }: Division<Client>,
  { source, client, config, context, listing, isListed, attempt }: DivisionOptions<Client>,
): Promise<void>[] {
  const { labels } = partitions;
  const { logger, stop } = context;
  const concurrency = partitions.concurrency(config);
  let isBegun = isListed;
  const found = () => {
    if (!isBegun) void listing.readAlone();
    isBegun = true;
    return listing.found;
  };
  const readings = logs.map(({ steps, ...chosen }) =>
    attempt(chosen.progress, () => readLog(chosen, { client, found, concurrency, labels, logger, steps, stop })),
  );
  if (walkers.length === 0 && !coverage) return readings;
  const onEnd = () => partitions.onEnd?.(client);
  const walking = found().then((all) => walk(all, { walkers, concurrency, labels, logger, steps, stop, onEnd }));
  for (const { stream, progress } of walkers) {
    readings.push(attempt(progress, async () => (await walking).throwMissed(stream.name)));
  }
  if (coverage) {
    const { stream, progress } = coverage;
    const unwanted = notWanted(partitions, source.streams);
    const masked = (text: string) => progress.masked(text);
    const covered = walkers.filter(({ stream: { hasOwnPermission } }) => !hasOwnPermission);
    const covering = coverageList(stream, { found: found(), walking, walkers: covered, labels, unwanted, masked });
    readings.push(attempt(progress, () => readList({ ...coverage, stream: covering }, client, context)));
  }
  return readings;
}

function chosenIn<Client>({
  walkers,
  logs,
  coverage,
}: Division<Client>): { stream: StreamFacts; progress: Progress }[] {
  return [...walkers, ...logs, ...(coverage ? [coverage] : [])];
}

/** How it will go through the partitions. */
export function walksIn({ partitions, walkers, logs, steps }: Division<never>): Walk[] {
  const label = partitions.labels.partitions;
  const alone = logs.map(({ progress, steps: own }) => ({ label, streams: [progress], steps: own }));
  return [{ label, streams: walkers.map(({ progress }) => progress), steps }, ...alone];
}

function notWanted({ labels, list }: Partitions<never>, streams: readonly Stream<never>[]): Reason {
  const covered = streams
    .filter(isPartitionStream)
    .filter(({ partitionedBy, hasOwnPermission }) => partitionedBy === list.name && !hasOwnPermission);
  const names = covered.map(({ name }) => name);
  return {
    code: 'NOT-CHOSEN',
    message: `No stream is chosen that visits ${labels.partitions}.`,
    remedy: `Choose ${names.join(' or ')} in the catalog.`,
  };
}
