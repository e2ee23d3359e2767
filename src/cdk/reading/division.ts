import type { Reason } from '../errors.ts';
import type { JsonObject } from '../protocol/messages.ts';
import type { Context, Partitions, Source } from '../source.ts';
import {
  type CoverageStream,
  isListStream,
  isLogStream,
  isPartitionStream,
  type ListStream,
  type Stream,
  type StreamFacts,
} from '../stream.ts';
import { coverageList } from './coverage.ts';
import type { Steps } from './each-partition.ts';
import { readList } from './list.ts';
import { readLog } from './log.ts';
import type { PartitionLister } from './partition-list.ts';
import type { Progress } from './progress.ts';
import {
  type SelectedList,
  type SelectedLog,
  type SelectedWalker,
  type Selection,
  type SharedOptions,
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
  /** The stream that tells what came of each, when all were visited. */
  readonly coverage?: Progress | undefined;
  readonly steps: Steps;
}

/** A way to divide the source, and the selected streams that are read by it. */
export interface Division<Client> {
  readonly partitions: Partitions<Client>;
  /** The list of the partitions, if its rows are selected. */
  readonly list: SelectedList<ListStream<Client>> | undefined;
  readonly walkers: readonly SelectedWalker<AsyncDisposable>[];
  readonly logs: readonly (SelectedLog<Client> & { readonly steps: Steps })[];
  readonly coverage: SelectedList<CoverageStream> | undefined;
  readonly steps: Steps;
}

/** Sorts streams by how they are read: as lists, or by the partitions of a division. Throws a `config_error` for a state that cannot be used. */
export function divide<Client extends AsyncDisposable>(
  selections: readonly Selection<Stream<Client>>[],
  shared: SharedOptions,
  { source, config }: { readonly source: Source<Client>; readonly config: JsonObject },
) {
  const divisions = (source.partitions ?? []).map((partitions) => divisionBy(partitions, selections, shared, config));
  // Visits wait for the lists of partitions, so that these begin first.
  const lists = divisions.flatMap(({ list }) => list ?? []);
  const listed = new Set(lists.map(({ stream }) => stream));
  for (const { stream, ...selection } of selections)
    if (isListStream(stream) && !listed.has(stream))
      lists.push(selectList({ ...selection, stream }, undefined, shared));
  const selected = divisions.filter((division) => streamsIn(division).length > 0);
  const all = [...lists, ...selected.flatMap(streamsIn)];
  const progresses = new Map(all.map(({ stream, progress }) => [stream.name, progress]));
  return { lists, divisions: selected, streams: selections.flatMap(({ name }) => progresses.get(name) ?? []) };
}

function divisionBy<Client>(
  partitions: Partitions<Client>,
  selections: readonly Selection<Stream<Client>>[],
  shared: SharedOptions,
  config: JsonObject,
): Division<Client> {
  const rereadAfterMs = partitions.rereadAfterDays(config) * 86_400_000;
  const settings = { scope: partitions.scope(config), rereadAfterMs };
  const walkers: SelectedWalker<AsyncDisposable>[] = [];
  const logs: Division<Client>['logs'][number][] = [];
  let list: Division<Client>['list'];
  let coverage: Division<Client>['coverage'];
  for (const { stream, ...selection } of selections) {
    if (stream === partitions.list) list = selectList({ ...selection, stream: partitions.list }, settings, shared);
    else if (stream === partitions.coverage)
      coverage = selectList({ ...selection, stream: partitions.coverage }, undefined, shared);
    else if (isPartitionStream(stream) && stream.partitionedBy === partitions.list.name)
      walkers.push(selectWalker({ ...selection, stream }, settings, shared));
    else if (isLogStream(stream) && stream.partitionedBy === partitions.list.name)
      logs.push({ ...selectLog({ ...selection, stream }, settings, shared), steps: { done: 0, of: undefined } });
  }
  return { partitions, list, walkers, logs, coverage, steps: { done: 0, of: undefined, needsList: true } };
}

interface DivisionOptions<Client extends AsyncDisposable> {
  readonly source: Source<Client>;
  readonly client: Client;
  readonly config: JsonObject;
  readonly context: Context;
  readonly lister: PartitionLister<Client, AsyncDisposable>;
  /** Runs the reading of a stream, and takes care of its failure. */
  attempt(progress: Progress, reading: () => Promise<void>): Promise<void>;
}

/** Begins to read all streams of a division; settled when each has come to its end. */
export function readDivision<Client extends AsyncDisposable>(
  { partitions, list, walkers, logs, coverage, steps }: Division<Client>,
  { source, client, config, context, lister, attempt }: DivisionOptions<Client>,
): Promise<void>[] {
  const { labels } = partitions;
  const { logger, stop } = context;
  const concurrency = partitions.concurrency(config);
  // Where its rows are selected, the list is read for them anyway.
  let isListing = list !== undefined;
  const listPartitions = () => {
    if (!isListing) void lister.readForVisits();
    isListing = true;
    return lister.list;
  };
  const readings = logs.map(({ steps, ...log }) =>
    attempt(log.progress, () => readLog(log, { client, listPartitions, concurrency, labels, logger, steps, stop })),
  );
  if (walkers.length === 0 && !coverage) return readings;
  const onEnd = () => partitions.onEnd?.(client);
  const walking = listPartitions().then((listed) =>
    walk(listed, { walkers, concurrency, labels, logger, steps, stop, onEnd }),
  );
  for (const { stream, progress } of walkers) {
    readings.push(attempt(progress, async () => (await walking).throwMissed(stream.name)));
  }
  if (coverage) {
    const { stream, progress } = coverage;
    const notSelected = nothingSelected(partitions, source.streams);
    const masked = (text: string) => progress.masked(text);
    const covered = walkers.filter(({ stream: { hasOwnPermission } }) => !hasOwnPermission);
    const options = { list: listPartitions(), walking, walkers: covered, labels, notSelected, masked };
    const table = { ...coverage, stream: coverageList(stream, options) };
    readings.push(attempt(progress, () => readList(table, client, context)));
  }
  return readings;
}

function streamsIn<Client>({
  walkers,
  logs,
  coverage,
}: Division<Client>): { stream: StreamFacts; progress: Progress }[] {
  return [...walkers, ...logs, ...(coverage ? [coverage] : [])];
}

/** How it will go through the partitions. */
export function walksIn({ partitions, walkers, logs, coverage, steps }: Division<never>): Walk[] {
  const label = partitions.labels.partitions;
  const alone = logs.map(({ progress, steps: own }) => ({ label, streams: [progress], steps: own }));
  return [{ label, streams: walkers.map(({ progress }) => progress), coverage: coverage?.progress, steps }, ...alone];
}

function nothingSelected({ labels, list }: Partitions<never>, streams: readonly Stream<never>[]): Reason {
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
