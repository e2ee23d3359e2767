import { ConnectorError, isExplained, isFatal, isPartitionOut } from './errors.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';
import type { Visitor } from './source.ts';
import type { Page, PartitionStream } from './stream.ts';

/** A stream that the user chose, and how far it has come. */
export interface Chosen<AnyStream> {
  readonly stream: AnyStream;
  readonly progress: Progress;
}

/** How far a walk has come, in partitions. */
export interface Steps {
  done: number;
  /** Undefined until all are listed. */
  of: number | undefined;
}

interface WalkOptions<Visit> {
  readonly walkers: readonly Chosen<PartitionStream<Visit>>[];
  readonly concurrency: number;
  readonly log: Log;
  readonly steps: Steps;
  readonly stop: AbortSignal;
  /** Called when all were visited; throws what is wrong with all of them. */
  readonly onEnd: () => void;
}

/** What a stream has missed in a walk. */
interface Gaps {
  partitions: number;
  first: unknown;
}

/**
 * Visits every partition once, for all streams together, some at a time. A stream that fails in one partition goes on in the
 * next. Resolves with a function that throws what a stream has missed; rejects when the program is to stop, or when a failure
 * is such that all other partitions would fare the same.
 */
export async function walk<Visit extends AsyncDisposable>(
  visitors: readonly Visitor<Visit>[],
  options: WalkOptions<Visit>,
): Promise<(progress: Progress) => void> {
  const { concurrency, steps } = options;
  const gaps = new Map<Progress, Gaps>();
  steps.of = visitors.length;
  // Everyone takes the next one from the same iterator, so that each is taken once.
  const next = visitors.values();
  let broken: { reason: unknown } | undefined;
  const worker = async () => {
    for (const visitor of next) {
      if (broken) return;
      try {
        await visitOnce(visitor, options, gaps);
      } catch (reason) {
        broken ??= { reason };
      }
      steps.done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (broken) throw broken.reason;
  options.onEnd();
  return (progress) => throwGaps(gaps.get(progress), visitors.length);
}

async function visitOnce<Visit extends AsyncDisposable>(
  { name, open }: Visitor<Visit>,
  { walkers, log, stop }: WalkOptions<Visit>,
  gaps: Map<Progress, Gaps>,
): Promise<void> {
  await using visit = open();
  // All begin at once, so that what they ask first travels together.
  const readings = walkers.map(({ stream, progress }) => ({ progress, begun: begin(stream.readPartition(visit)) }));
  try {
    for (const { progress, begun } of readings) {
      try {
        for await (const page of pagesOf(begun)) await progress.emit(page);
      } catch (error) {
        stop.throwIfAborted();
        if (isFatal(error)) throw error;
        log.warn(isExplained(error) ? error.message : `${name}: ${String(error)}`);
        if (isPartitionOut(error)) return;
        const known = gaps.get(progress);
        if (known) known.partitions += 1;
        else gaps.set(progress, { partitions: 1, first: error });
      }
    }
  } finally {
    // Not waited for: who still waits for an answer hears of the end of the visit first.
    for (const { begun } of readings) begun.iterator.return?.().catch(() => undefined);
  }
}

/** A reading whose first page is on its way. */
interface Begun {
  readonly first: Promise<IteratorResult<Page>>;
  readonly iterator: AsyncIterator<Page>;
}

function begin(pages: AsyncIterable<Page>): Begun {
  const iterator = pages[Symbol.asyncIterator]();
  const first = iterator.next();
  // It may fail before its turn comes, which is when it is looked at.
  first.catch(() => undefined);
  return { first, iterator };
}

async function* pagesOf({ first, iterator }: Begun): AsyncGenerator<Page> {
  for (let result = await first; !result.done; result = await iterator.next()) yield result.value;
}

function throwGaps(gaps: Gaps | undefined, total: number): void {
  if (!gaps) return;
  const { partitions, first } = gaps;
  if (!isExplained(first)) throw first;
  const message = `${partitions} of ${total} could not be read; the warnings above name each. The first: ${first.message}`;
  throw new ConnectorError(first.failureType, message, { cause: first });
}
