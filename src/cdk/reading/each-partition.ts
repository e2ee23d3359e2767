import type { WalkReport } from './walk-report.ts';

/** How far a walk has come, in partitions. */
export interface Steps {
  done: number;
  /** Undefined until all are listed. */
  of: number | undefined;
}

interface EachOptions {
  readonly findings: WalkReport;
  readonly concurrency: number;
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

/** Looks at every partition once, some at a time. What a look throws is wrong with all of them: the others are left. */
export async function eachPartition<Partition>(
  partitions: readonly Partition[],
  { findings, concurrency, steps, stop }: EachOptions,
  look: (partition: Partition) => Promise<void>,
): Promise<void> {
  steps.of = partitions.length;
  // Everyone takes the next one from the same iterator, so that each is taken once.
  const next = partitions.values();
  const worker = async () => {
    for (const partition of next) {
      if (findings.broken) return;
      try {
        await look(partition);
      } catch (reason) {
        findings.broken ??= { reason };
      }
      steps.done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  stop.throwIfAborted();
}
