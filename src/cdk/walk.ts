import type { ChosenWalker } from './chosen.ts';
import { ConnectorError, isExplained, isFatal, isPartitionOut } from './errors.ts';
import { type Listed, MOST_KEYS } from './ledger.ts';
import type { Log } from './log.ts';
import { lostPermission } from './mass-deletion.ts';
import type { Progress } from './progress.ts';
import { readSections } from './sections.ts';
import type { Partitions, Visitor } from './source.ts';
import { type Contents, keyParts } from './stream.ts';

/** How far a walk has come, in partitions. */
export interface Steps {
  done: number;
  /** Undefined until all are listed. */
  of: number | undefined;
}

interface WalkOptions<Visit> {
  readonly walkers: readonly ChosenWalker<Visit>[];
  readonly concurrency: number;
  readonly called: Partitions<unknown, Visit>['called'];
  readonly log: Log;
  readonly steps: Steps;
  readonly stop: AbortSignal;
  /** Called when all were visited and some were out; throws what is wrong with all of them. */
  readonly onEnd: () => void;
}

/** A partition, and who visits it. */
export interface Partition<Visit> extends Listed, Visitor<Visit> {}

/** All partitions, as they were listed. */
export interface Found<Visit> {
  readonly partitions: readonly Partition<Visit>[];
  /** How many were listed without their key: each may be any of those that are missing. */
  readonly keyless: number;
}

/** What a stream has missed in a walk. */
interface Gaps {
  partitions: number;
  first: unknown;
}

/**
 * Visits every partition that some stream is behind with, once, for all streams together, some at a time. A stream that fails
 * in one partition goes on in the next. Resolves with a function that throws what a stream has missed; rejects when the program
 * is to stop, or when a failure is such that all other partitions would fare the same.
 */
export async function walk<Visit extends AsyncDisposable>(
  { partitions, keyless }: Found<Visit>,
  options: WalkOptions<Visit>,
): Promise<(progress: Progress) => void> {
  const { concurrency, steps, walkers, log, called } = options;
  const gaps = new Map<Progress, Gaps>();
  steps.of = partitions.length;
  const ids = new Set(partitions.map(({ id }) => id));
  if (keyless === 0) for (const walker of walkers) await buryPartitions(walker, ids, options);
  // Everyone takes the next one from the same iterator, so that each is taken once.
  const next = partitions.values();
  let broken: { reason: unknown } | undefined;
  const outcomes = new Map<string, Outcome>();
  const worker = async () => {
    for (const partition of next) {
      if (broken) return;
      try {
        outcomes.set(partition.id, await lookInto(partition, options, gaps));
      } catch (reason) {
        broken ??= { reason };
      }
      steps.done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (broken) throw broken.reason;
  if (outcomes.values().some((outcome) => outcome === 'out')) await judgeRefusals(partitions, outcomes, options, gaps);
  for (const { stream, ledger } of walkers) if (ledger.isOverfull) log.warn(tooManyRows(stream.name, called));
  return (progress) => {
    throwGaps(gaps.get(progress), partitions.length);
    if (keyless > 0)
      throw new ConnectorError(
        'system_error',
        `${keyless} ${called.partitions} were listed without their key, and could not be read. Please report this.`,
      );
  };
}

/** Whether a partition was left alone, looked into, out, or out again. */
type Outcome = 'left' | 'seen' | 'out' | 'outAgain';

/**
 * Throws what is wrong with all partitions, if what looks like single ones that are out comes from that. Where no visit came
 * about, one that was read before is visited too, to tell the one from the other.
 */
async function judgeRefusals<Visit extends AsyncDisposable>(
  partitions: readonly Partition<Visit>[],
  outcomes: ReadonlyMap<string, Outcome>,
  options: WalkOptions<Visit>,
  gaps: Map<Progress, Gaps>,
): Promise<void> {
  const { walkers, onEnd } = options;
  const readBefore = ({ id }: Listed) =>
    outcomes.get(id) === 'left' && walkers.some(({ ledger }) => ledger.wasRead(id));
  const isAnySeen = outcomes.values().some((outcome) => outcome === 'seen');
  const control = isAnySeen ? undefined : partitions.find(readBefore);
  if (control) await visitOnce(control, options, gaps);
  try {
    onEnd();
  } catch (error) {
    for (const { ledger } of walkers) ledger.forgetRefusals();
    throw error;
  }
}

/** Sends the deletion of all that partitions held which are gone. */
async function buryPartitions<Visit>(
  { stream, progress, ledger, onJudged }: ChosenWalker<Visit>,
  ids: ReadonlySet<string>,
  { log, called }: WalkOptions<Visit>,
): Promise<void> {
  const { gone, doubted } = ledger.settle(ids);
  for (const id of gone) {
    await progress.sendDeleted(ledger.forget(id).map((key) => [...keyParts(id), ...keyParts(key)]));
    await progress.moved();
  }
  onJudged();
  if (doubted.length > 0) log.warn(lostPermission(`${stream.name}: those of ${doubted.length} ${called.partitions}`));
}

/** Opens a visit if some stream is behind; whoever is not looks along, where that does no harm. */
async function lookInto<Visit extends AsyncDisposable>(
  partition: Partition<Visit>,
  options: WalkOptions<Visit>,
  gaps: Map<Progress, Gaps>,
): Promise<Outcome> {
  const { walkers, log } = options;
  if (walkers.some(({ ledger }) => ledger.isBehind(partition))) return visitOnce(partition, options, gaps);
  const [refusal] = walkers.flatMap(({ ledger }) => ledger.refusal(partition.id) ?? []);
  if (refusal !== undefined) log.warn(refusal);
  return 'left';
}

async function visitOnce<Visit extends AsyncDisposable>(
  partition: Partition<Visit>,
  options: WalkOptions<Visit>,
  gaps: Map<Progress, Gaps>,
): Promise<Outcome> {
  const { log, called, stop } = options;
  const { name } = partition;
  const walkers = options.walkers.filter(({ ledger }) => ledger.mayJoin(partition));
  const wasOut = walkers.some(({ ledger }) => ledger.refusal(partition.id) !== undefined);
  await using visit = partition.open();
  // All begin at once, so that what they ask first travels together.
  const readings = walkers.map((walker) => {
    walker.ledger.begin(partition);
    const contents = Promise.try(() => walker.stream.readPartition(visit)).then(withoutDoubles);
    // It may fail before its turn comes, which is when it is looked at.
    contents.catch(() => undefined);
    return { walker, contents };
  });
  for (const { walker, contents } of readings) {
    try {
      using look = walker.ledger.look(partition, (await contents).sections);
      const doubted = await readSections(await contents, look, walker.progress, partition.id);
      if (doubted > 0) log.warn(lostPermission(`${name}, ${walker.stream.name}: ${doubted} ${called.sections}`));
    } catch (error) {
      stop.throwIfAborted();
      if (isFatal(error)) throw error;
      log.warn(isExplained(error) ? error.message : `${name}: ${String(error)}`);
      if (isPartitionOut(error)) {
        await refuse(partition, walkers, error.message);
        return wasOut ? 'outAgain' : 'out';
      }
      const { progress } = walker;
      const known = gaps.get(progress);
      if (known) known.partitions += 1;
      else gaps.set(progress, { partitions: 1, first: error });
    }
  }
  return 'seen';
}

/** A section that is listed twice stands where it is first. */
function withoutDoubles(contents: Contents): Contents {
  const sections = Map.groupBy(contents.sections, ({ id }) => id).values();
  return { ...contents, sections: sections.flatMap((same) => same.slice(0, 1)).toArray() };
}

/** Remembers that a partition is out, so that it is not tried again before it has changed or is due. */
async function refuse<Visit>(
  partition: Listed,
  walkers: readonly ChosenWalker<Visit>[],
  message: string,
): Promise<void> {
  for (const { ledger, progress } of walkers) {
    ledger.refuse(partition, progress.masked(message));
    await progress.moved();
  }
}

function throwGaps(gaps: Gaps | undefined, total: number): void {
  if (!gaps) return;
  const { partitions, first } = gaps;
  if (!isExplained(first)) throw first;
  const message = `${partitions} of ${total} could not be read; the warnings above name each. The first: ${first.message}`;
  throw new ConnectorError(first.failureType, message, { cause: first });
}

function tooManyRows(stream: string, { sections }: WalkOptions<never>['called']): string {
  return (
    `${stream} has more rows than a state can name (${MOST_KEYS.toLocaleString('en')}). Of some ${sections} it is only known that ` +
    `they were delivered: rows of theirs that are gone are not noticed, and where one row differs all are sent again.`
  );
}
