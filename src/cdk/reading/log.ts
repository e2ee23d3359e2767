import { inWords, isExplained, isFatal, type Refusal, refusalOf } from '../errors.ts';
import { beganMsOf, type DeliveredEntries } from '../ledger/delivered-entries.ts';
import type { ListedPartition, SerializedRow } from '../ledger/ledger.ts';
import type { Context, Partitions } from '../source.ts';
import { keyOf, type Page } from '../stream.ts';
import { eachPartition, type Steps } from './each-partition.ts';
import { listedWithoutKey, type PartitionList } from './partition-list.ts';
import { areAllRefused } from './refusals.ts';
import type { SelectedLog } from './selected-stream.ts';
import { WalkReport } from './walk-report.ts';

interface LogOptions<Client> extends Pick<Context, 'logger' | 'stop'> {
  readonly client: Client;
  readonly labels: Partitions<unknown>['labels'];
  /** Lists the partitions; called only where each has to be read by itself. */
  readonly listPartitions: () => Promise<PartitionList<unknown>>;
  readonly concurrency: number;
  readonly steps: Steps;
}

/**
 * Reads what has happened since the last sync, newest first until all was delivered that comes, and asks again for what had not
 * ended then. Where not all of it may be read at once, each partition that moved or is due is asked for its part.
 */
export async function readLog<Client>(log: SelectedLog<Client>, options: LogOptions<Client>): Promise<void> {
  const { stream, ledger } = log;
  const isSplit = stream.isSplit?.(options.client) ?? false;
  const refusal = isSplit ? undefined : await refusalOfWhole(log, options);
  if (isSplit || refusal) await readEach(log, options, refusal);
  else {
    ledger.endWhole();
    await readUnended(log, options, undefined);
  }
}

/** Reads all partitions together; resolves with what says that this may not be done, if it may not. */
async function refusalOfWhole<Client>(log: SelectedLog<Client>, options: LogOptions<Client>): Promise<unknown> {
  try {
    await readEntries(log, options, log.ledger.whole);
    log.progress.refuseKeylessRows();
    return undefined;
  } catch (error) {
    options.stop.throwIfAborted();
    if (refusalOf(error)?.kind === 'denied') return error;
    throw error;
  }
}

/** Reads the partitions that moved or are due, some at a time. What was refused of all together is told where there is none. */
async function readEach<Client>(
  log: SelectedLog<Client>,
  options: LogOptions<Client>,
  refusal: unknown,
): Promise<void> {
  const { stream, ledger } = log;
  const { schedule } = ledger;
  options.steps.needsList = true;
  const { partitions, keyless } = await options.listPartitions();
  const report = new WalkReport(partitions.length);
  await eachPartition(partitions, { ...options, report }, async (partition) => {
    const listed = { id: partition.id, version: partition.activity ?? partition.version };
    if (schedule.isBehind(listed)) await readPartition(listed, partition.name, log, options, report);
    else if (schedule.isRefused(listed.id)) await options.logger.warnInTurn(stillRefused(partition.name, stream.name));
  });
  const ids = new Set(partitions.map(({ id }) => id));
  ledger.retain(ids);
  if (partitions.length === 0 && refusal) report.broken ??= { reason: refusal };
  if (areAllRefused(stream.name, schedule, partitions, report)) {
    report.missRefused(stream.name);
    schedule.retryRefused();
  }
  if (keyless > 0) report.unlisted = listedWithoutKey(keyless, options.labels);
  if (!report.broken) await readUnended(log, options, ids);
  report.throwMissed(stream.name);
}

function stillRefused(partition: string, stream: string): string {
  return `${partition}: its ${stream} were refused when last asked for; they are asked for again when it has moved or is due.`;
}

async function readPartition<Client>(
  partition: ListedPartition,
  name: string,
  log: SelectedLog<Client>,
  options: LogOptions<Client>,
  report: WalkReport,
): Promise<void> {
  const { stream, ledger, progress } = log;
  const { stop, logger } = options;
  try {
    const isWhole = await readEntries(log, options, ledger.begin(partition), partition);
    // Rows without their key are told at the end, of all partitions together.
    if (isWhole) ledger.end(partition);
  } catch (error) {
    stop.throwIfAborted();
    if (isFatal(error)) throw error;
    logger.warn(isExplained(error) ? error.message : `${name}: ${String(error)}`);
    if (refusalOf(error)) {
      ledger.refuse(partition);
      report.refuseOwn(stream.name, partition.id, error);
    } else report.miss(stream.name, error);
  }
  await progress.moved();
}

/** Reads entries until those come that were delivered before; whether all had their key. */
async function readEntries<Client>(
  log: SelectedLog<Client>,
  { client, stop }: LogOptions<Client>,
  delivered: DeliveredEntries,
  partition?: ListedPartition,
): Promise<boolean> {
  let isWhole = true;
  for await (const page of log.stream.readEntries(client, partition?.id)) {
    const rows = await deliver(page, delivered, log);
    isWhole &&= rows.length === page.length;
    stop.throwIfAborted();
    if (delivered.covers(beganMsOf(rows.at(-1)))) break;
  }
  return isWhole;
}

/** Sends what is news among entries; those that have their key come back. */
async function deliver<Client>(
  page: Page,
  delivered: DeliveredEntries,
  { stream, ledger, progress }: SelectedLog<Client>,
): Promise<readonly SerializedRow[]> {
  const entries = new Map(page.map((entry) => [keyOf(entry, stream.primaryKey), entry]));
  const rows = progress.serialize(page);
  const isNews = (row: SerializedRow) => {
    const entry = entries.get(row.key) ?? {};
    return ledger.take(delivered, row, { isOpen: !stream.hasEnded(entry), partition: entry[stream.partitionField] });
  };
  await progress.send(rows.filter(isNews));
  return rows;
}

/**
 * Asks for the entries that had not ended and were not met again: they are older than what is listed, or their partition did not
 * move. Where each partition is read by itself, only for those of partitions that are `listed`.
 */
async function readUnended<Client>(
  log: SelectedLog<Client>,
  { client, stop, logger }: LogOptions<Client>,
  listed: ReadonlySet<string> | undefined,
): Promise<void> {
  const { stream, ledger, progress } = log;
  const refusals: Refusal[] = [];
  for (const { key, delivered } of ledger.unmet(listed)) {
    stop.throwIfAborted();
    try {
      const entry = await stream.readEntry(client, key);
      if (entry === undefined) delivered.miss(key);
      else if (listed?.has(entry[stream.partitionField] as string) ?? true) await deliver([entry], delivered, log);
    } catch (error) {
      stop.throwIfAborted();
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      refusals.push(refusal);
    }
    await progress.moved();
  }
  const [first] = refusals;
  if (first) {
    const what = `${stream.name}: ${refusals.length} that had not ended could not be asked for again, and stay as they were.`;
    logger.warn(`${what} The first: ${inWords(first)}`);
  }
}
