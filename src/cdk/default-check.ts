import { isExplained } from './errors.ts';
import type { CheckResult, Context, Source } from './source.ts';
import { isListStream, type ListStream } from './stream.ts';

/**
 * The check of a source that has none of its own: connects, and reads the first page of each list, all at the same time. A list that
 * cannot be read is a warning; if none can be read, the check has failed. Throws what kept the source from connecting.
 */
export async function defaultCheck<Client extends AsyncDisposable>(
  source: Source<Client>,
  config: object,
  context: Context,
): Promise<CheckResult> {
  await using client = await source.connect(config, context);
  const lists = source.streams.filter(isListStream);
  const attempts = await Promise.all(lists.map((stream) => problemOf(stream, client, context)));
  const problems = attempts.filter((problem) => problem !== undefined);
  for (const problem of problems) context.logger.warn(problem);
  const isReadable = lists.length === 0 || problems.length < lists.length;
  const count = `${lists.length - problems.length} of ${lists.length} lists can be read.`;
  return { status: isReadable ? 'SUCCEEDED' : 'FAILED', message: ['Connected.', count, ...problems].join(' ') };
}

/** Why the first page of a list cannot be read, in words; undefined if it can. */
async function problemOf<Client>(
  stream: ListStream<Client>,
  client: Client,
  { stop }: Context,
): Promise<string | undefined> {
  try {
    for await (const _page of stream.read(client, () => {})) break;
    return undefined;
  } catch (error) {
    stop.throwIfAborted();
    if (!isExplained(error)) throw error;
    return `${stream.name} cannot be read: ${error.message}`;
  }
}
