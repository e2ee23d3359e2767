import { fingerprintOf } from '../ledger/fingerprint.ts';
import type { PartitionReading } from '../ledger/partition-reading.ts';
import { type Contents, keyParts, type Page, type Section } from '../stream.ts';
import type { Progress } from './progress.ts';

/** Rows of one partition that are on their way at once, as far as the sections tell; more would pile up in memory. */
const ROWS_AHEAD = 500;

/**
 * Reads what may differ in a partition and sends what does; then the deletions, once every section that may hold a row was
 * read. Resolves with the number of sections that are missing and doubted, and whether no row had to be skipped.
 */
export async function readSections(
  { sections, shared }: Contents,
  reading: PartitionReading,
  progress: Progress,
  partition: string,
): Promise<{ readonly doubted: number; readonly isWhole: boolean }> {
  const sharedFingerprint = shared?.then(fingerprintOf);
  // It may fail before its turn comes, which is when that is handled.
  sharedFingerprint?.catch(() => undefined);
  const some = reading.isFull ? sections : reading.behind(sections, await sharedFingerprint);
  await readTurn(some, reading, progress, partition);
  const mayHaveMoved = some.length < sections.length && reading.hasLostRows;
  if (mayHaveMoved) await readTurn(sections, reading, progress, partition);
  if (!reading.isWhole) return { doubted: 0, isWhole: false };
  const { gone, doubted } = reading.settle();
  for (const section of gone) {
    const keys = reading.keysIn(section).map((key) => [...keyParts(partition), ...keyParts(key)]);
    await progress.sendDeleted(keys, { partition, forget: () => reading.forget(section) });
  }
  reading.end(mayHaveMoved || some.length === sections.length, await sharedFingerprint);
  await progress.moved();
  return { doubted: doubted.length, isWhole: true };
}

async function readTurn(
  sections: readonly Section[],
  reading: PartitionReading,
  progress: Progress,
  partition: string,
): Promise<void> {
  reading.beginTurn(sections);
  for await (const { section, page } of pagesOf(sections)) {
    const keyless = progress.keylessRows;
    const rows = progress.serialize(page);
    await progress.send(reading.take(section, rows, progress.keylessRows === keyless), partition);
  }
}

/** Each section's rows, in the order of the sections, with the next ones on their way. */
async function* pagesOf(sections: readonly Section[]): AsyncGenerator<{ section: Section; page: Page }> {
  const coming: { section: Section; page: Promise<Page> }[] = [];
  let ahead = 0;
  const take = async () => {
    const { section, page } = coming.shift() as (typeof coming)[number];
    ahead -= section.expectedRows;
    return { section, page: await page };
  };
  for (const section of sections) {
    const page = section.read();
    page.catch(() => undefined);
    coming.push({ section, page });
    ahead += section.expectedRows;
    while (ahead > ROWS_AHEAD && coming.length > 0) yield await take();
  }
  while (coming.length > 0) yield await take();
}
