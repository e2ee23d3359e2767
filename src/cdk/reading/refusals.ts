import type { ListedPartition } from '../ledger/ledger.ts';
import type { VisitSchedule } from '../ledger/visit-schedule.ts';
import type { SelectedWalker } from './selected-stream.ts';
import type { WalkReport } from './walk-report.ts';

// A partition may refuse a stream for a reason of its own, or since all partitions do, where a role is missing. Each refusal looks the
// same. Which case it is shows as soon as one partition can be read, or when all were asked; only in the first case are refusals
// remembered.

/** Whether a stream may be refused by itself, which says nothing about the others. Those others share a permission. */
export function hasOwnPermission({ stream }: SelectedWalker<never>): boolean {
  return stream.hasOwnPermission ?? false;
}

/** Whether all partitions refuse what a stream asks by itself, and some have done so now; the others when last asked. */
export function areAllRefused(
  stream: string,
  schedule: VisitSchedule,
  partitions: readonly ListedPartition[],
  report: WalkReport,
): boolean {
  const refused = report.ownRefusals(stream);
  return refused.size > 0 && partitions.every(({ id }) => refused.has(id) || schedule.isRefused(id));
}

/** Remembers the refusals of streams that share a permission, as soon as one partition could be read. */
export function confirmOnceVisited(walkers: readonly SelectedWalker<never>[], { visited }: WalkReport): void {
  if (visited.size > 0) confirmShared(walkers);
}

function confirmShared(walkers: readonly SelectedWalker<never>[]): void {
  for (const walker of walkers) if (!hasOwnPermission(walker)) walker.reader.schedule.confirmRefusals();
}

interface JudgeOptions<Partition> {
  readonly walkers: readonly SelectedWalker<never>[];
  readonly partitions: readonly Partition[];
  readonly report: WalkReport;
  readonly stop: AbortSignal;
  readonly visit: (partition: Partition) => Promise<void>;
  /** Throws what is wrong with all partitions, if something is. */
  readonly onEnd: () => void;
}

/** Judges, at the end of a walk, whether partitions refused for reasons of their own. */
export async function judgeRefusals<Partition extends ListedPartition>(
  options: JudgeOptions<Partition>,
): Promise<void> {
  const { walkers, partitions, report } = options;
  for (const { stream, reader } of walkers.filter(hasOwnPermission)) {
    if (areAllRefused(stream.name, reader.schedule, partitions, report)) {
      report.missRefused(stream.name);
      reader.schedule.takeBackRefusals();
    } else reader.schedule.confirmRefusals();
  }
  if (report.broken) takeBackAll(walkers);
  else if (report.newlyRefused.size > 0) await judgeShared(options);
}

async function judgeShared<Partition extends ListedPartition>(options: JudgeOptions<Partition>): Promise<void> {
  const { walkers, report, stop, visit, onEnd } = options;
  const control = report.visited.size > 0 ? undefined : controlOf(options);
  try {
    if (control) await visit(control);
    onEnd();
    confirmShared(walkers);
  } catch (reason) {
    stop.throwIfAborted();
    takeBackAll(walkers);
    report.broken = { reason };
  }
}

/** Where every visit was refused, a partition that could be read before and was not visited now: visiting it tells the two cases apart. */
function controlOf<Partition extends ListedPartition>({ walkers, partitions, report }: JudgeOptions<Partition>) {
  const schedules = walkers.filter((walker) => !hasOwnPermission(walker)).map(({ reader }) => reader.schedule);
  const wasRead = (id: string) =>
    schedules.some((schedule) => schedule.readAtMs(id) !== undefined && schedule.refusal(id) === undefined);
  return partitions.find(({ id }) => report.notVisited.has(id) && wasRead(id));
}

function takeBackAll(walkers: readonly SelectedWalker<never>[]): void {
  for (const { reader } of walkers) reader.schedule.takeBackRefusals();
}
