import type { WalkReport } from './walk-report.ts';

/** How far a walk has come, in partitions. */
export interface Steps {
  done: number;
  /** Undefined until all are listed. */
  of: number | undefined;
  /** Whether it needs their list: what can also be read in another way may never do. */
  needsList?: boolean;
}

interface EachOptions {
  readonly report: WalkReport;
  readonly concurrency: number;
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

/** Takes some partitions, each once, some at a time. What `visit` throws is wrong with all of them: the rest are not visited. */
export async function eachPartition<Partition>(
  partitions: readonly Partition[],
  { report, concurrency, steps, stop }: EachOptions,
  visit: (partition: Partition) => Promise<void>,
): Promise<void> {
  steps.of ??= partitions.length;
  // All workers take the next one from the same iterator, so that each is taken once.
  const next = partitions.values();
  const worker = async () => {
    for (const partition of next) {
      if (report.broken) return;
      try {
        await visit(partition);
      } catch (reason) {
        report.broken ??= { reason };
      }
      steps.done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  stop.throwIfAborted();
}
