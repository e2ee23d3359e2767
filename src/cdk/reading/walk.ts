import { inWords } from '../errors.ts';
import { MOST_KEYS } from '../ledger/ledger.ts';
import { keptOut, lostPermission, NONE_MISSING } from '../ledger/mass-deletion.ts';
import { keyParts } from '../stream.ts';
import { eachPartition, type Steps } from './each-partition.ts';
import { listedWithoutKey, type Partition, type PartitionList } from './partition-list.ts';
import { PartitionVisit, participantsOf, type VisitOptions } from './partition-visit.ts';
import { hasOwnPermission, judgeRefusals } from './refusals.ts';
import type { SelectedWalker } from './selected-stream.ts';
import { planTrials } from './trials.ts';
import { WalkReport } from './walk-report.ts';

interface WalkOptions<Visit> extends Omit<VisitOptions<Visit>, 'report'> {
  readonly concurrency: number;
  readonly steps: Steps;
  /** Called when all were visited and some refused; throws what is wrong with all of them. */
  readonly onEnd: () => void;
}

/**
 * Visits every partition that some stream is behind with, once, for all streams together, some at a time. A stream that fails
 * in one partition goes on in the next; a failure such that all others would fare the same ends the walk. Rejects only when the
 * program is to stop.
 */
export async function walk<Visit extends AsyncDisposable>(
  { partitions, keyless }: PartitionList<Visit>,
  { concurrency, steps, onEnd, ...given }: WalkOptions<Visit>,
): Promise<WalkReport> {
  const { logger, labels, stop } = given;
  const report = new WalkReport(partitions.length);
  const walkers = given.walkers.toSorted(
    (one, other) => Number(hasOwnPermission(one)) - Number(hasOwnPermission(other)),
  );
  const options: VisitOptions<Visit> = { ...given, walkers, report };
  // A partition without its key may be any of those that are missing.
  if (keyless > 0) report.unlisted = listedWithoutKey(keyless, labels);
  else for (const walker of walkers) await deleteMissing(walker, new Set(partitions.map(({ id }) => id)), options);
  steps.of = partitions.length;
  const visitSome = async (some: readonly Partition<Visit>[]) => {
    planVisits(some, walkers);
    await eachPartition(some, { report, concurrency, steps, stop }, (partition) => visitIfBehind(partition, options));
  };
  const { tried, conclude } = planTrials(partitions, walkers);
  await visitSome([...tried]);
  conclude();
  await visitSome(partitions.filter((partition) => !tried.has(partition)));
  const visit = (partition: Partition<Visit>) => new PartitionVisit(partition, options).run();
  await judgeRefusals({ walkers, partitions, report, stop, visit, onEnd });
  for (const { stream, ledger } of walkers) if (ledger?.isOverfull) logger.warn(tooManyRows(stream.name, labels));
  return report;
}

/** Tells each ledger which partitions will be visited with its stream taking part. */
function planVisits<Visit>(partitions: readonly Partition<Visit>[], walkers: readonly SelectedWalker<Visit>[]): void {
  const visits = new Map(walkers.map((walker): [typeof walker, string[]] => [walker, []]));
  for (const partition of partitions) {
    if (!walkers.some(({ reader }) => reader.schedule.isBehind(partition))) continue;
    for (const walker of participantsOf(partition, walkers)) visits.get(walker)?.push(partition.id);
  }
  for (const [{ ledger }, ids] of visits) ledger?.open.plan(ids);
}

/** Sends the deletion of all that partitions held which are gone. */
async function deleteMissing<Visit>(
  { stream, progress, ledger, isGuarded, onJudged }: SelectedWalker<Visit>,
  listed: ReadonlySet<string>,
  { logger, labels }: VisitOptions<Visit>,
): Promise<void> {
  const { gone, doubted } = ledger?.settle(listed) ?? NONE_MISSING;
  if (!isGuarded && gone.length > 0)
    logger.warn(keptOut(`${stream.name}: those of ${gone.length} ${labels.partitions}`));
  ledger?.open.plan(gone);
  for (const id of gone) {
    ledger?.open.enter(id);
    const keys = (ledger?.keysIn(id) ?? []).map((key) => [...keyParts(id), ...keyParts(key)]);
    await progress.sendDeleted(keys, { partition: id, forget: () => ledger?.forget(id) });
    ledger?.open.leave(id);
    await progress.moved();
  }
  onJudged();
  if (doubted.length > 0)
    logger.warn(lostPermission(`${stream.name}: those of ${doubted.length} ${labels.partitions}`));
}

async function visitIfBehind<Visit extends AsyncDisposable>(
  partition: Partition<Visit>,
  options: VisitOptions<Visit>,
): Promise<void> {
  const { walkers, logger, report } = options;
  const schedules = walkers.map(({ reader }) => reader.schedule);
  if (schedules.some((schedule) => schedule.isBehind(partition))) return new PartitionVisit(partition, options).run();
  const [refusal] = schedules.flatMap((schedule) => schedule.refusal(partition.id) ?? []);
  if (refusal) await logger.warnInTurn(inWords(refusal));
  report.notVisited.add(partition.id);
}

function tooManyRows(stream: string, { sections }: VisitOptions<never>['labels']): string {
  return (
    `${stream} has more rows than a state can name (${MOST_KEYS.toLocaleString('en')}). Of some ${sections} it is only known that ` +
    `they were delivered: rows of theirs that are gone are not noticed, and where one row differs all are sent again.`
  );
}
