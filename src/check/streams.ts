import { type Context, isListStream, isPartitionStream, type Stream } from '../cdk/index.ts';
import type { AppItem, Tenant } from '../qlik/tenant.ts';
import { apps } from '../streams/apps.ts';
import { spaces } from '../streams/spaces.ts';
import { oneAppPerSpace, tryApps } from './apps.ts';
import { type ListTrial, tryList } from './lists.ts';
import { isReadOverRest, partitionProblems, type Samples } from './partitions.ts';

/** What trying to read all streams has shown. */
interface StreamTrials {
  /** How many of them can be read. */
  readonly readable: number;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** Tries to read one page of each list, some apps and spaces over REST, and the sheets of some apps, all at the same time. */
export async function tryStreams(
  streams: readonly Stream<Tenant>[],
  tenant: Tenant,
  { stop }: Context,
): Promise<StreamTrials> {
  const tried = new Map(streams.filter(isListStream).map((stream) => [stream.name, tryList(stream, tenant, stop)]));
  const sampleApps = oneAppPerSpace(tenant);
  const overRest = samplesOf(sampleApps, tried.get(spaces.name)).then((samples) =>
    partitionProblems(streams, tenant, samples, stop),
  );
  const [trials, problems, opened] = await Promise.all([
    Promise.all([...tried].map(async ([name, trial]) => [name, (await trial).problem] as const)),
    overRest,
    tryApps(sampleApps, tenant, stop),
  ]);
  const listProblems = new Map(trials);
  const isReadable = (stream: Stream<Tenant>) => {
    if (isListStream(stream)) return listProblems.get(stream.name) === undefined;
    if (isReadOverRest(stream)) return !problems.has(stream.name);
    // A coverage stream needs the list of apps and no more.
    return isPartitionStream(stream) ? opened.areReadable : listProblems.get(apps.name) === undefined;
  };
  const unreadable = [...listProblems.values(), ...problems.values()].filter((problem) => problem !== undefined);
  return {
    readable: streams.filter(isReadable).length,
    notes: opened.notes,
    warnings: [...unreadable, ...opened.warnings],
  };
}

/** The sample apps, their spaces, and the first space of the list. */
async function samplesOf(
  sampleApps: Promise<readonly AppItem[]>,
  ofSpaces: Promise<ListTrial> | undefined,
): Promise<Samples> {
  const items = await sampleApps.catch(() => undefined);
  const { first, problem } = (await ofSpaces) ?? {};
  const isId = (id: unknown): id is string => typeof id === 'string' && id !== '';
  const spaceIds = new Set([first?.id, ...(items ?? []).map(({ spaceId }) => spaceId)].filter(isId));
  return {
    apps: items?.map(({ resourceId }) => resourceId).filter(isId),
    spaces: problem === undefined ? [...spaceIds] : undefined,
  };
}
