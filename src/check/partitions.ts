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

/** A single one may be closed, or gone. */
const TRIED = 4;

/** Apps and spaces to ask, by their ids; undefined where they cannot be listed. */
export interface Parts {
  readonly apps: readonly string[] | undefined;
  readonly spaces: readonly string[] | undefined;
}

/** The streams that ask over REST of each app or space. */
export function isOfParts(stream: Stream<Tenant>): stream is PartitionStream<AsyncDisposable> | LogStream<Tenant> {
  return isLogStream(stream) || (isPartitionStream(stream) && stream.hasOwnPermission === true);
}

/**
 * Which of these streams cannot be read, and why, as far as some apps and spaces tell: all that were tried refuse it. Where there is
 * none to try, nothing keeps anybody from reading.
 */
export async function refusalsOfParts(
  streams: readonly Stream<Tenant>[],
  tenant: Tenant,
  parts: Parts,
  stop: AbortSignal,
): Promise<string[]> {
  await using visits = new AsyncDisposableStack();
  const visited = new Map<string, AsyncDisposable>();
  const visit = (list: string, id: string) => {
    const known = visited.get(`${list} ${id}`);
    if (known) return known;
    const opened = visits.use(list === apps.name ? tenant.visit({ id, published: false }) : tenant.visitSpace(id));
    visited.set(`${list} ${id}`, opened);
    return opened;
  };
  const why = async (stream: PartitionStream<AsyncDisposable> | LogStream<Tenant>) => {
    const { name, partitionedBy } = stream;
    const inWords = (error: Error | undefined) => error && `${name} cannot be read: ${error.message}`;
    if (isLogStream(stream) && !stream.isSplit?.(tenant)) {
      const ofAll = await failure(() => firstPage(stream, tenant), stop);
      if (!refusalOf(ofAll)) return inWords(ofAll);
    }
    const ids = partitionedBy === spaces.name ? parts.spaces : parts.apps;
    if (!ids) return `${name} cannot be read, since ${partitionedBy} cannot.`;
    let first: Error | undefined;
    for (const id of ids.slice(0, TRIED)) {
      const error = await failure(
        () =>
          'readPartition' in stream ? stream.readPartition(visit(partitionedBy, id)) : firstPage(stream, tenant, id),
        stop,
      );
      if (!error) return undefined;
      first ??= error;
    }
    return inWords(first);
  };
  const reasons = await Promise.all(streams.filter(isOfParts).map(why));
  return reasons.filter((reason) => reason !== undefined);
}

async function firstPage(stream: LogStream<Tenant>, tenant: Tenant, app?: string): Promise<void> {
  for await (const _page of stream.readEntries(tenant, app)) break;
}

/** What somebody has explained, if asking comes to that. */
async function failure(ask: () => Promise<unknown>, stop: AbortSignal): Promise<Error | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    stop.throwIfAborted();
    if (!isExplained(error)) throw error;
    return error;
  }
}
