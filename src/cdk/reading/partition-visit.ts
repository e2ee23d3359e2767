import { ConnectorError, inWords, isExplained, isFatal, type Refusal, refusalOf } from '../errors.ts';
import { lostPermission } from '../ledger/mass-deletion.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Partitions } from '../source.ts';
import type { Contents } from '../stream.ts';
import type { Partition } from './partition-list.ts';
import { confirmOnceVisited, hasOwnPermission } from './refusals.ts';
import { readSections } from './sections.ts';
import type { SelectedWalker } from './selected-stream.ts';
import type { WalkReport } from './walk-report.ts';

export interface VisitOptions<Visit> {
  /** Those that have a permission of their own come last, so that a reason that concerns all streams is told rather than theirs. */
  readonly walkers: readonly SelectedWalker<Visit>[];
  readonly labels: Partitions<unknown>['labels'];
  readonly logger: Logger;
  readonly stop: AbortSignal;
  readonly report: WalkReport;
}

/** A stream, and what it reads in this visit. */
interface Reading<Visit> {
  readonly walker: SelectedWalker<Visit>;
  readonly contents: Promise<Contents>;
}

/** One visit of one partition, for all streams that take part in it. */
export class PartitionVisit<Visit extends AsyncDisposable> {
  readonly #partition: Partition<Visit>;
  readonly #options: VisitOptions<Visit>;
  /** The streams that share a permission: a refusal of one is a refusal of all. */
  readonly #shared: readonly SelectedWalker<Visit>[];
  /** The streams that may be refused each by itself. */
  readonly #separate: readonly SelectedWalker<Visit>[];
  /** The streams that take no part. They may know that the partition refuses. */
  readonly #absent: readonly SelectedWalker<Visit>[];
  /** Whether the partition refuses the streams that share a permission. */
  #isRefused: boolean;
  readonly #told = new Set<string>();

  constructor(partition: Partition<Visit>, options: VisitOptions<Visit>) {
    const { walkers } = options;
    const participants = participantsOf(partition, walkers);
    this.#partition = partition;
    this.#options = options;
    this.#shared = participants.filter((walker) => !hasOwnPermission(walker));
    this.#separate = participants.filter(hasOwnPermission);
    this.#absent = walkers.filter((walker) => !participants.includes(walker));
    this.#isRefused = this.#absent.some((walker) => !hasOwnPermission(walker) && this.#refusalOf(walker) !== undefined);
  }

  #refusalOf({ reader }: SelectedWalker<Visit>): Refusal | undefined {
    return reader.schedule.refusal(this.#partition.id);
  }

  /** Rejects with what is wrong with all partitions, and when the program is to stop. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      for (const { ledger } of this.#options.walkers) ledger?.open.leave(this.#partition.id);
    }
  }

  async #run(): Promise<void> {
    const { walkers, report } = this.#options;
    const { id } = this.#partition;
    if (this.#shared.length > 0) report.notVisited.delete(id);
    else report.notVisited.add(id);
    const [standing] = this.#absent.flatMap((walker) => this.#refusalOf(walker) ?? []);
    await using visit = this.#partition.open();
    // All begin at once, so that what they ask first travels together.
    const shared = this.#shared.map((walker) => this.#begin(walker, visit));
    const separate = this.#separate.map((walker) => this.#begin(walker, visit));
    await this.#readShared(shared);
    await this.#readSeparate(separate);
    const isRead = this.#shared.length > 0 && !this.#isRefused;
    if (isRead) report.visited.add(id);
    if (standing && (isRead || this.#shared.length === 0)) this.#tell(inWords(standing));
    confirmOnceVisited(walkers, report);
  }

  #begin(walker: SelectedWalker<Visit>, visit: Visit): Reading<Visit> {
    walker.reader.schedule.begin(this.#partition);
    walker.ledger?.open.enter(this.#partition.id);
    const contents = Promise.try(() => walker.stream.readPartition(visit)).then(withoutDoubles);
    // It may fail before its turn comes, which is when that is handled.
    contents.catch(() => undefined);
    return { walker, contents };
  }

  async #readShared(readings: readonly Reading<Visit>[]): Promise<void> {
    const { report } = this.#options;
    const { id } = this.#partition;
    const wasRefused = this.#shared.some((walker) => this.#refusalOf(walker) !== undefined);
    for (const reading of readings) {
      if (this.#isRefused) return;
      const refused = await this.#read(reading);
      if (!refused) continue;
      this.#tell(textOf(refused.error, this.#partition.name));
      this.#isRefused = true;
      report.refuse(id, refused.refusal, wasRefused);
      for (const walker of this.#shared) await this.#refuse(walker, refused.refusal, wasRefused);
    }
  }

  async #readSeparate(readings: readonly Reading<Visit>[]): Promise<void> {
    for (const reading of readings) {
      const refused = await this.#read(reading);
      if (!refused) continue;
      if (!this.#isRefused) this.#tell(textOf(refused.error, this.#partition.name));
      this.#options.report.refuseOwn(reading.walker.stream.name, this.#partition.id, refused.error);
      await this.#refuse(reading.walker, refused.refusal, false);
    }
  }

  /** Reads what a stream finds; resolves with what refuses it, if something does. Any other failure is reported. */
  async #read({ walker, contents }: Reading<Visit>): Promise<{ error: unknown; refusal: Refusal } | undefined> {
    const { stop, report } = this.#options;
    try {
      await this.#readContents(walker, await contents);
      return undefined;
    } catch (error) {
      stop.throwIfAborted();
      if (isFatal(error)) throw error;
      const refusal = refusalOf(error);
      if (refusal) return { error, refusal };
      this.#tell(textOf(error, this.#partition.name));
      report.miss(walker.stream.name, error);
      if (!hasOwnPermission(walker)) report.fail(this.#partition.id, error);
      return undefined;
    }
  }

  async #readContents(walker: SelectedWalker<Visit>, contents: Contents): Promise<void> {
    const { logger, labels, report } = this.#options;
    const { id, name } = this.#partition;
    const { stream, progress, reader } = walker;
    using reading = reader.read(this.#partition, contents.sections);
    const { doubted, isWhole } = await readSections(contents, reading, progress, id);
    if (!isWhole && !hasOwnPermission(walker)) report.fail(id, lackingKeys(name, stream.name));
    if (doubted > 0) logger.warn(lostPermission(`${name}, ${stream.name}: ${doubted} ${labels.sections}`));
  }

  /** Remembers that the partition refuses a stream, so that it is not visited again before it has changed or is due. */
  async #refuse({ reader, progress }: SelectedWalker<Visit>, refusal: Refusal, isConfirmed: boolean): Promise<void> {
    const masked = (text: string) => progress.masked(text);
    const { kind, code, message, remedy } = refusal;
    const known = { kind, code: masked(code), message: masked(message), remedy: remedy && masked(remedy) };
    reader.schedule.refuse(this.#partition, { refusal: known, isConfirmed });
    await progress.moved();
  }

  /** Warns once of what several streams meet. */
  #tell(text: string): void {
    if (!this.#told.has(text)) this.#options.logger.warn(text);
    this.#told.add(text);
  }
}

/** Those that are behind, and others that read along; where only those with a permission of their own are behind, no others. */
export function participantsOf<Visit>(partition: Partition<Visit>, walkers: readonly SelectedWalker<Visit>[]) {
  const behind = walkers.filter(({ reader }) => reader.schedule.isBehind(partition));
  const areAllSeparate = behind.length > 0 && behind.every(hasOwnPermission);
  return areAllSeparate ? behind : walkers.filter(({ reader }) => reader.schedule.takesPart(partition));
}

function textOf(error: unknown, partition: string): string {
  return isExplained(error) ? error.message : `${partition}: ${String(error)}`;
}

function lackingKeys(partition: string, stream: string): ConnectorError {
  const message = `${partition}, ${stream}: rows came without their key. Please report this.`;
  return new ConnectorError('system_error', message);
}

/** A section that is listed twice stands where it is first. */
function withoutDoubles(contents: Contents): Contents {
  const sections = Map.groupBy(contents.sections, ({ id }) => id).values();
  return { ...contents, sections: sections.flatMap((same) => same.slice(0, 1)).toArray() };
}
