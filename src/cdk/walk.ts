import { ConnectorError, isExplained, isPartitionOut } from './errors.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';
import type { PartitionStream } from './stream.ts';

/** A stream that takes part in the walk, and how far it has come. */
export interface Walker<Visit> {
  readonly stream: PartitionStream<Visit>;
  readonly progress: Progress;
}

/** How far a walk has come, in partitions. */
export interface Steps {
  done: number;
  /** Undefined until all are listed. */
  of: number | undefined;
}

interface WalkOptions<Visit> {
  readonly walkers: readonly Walker<Visit>[];
  readonly concurrency: number;
  readonly log: Log;
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

/** What a stream has missed in a walk. */
interface Gaps {
  partitions: number;
  first: unknown;
}

/**
 * Visits every partition once, for all streams together, some at a time. A stream that fails in one partition goes on in the
 * next. Resolves with a function that throws what a stream has missed; rejects only when the program is to stop.
 */
export async function walk<Visit extends AsyncDisposable>(
  visitors: readonly (() => Visit)[],
  options: WalkOptions<Visit>,
): Promise<(progress: Progress) => void> {
  const { concurrency, steps } = options;
  const gaps = new Map<Progress, Gaps>();
  steps.of = visitors.length;
  // Everyone takes the next one from the same iterator, so that each is taken once.
  const next = visitors.values();
  const worker = async () => {
    for (const open of next) {
      await visitOnce(open, options, gaps);
      steps.done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (progress) => throwGaps(gaps.get(progress), visitors.length);
}

async function visitOnce<Visit extends AsyncDisposable>(
  open: () => Visit,
  { walkers, log, stop }: WalkOptions<Visit>,
  gaps: Map<Progress, Gaps>,
): Promise<void> {
  await using visit = open();
  for (const { stream, progress } of walkers) {
    try {
      for await (const page of stream.readPartition(visit)) await progress.emit(page);
    } catch (error) {
      stop.throwIfAborted();
      if (isPartitionOut(error)) {
        log.warn(error.message);
        return;
      }
      const known = gaps.get(progress);
      if (known) known.partitions += 1;
      else gaps.set(progress, { partitions: 1, first: error });
    }
  }
}

function throwGaps(gaps: Gaps | undefined, total: number): void {
  if (!gaps) return;
  const { partitions, first } = gaps;
  if (!isExplained(first)) throw first;
  const share = `${partitions} of ${total} could not be read completely; all others were. The first: ${first.message}`;
  throw new ConnectorError(first.failureType, share, { cause: first });
}
