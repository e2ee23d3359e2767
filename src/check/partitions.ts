import {
  isExplained,
  isLogStream,
  isPartitionStream,
  type LogStream,
  type PartitionStream,
  refusalOf,
  type Stream,
} from '../cdk/index.ts';
import type { Tenant } from '../qlik/tenant.ts';
import { apps } from '../streams/apps.ts';
import { spaces } from '../streams/spaces.ts';

/** More than one, since a single one may refuse or be gone. */
const SAMPLES_TRIED = 4;

/** Ids of some apps and spaces; undefined if they cannot be listed. */
export interface Samples {
  readonly apps: readonly string[] | undefined;
  readonly spaces: readonly string[] | undefined;
}

/** A stream that asks for each app or space over REST, with a permission of its own. */
type RestStream = PartitionStream<AsyncDisposable> | LogStream<Tenant>;

export function isReadOverRest(stream: Stream<Tenant>): stream is RestStream {
  return isLogStream(stream) || (isPartitionStream(stream) && stream.hasOwnPermission === true);
}

/**
 * Which of the streams that are read over REST, partition by partition, cannot be read, and why: those that every sample tried
 * refuses. Without any sample, nothing speaks against a stream.
 */
export async function partitionProblems(
  streams: readonly Stream<Tenant>[],
  tenant: Tenant,
  samples: Samples,
  stop: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  await using visits = new Visits(tenant);
  const problems = await Promise.all(
    streams.filter(isReadOverRest).map(async (stream) => [stream.name, await problemOf(stream, visits, samples, stop)]),
  );
  return new Map(problems.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function problemOf(
  stream: RestStream,
  visits: Visits,
  samples: Samples,
  stop: AbortSignal,
): Promise<string | undefined> {
  const { name, partitionedBy } = stream;
  const inWords = (error: Error | undefined) => error && `${name} cannot be read: ${error.message}`;
  if (isLogStream(stream) && !stream.isSplit?.(visits.tenant)) {
    const error = await errorOf(() => visits.readFirstEntries(stream), stop);
    if (!refusalOf(error)) return inWords(error);
  }
  const ids = partitionedBy === spaces.name ? samples.spaces : samples.apps;
  if (!ids) return `${name} cannot be read, since ${partitionedBy} cannot.`;
  let first: Error | undefined;
  for (const id of ids.slice(0, SAMPLES_TRIED)) {
    const error = await errorOf(() => visits.read(stream, id), stop);
    if (!error) return undefined;
    first ??= error;
  }
  return inWords(first);
}

/** One visit of each sample, for all streams. */
class Visits implements AsyncDisposable {
  readonly tenant: Tenant;
  readonly #stack = new AsyncDisposableStack();
  readonly #opened = new Map<string, AsyncDisposable>();

  constructor(tenant: Tenant) {
    this.tenant = tenant;
  }

  async read(stream: RestStream, id: string): Promise<void> {
    if (isLogStream(stream)) await this.readFirstEntries(stream, id);
    else await stream.readPartition(this.#visit(stream.partitionedBy, id));
  }

  async readFirstEntries(stream: LogStream<Tenant>, app?: string): Promise<void> {
    for await (const _page of stream.readEntries(this.tenant, app)) break;
  }

  #visit(list: string, id: string): AsyncDisposable {
    const key = `${list} ${id}`;
    const known = this.#opened.get(key);
    if (known) return known;
    const visit = list === apps.name ? this.tenant.visit({ id, published: false }) : this.tenant.visitSpace(id);
    this.#opened.set(key, this.#stack.use(visit));
    return visit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** The explained error that `ask` rejects with, if it does. */
async function errorOf(ask: () => Promise<unknown>, stop: AbortSignal): Promise<Error | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    stop.throwIfAborted();
    if (!isExplained(error)) throw error;
    return error;
  }
}
