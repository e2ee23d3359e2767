import { MOST_KEYS } from '../ledger/ledger.ts';
import { keptOut, lostPermission, NONE_MISSING } from '../ledger/mass-deletion.ts';
import type { Overflow } from '../ledger/row-ledger.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Context } from '../source.ts';
import { keyParts, type ListStream, type StreamFacts } from '../stream.ts';
import type { SelectedList } from './selected-stream.ts';

/** Deletions printed at a time. */
const DELETIONS_AT_ONCE = 1_000;

/** Reads a list to its end: sends the rows that differ from what was delivered, then the deletions. */
export async function readList<Client>(
  list: SelectedList<ListStream<Client>>,
  client: Client,
  { logger, stop }: Pick<Context, 'logger' | 'stop'>,
): Promise<void> {
  const { stream, progress, filter, ledger } = list;
  for await (const page of stream.read(client, (rows) => progress.expect(rows))) {
    const news = progress.serialize(page).filter(({ key, data, updatedAt }) => filter.take(key, data, updatedAt));
    await progress.send(news);
    stop.throwIfAborted();
  }
  // A row without its key may be one that seems missing.
  progress.refuseKeylessRows();
  await deleteMissing(list, logger);
  if (ledger?.overflow) logger.warn(tooManyRows(stream, ledger.overflow));
}

function tooManyRows({ name, updatedField }: StreamFacts, overflow: Overflow): string {
  const rows = `more rows than a state can name (${MOST_KEYS.toLocaleString('en')})`;
  if (overflow === 'lasts') {
    return (
      `${name} has ${rows}. From now on deletions are not noticed, and changes only where ${updatedField} becomes later than ` +
      'any before.'
    );
  }
  const when =
    overflow === 'has ended'
      ? 'Changes may have been missed meanwhile, so the next sync sends all rows once.'
      : 'Changes may have been missed meanwhile, so this sync sends all rows once.';
  return `${name} had ${rows}, and no longer has. ${when} Rows that were deleted meanwhile stay in the destination.`;
}

async function deleteMissing<Client>(
  { stream, progress, ledger, isGuarded, onJudged }: SelectedList<ListStream<Client>>,
  logger: Logger,
): Promise<void> {
  const { gone, doubted } = ledger?.settle() ?? NONE_MISSING;
  if (!isGuarded && gone.length > 0) logger.warn(keptOut(`${stream.name}: ${gone.length} rows`));
  for (let from = 0; from < gone.length; from += DELETIONS_AT_ONCE) {
    const keys = gone.slice(from, from + DELETIONS_AT_ONCE);
    const forget = () => {
      for (const key of keys) ledger?.forget(key);
    };
    await progress.sendDeleted(keys.map(keyParts), { forget });
  }
  onJudged();
  if (doubted.length > 0) logger.warn(lostPermission(`${stream.name}: ${doubted.length} rows`));
}
