import { inWords, isExplained, isFatal, type Refusal, refusalOf } from '../errors.ts';
import type { Past } from '../ledger/delivered-entries.ts';
import type { Listed, SerializedRow } from '../ledger/ledger.ts';
import type { Context, Partitions } from '../source.ts';
import { keyOf, type Page } from '../stream.ts';
import { eachPartition, type Steps } from './each-partition.ts';
import { type Found, listedWithoutKey } from './partition-list.ts';
import type { SelectedLog } from './selected-stream.ts';
import { WalkReport } from './walk-report.ts';

interface LogOptions<Client> extends Pick<Context, 'logger' | 'stop'> {
  readonly client: Client;
  readonly labels: Partitions<unknown>['labels'];
  /** Lists the partitions; called only where each has to be read by itself. */
  readonly found: () => Promise<Found<unknown>>;
  readonly concurrency: number;
  readonly steps: Steps;
}

/**
 * Reads what has happened since the last sync, newest first until all was delivered that comes, and looks again at what had not
 * ended then. Where not all of it may be read at once, each partition that moved or is due is asked for its part.
 */
export async function readLog<Client>(chosen: SelectedLog<Client>, options: LogOptions<Client>): Promise<void> {
  const { stream, ledger } = chosen;
  const isSplit = stream.isSplit?.(options.client) ?? false;
  const refusal = isSplit ? undefined : await refusalOfWhole(chosen, options);
  if (isSplit || refusal) await readEach(chosen, options, refusal);
  else {
    ledger.endWhole();
    await lookAgain(chosen, options, undefined);
  }
}

/** Reads all partitions together; resolves with what says that this may not be done, if it may not. */
async function refusalOfWhole<Client>(chosen: SelectedLog<Client>, options: LogOptions<Client>): Promise<unknown> {
  try {
    await readEntries(chosen, options, chosen.ledger.whole);
    chosen.progress.refuseKeylessRows();
    return undefined;
  } catch (error) {
    options.stop.throwIfAborted();
    if (refusalOf(error)?.kind === 'denied') return error;
    throw error;
  }
}

/** Reads the partitions that moved or are due, some at a time. What was refused of all together is told where there is none. */
async function readEach<Client>(
  chosen: SelectedLog<Client>,
  options: LogOptions<Client>,
  refusal: unknown,
): Promise<void> {
  const { stream, ledger } = chosen;
  const { found, logger, labels } = options;
  const { partitions, keyless } = await found();
  const findings = new WalkReport(partitions.length);
  await eachPartition(partitions, { ...options, findings }, async (partition) => {
    const listed = { id: partition.id, version: partition.activity ?? partition.version };
    if (ledger.isBehind(listed)) await readOne(listed, partition.name, chosen, options, findings);
    else if (ledger.isOut(listed)) await logger.warnInTurn(isOutStill(partition.name, stream.name));
  });
  const ids = new Set(partitions.map(({ id }) => id));
  ledger.retain(ids);
  if (partitions.length === 0 && refusal) findings.broken ??= { reason: refusal };
  // Where all refuse, it is not a matter of single ones.
  if (findings.areAllRefused(stream.name, partitions, (partition) => ledger.isOut(partition))) ledger.forgetRefusals();
  if (keyless > 0) findings.unlisted = listedWithoutKey(keyless, labels);
  if (!findings.broken) await lookAgain(chosen, options, ids);
  findings.throwMissed(stream.name);
}

function isOutStill(partition: string, stream: string): string {
  return `${partition}: its ${stream} were refused when last asked for; they are asked for again when it has moved or is due.`;
}

async function readOne<Client>(
  partition: Listed,
  name: string,
  chosen: SelectedLog<Client>,
  options: LogOptions<Client>,
  findings: WalkReport,
): Promise<void> {
  const { stream, ledger, progress } = chosen;
  const { stop, logger } = options;
  try {
    const isWhole = await readEntries(chosen, options, ledger.begin(partition), partition);
    // Rows without their key are told at the end, of all partitions together.
    if (isWhole) ledger.end(partition);
  } catch (error) {
    stop.throwIfAborted();
    if (isFatal(error)) throw error;
    logger.warn(isExplained(error) ? error.message : `${name}: ${String(error)}`);
    if (refusalOf(error)) {
      ledger.refuse(partition);
      findings.refusedSeparately(stream.name).set(partition.id, error);
    } else findings.miss(stream.name, error);
  }
  await progress.moved();
}

/** Reads entries until those come that a past covers; whether all had their key. */
async function readEntries<Client>(
  chosen: SelectedLog<Client>,
  { client, stop }: LogOptions<Client>,
  past: Past,
  partition?: Listed,
): Promise<boolean> {
  let isWhole = true;
  for await (const page of chosen.stream.readEntries(client, partition?.id)) {
    const printed = await deliver(page, past, chosen);
    isWhole &&= printed.length === page.length;
    stop.throwIfAborted();
    if (past.covers(printed.at(-1))) break;
  }
  return isWhole;
}

/** Sends what is news among entries; those that have their key come back. */
async function deliver<Client>(
  page: Page,
  past: Past,
  { stream, ledger, progress }: SelectedLog<Client>,
): Promise<readonly SerializedRow[]> {
  const entries = new Map(page.map((entry) => [keyOf(entry, stream.primaryKey), entry]));
  const printed = progress.printed(page);
  const isNews = (row: SerializedRow) => {
    const entry = entries.get(row.key) ?? {};
    return ledger.take(past, row, { isOpen: !stream.hasEnded(entry), partition: entry[stream.partitionField] });
  };
  await progress.send(printed.filter(isNews));
  return printed;
}

/**
 * Looks at what had not ended and was not met again: it is older than what is listed, or its partition did not move. Where each
 * partition is read by itself, only at what is in one that is `listed`.
 */
async function lookAgain<Client>(
  chosen: SelectedLog<Client>,
  { client, stop, logger }: LogOptions<Client>,
  listed: ReadonlySet<string> | undefined,
): Promise<void> {
  const { stream, ledger, progress } = chosen;
  const refusals: Refusal[] = [];
  for (const { key, past } of ledger.unmet(listed)) {
    stop.throwIfAborted();
    try {
      const entry = await stream.readEntry(client, key);
      if (entry === undefined) past.miss(key);
      else if (listed?.has(entry[stream.partitionField] as string) ?? true) await deliver([entry], past, chosen);
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
    const what = `${stream.name}: ${refusals.length} that had not ended could not be looked at again, and stay as they were.`;
    logger.warn(`${what} The first: ${inWords(first)}`);
  }
}
