import { ConnectorError, inWords, isExplained, isFatal, type Refusal, refusalOf } from '../errors.ts';
import { type Listed, MOST_KEYS } from '../ledger/ledger.ts';
import { keptOut, lostPermission } from '../ledger/mass-deletion.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Partitions } from '../source.ts';
import { type Contents, keyParts } from '../stream.ts';
import { eachPartition, type Steps } from './each-partition.ts';
import { type Found, listedWithoutKey, type Partition } from './partition-list.ts';
import { readSections } from './sections.ts';
import type { SelectedWalker } from './selected-stream.ts';
import { WalkReport } from './walk-report.ts';

interface WalkOptions<Visit> {
  readonly walkers: readonly SelectedWalker<Visit>[];
  readonly concurrency: number;
  readonly labels: Partitions<unknown>['labels'];
  readonly logger: Logger;
  readonly steps: Steps;
  readonly stop: AbortSignal;
  /** Called when all were visited and some were out; throws what is wrong with all of them. */
  readonly onEnd: () => void;
}

/**
 * Visits every partition that some stream is behind with, once, for all streams together, some at a time. A stream that fails
 * in one partition goes on in the next; a failure such that all others would fare the same ends the walk. Rejects only when the
 * program is to stop.
 */
export async function walk<Visit extends AsyncDisposable>(
  { partitions, keyless }: Found<Visit>,
  given: WalkOptions<Visit>,
): Promise<WalkReport> {
  // Those apart come last: where everyone is kept out, theirs is not the reason that is told.
  const walkers = given.walkers.toSorted(
    (one, other) => Number(hasOwnPermission(one)) - Number(hasOwnPermission(other)),
  );
  const options = { ...given, walkers };
  const { logger, labels } = options;
  const findings = new WalkReport(partitions.length);
  const ids = new Set(partitions.map(({ id }) => id));
  if (keyless === 0) for (const walker of walkers) await buryPartitions(walker, ids, options);
  await eachPartition(partitions, { ...options, findings }, (partition) => lookInto(partition, options, findings));
  for (const { stream, ledger } of walkers.filter(hasOwnPermission)) {
    const wasRefused = ({ id }: Listed) => ledger.refusal(id) !== undefined;
    // Where all refuse, it is not a matter of single ones.
    if (findings.areAllRefused(stream.name, partitions, wasRefused)) ledger.forgetRefusals();
    else ledger.confirmRefusals();
  }
  if (findings.broken) for (const { ledger } of walkers) ledger.forgetRefusals();
  else if (findings.newlyOut.size > 0) await judgeRefusals(partitions, options, findings);
  for (const { stream, ledger } of walkers) if (ledger.isOverfull) logger.warn(tooManyRows(stream.name, labels));
  if (keyless > 0) findings.unlisted = listedWithoutKey(keyless, labels);
  return findings;
}

/**
 * Notes what is wrong with all partitions, if what looks like single ones that are out comes from that. Where no visit came
 * about, one that was read before is visited too, to tell the one from the other.
 */
async function judgeRefusals<Visit extends AsyncDisposable>(
  partitions: readonly Partition<Visit>[],
  options: WalkOptions<Visit>,
  findings: WalkReport,
): Promise<void> {
  const { walkers, onEnd } = options;
  const together = walkers.filter((walker) => !hasOwnPermission(walker));
  const wasRead = ({ id }: Listed) =>
    together.some(({ ledger }) => ledger.readAtMs(id) !== undefined && ledger.refusal(id) === undefined);
  const readBefore = (partition: Listed) => findings.left.has(partition.id) && wasRead(partition);
  const control = findings.seen.size > 0 ? undefined : partitions.find(readBefore);
  try {
    if (control) await visitOnce(control, options, findings);
    onEnd();
    confirmRefusals(options);
  } catch (reason) {
    options.stop.throwIfAborted();
    for (const { ledger } of walkers) ledger.forgetRefusals();
    findings.broken = { reason };
  }
}

/** Sends the deletion of all that partitions held which are gone. */
async function buryPartitions<Visit>(
  { stream, progress, ledger, isGuarded, onJudged }: SelectedWalker<Visit>,
  ids: ReadonlySet<string>,
  { logger, labels }: WalkOptions<Visit>,
): Promise<void> {
  const { gone, doubted } = ledger.settle(ids);
  if (!isGuarded && gone.length > 0)
    logger.warn(keptOut(`${stream.name}: those of ${gone.length} ${labels.partitions}`));
  for (const id of gone) {
    await progress.sendDeleted(ledger.forget(id).map((key) => [...keyParts(id), ...keyParts(key)]));
    await progress.moved();
  }
  onJudged();
  if (doubted.length > 0)
    logger.warn(lostPermission(`${stream.name}: those of ${doubted.length} ${labels.partitions}`));
}

/** Opens a visit if some stream is behind; whoever is not looks along, where that does no harm. */
async function lookInto<Visit extends AsyncDisposable>(
  partition: Partition<Visit>,
  options: WalkOptions<Visit>,
  findings: WalkReport,
): Promise<void> {
  const { walkers, logger } = options;
  if (walkers.some(({ ledger }) => ledger.isBehind(partition))) return visitOnce(partition, options, findings);
  const [refusal] = walkers.flatMap(({ ledger }) => ledger.refusal(partition.id) ?? []);
  if (refusal) await logger.warnInTurn(inWords(refusal));
  findings.left.add(partition.id);
}

async function visitOnce<Visit extends AsyncDisposable>(
  partition: Partition<Visit>,
  options: WalkOptions<Visit>,
  findings: WalkReport,
): Promise<void> {
  const { logger, labels, stop } = options;
  const { id, name } = partition;
  const told = new Set<string>();
  const tell = (text: string) => {
    if (!told.has(text)) logger.warn(text);
    told.add(text);
  };
  const walkers = lookers(partition, options);
  const idle = options.walkers.filter((walker) => !walkers.includes(walker));
  const [standing] = idle.flatMap(({ ledger }) => ledger.refusal(id) ?? []);
  const together = walkers.filter((walker) => !hasOwnPermission(walker));
  if (together.length > 0) findings.left.delete(id);
  else findings.left.add(id);
  const wasOut = together.some(({ ledger }) => ledger.refusal(id) !== undefined);
  await using visit = partition.open();
  // All begin at once, so that what they ask first travels together.
  const readings = walkers.map((walker) => {
    walker.ledger.begin(partition);
    const contents = Promise.try(() => walker.stream.readPartition(visit)).then(withoutDoubles);
    // It may fail before its turn comes, which is when it is looked at.
    contents.catch(() => undefined);
    return { walker, contents };
  });
  let isOut = idle.some((walker) => !hasOwnPermission(walker) && walker.ledger.refusal(id) !== undefined);
  for (const { walker, contents } of readings) {
    if (isOut && !hasOwnPermission(walker)) continue;
    try {
      using look = walker.ledger.look(partition, (await contents).sections);
      const { doubted, isWhole } = await readSections(await contents, look, walker.progress, id);
      if (!isWhole && !hasOwnPermission(walker)) findings.fail(id, lackingKeys(name, walker.stream.name));
      if (doubted > 0) logger.warn(lostPermission(`${name}, ${walker.stream.name}: ${doubted} ${labels.sections}`));
    } catch (error) {
      stop.throwIfAborted();
      if (isFatal(error)) throw error;
      const refusal = refusalOf(error);
      if (!refusal || !isOut) tell(isExplained(error) ? error.message : `${name}: ${String(error)}`);
      if (!refusal) {
        findings.miss(walker.stream.name, error);
        if (!hasOwnPermission(walker)) findings.fail(id, error);
      } else if (hasOwnPermission(walker)) {
        findings.refusedSeparately(walker.stream.name).set(id, error);
        await refuse(partition, [walker], refusal, false);
      } else {
        isOut = true;
        findings.refuse(id, refusal, wasOut);
        await refuse(partition, together, refusal, wasOut);
      }
    }
  }
  if (!isOut && together.length > 0) findings.seen.add(id);
  if (standing && (together.length === 0 || !isOut)) tell(inWords(standing));
  if (findings.seen.size > 0) confirmRefusals(options);
}

/** Who takes part in a visit: whoever is behind, and others where those have them all look. */
function lookers<Visit>(partition: Listed, { walkers }: WalkOptions<Visit>): SelectedWalker<Visit>[] {
  const behind = walkers.filter(({ ledger }) => ledger.isBehind(partition));
  const areAllApart = behind.length > 0 && behind.every(hasOwnPermission);
  return areAllApart ? behind : walkers.filter(({ ledger }) => ledger.mayJoin(partition));
}

function hasOwnPermission({ stream }: SelectedWalker<never>): boolean {
  return stream.hasOwnPermission ?? false;
}

/** Where one partition could be looked into, those that are out are out by themselves. */
function confirmRefusals<Visit>({ walkers }: WalkOptions<Visit>): void {
  for (const walker of walkers) if (!hasOwnPermission(walker)) walker.ledger.confirmRefusals();
}

function lackingKeys(partition: string, stream: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `${partition}, ${stream}: rows came without their key. Please report this.`,
  );
}

/** A section that is listed twice stands where it is first. */
function withoutDoubles(contents: Contents): Contents {
  const sections = Map.groupBy(contents.sections, ({ id }) => id).values();
  return { ...contents, sections: sections.flatMap((same) => same.slice(0, 1)).toArray() };
}

/** Remembers that a partition is out, so that it is not tried again before it has changed or is due. */
async function refuse<Visit>(
  partition: Listed,
  walkers: readonly SelectedWalker<Visit>[],
  { kind, code, message, remedy }: Refusal,
  wasOut: boolean,
): Promise<void> {
  for (const { ledger, progress } of walkers) {
    const masked = (text: string) => progress.masked(text);
    const known = { kind, code: masked(code), message: masked(message), remedy: remedy && masked(remedy) };
    ledger.refuse(partition, known, wasOut);
    await progress.moved();
  }
}

function tooManyRows(stream: string, { sections }: WalkOptions<never>['labels']): string {
  return (
    `${stream} has more rows than a state can name (${MOST_KEYS.toLocaleString('en')}). Of some ${sections} it is only known that ` +
    `they were delivered: rows of theirs that are gone are not noticed, and where one row differs all are sent again.`
  );
}
