import { fingerprintOf } from '../ledger/fingerprint.ts';
import { EveryPartitionOnce, EveryRowOnce } from '../ledger/full-refresh.ts';
import type { ListLedger, WalkLedger } from '../ledger/ledger.ts';
import { LogLedger } from '../ledger/log-ledger.ts';
import { PartitionLedger } from '../ledger/partition-ledger.ts';
import { RowLedger } from '../ledger/row-ledger.ts';
import { type Saved, unusable } from '../ledger/saved-state.ts';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import type { JsonObject } from '../protocol/messages.ts';
import type { CoverageStream, ListStream, LogStream, PartitionStream, StreamFacts } from '../stream.ts';
import { Progress, type ProgressOptions, type Saveable } from './progress.ts';

/** A stream that the user chose, how far it has come, and what was delivered of it. */
interface Chosen<AnyStream, Ledger> {
  readonly stream: AnyStream;
  readonly progress: Progress;
  readonly ledger: Ledger;
  /** Whether the settings choose the same partitions as in the sync before: else what is missing may be missing because of them. */
  readonly isGuarded: boolean;
  /** Notes that what is missing has been judged, by the settings of this sync. */
  onJudged(): void;
}

export type SelectedList<Client> = Chosen<ListStream<Client>, ListLedger>;
export type SelectedCoverage = Chosen<CoverageStream, ListLedger>;
export type SelectedLog<Client> = Pick<Chosen<LogStream<Client>, LogLedger>, 'stream' | 'progress' | 'ledger'>;
export type SelectedWalker<Visit> = Chosen<PartitionStream<Visit>, WalkLedger>;

/** How the user chose a stream, and what earlier syncs left for it. */
export interface Choice<AnyStream> extends ConfiguredStream {
  readonly stream: AnyStream;
  readonly saved: Saved;
}

/** What all streams of a sync have in common. */
export interface Circumstances extends Pick<ProgressOptions, 'stateIntervalMs' | 'output' | 'stop'> {
  /** The upstream that is read, as it names itself. */
  readonly upstream: string | undefined;
  /** Where it is found. */
  readonly address?: string | undefined;
}

/** What the settings say of some partitions. */
export interface PartitionSettings {
  /** Those that decide which partitions are listed, as something in JSON. */
  readonly scope: unknown;
  readonly rereadAfterMs: number;
}

/**
 * Throws a `config_error` for a saved state that cannot be used. `settings` are those of the partitions that its rows are, if
 * they are any.
 */
export function selectList<Listed extends ListStream<never> | CoverageStream>(
  choice: Choice<Listed>,
  settings: PartitionSettings | undefined,
  circumstances: Circumstances,
): Chosen<Listed, ListLedger> {
  const { stream, saved, syncMode } = choice;
  const scope = settings && fingerprintOf(settings.scope);
  const isGuarded = saved.scope === scope;
  const ledger =
    syncMode === 'full_refresh'
      ? new EveryRowOnce()
      : restored(stream, () => new RowLedger(saved.ledger, { isGuarded }));
  return {
    stream,
    ledger,
    isGuarded,
    ...progressWith(ledger, { choice, scope, ownKey: stream.primaryKey, circumstances }),
  };
}

/** Throws a `config_error` for a saved state that cannot be used. */
export function selectWalker<Visit>(
  choice: Choice<PartitionStream<Visit>>,
  { rereadAfterMs, ...settings }: PartitionSettings,
  circumstances: Circumstances,
): SelectedWalker<Visit> {
  const { stream, saved, syncMode } = choice;
  const scope = fingerprintOf(settings.scope);
  const isGuarded = saved.scope === scope;
  const options = {
    rereadAfterMs,
    onlyWhenMoved: stream.onlyWhenMoved ?? false,
    isGuarded,
    columns: columnsOf(choice),
  };
  const ledger =
    syncMode === 'full_refresh'
      ? new EveryPartitionOnce(saved.ledger)
      : restored(stream, () => new PartitionLedger(saved.ledger, options));
  return {
    stream,
    ledger,
    isGuarded,
    ...progressWith(ledger, { choice, scope, ownKey: stream.primaryKey.slice(1), circumstances }),
  };
}

/** Throws a `config_error` for a saved state that cannot be used. */
export function selectLog<Client>(
  choice: Choice<LogStream<Client>>,
  { rereadAfterMs }: PartitionSettings,
  circumstances: Circumstances,
): SelectedLog<Client> {
  const { stream, saved, syncMode } = choice;
  const isFull = syncMode === 'full_refresh';
  const options = { rereadAfterMs, columns: columnsOf(choice) };
  const ledger = restored(stream, () => new LogLedger(isFull ? {} : saved.ledger, options));
  const saveable = isFull ? new EveryRowOnce() : ledger;
  const making = { choice, scope: undefined, ownKey: stream.primaryKey, circumstances };
  return { stream, ledger, progress: progressWith(saveable, making).progress };
}

/** The columns that are sent. */
function columnsOf({ stream, columns }: Choice<StreamFacts>): string[] {
  const declared = Object.keys(stream.schema.properties ?? {});
  return columns ? declared.filter((column) => columns.has(column)) : declared;
}

function restored<Ledger>(stream: StreamFacts, restore: () => Ledger): Ledger {
  try {
    return restore();
  } catch (error) {
    if (error instanceof RangeError) throw unusable(stream, error.message);
    throw error;
  }
}

interface Making {
  readonly choice: Choice<StreamFacts>;
  readonly scope: number | undefined;
  readonly ownKey: readonly string[];
  readonly circumstances: Circumstances;
}

function progressWith(ledger: Saveable, { choice, scope, ownKey, circumstances }: Making) {
  const { stream, saved, syncMode: sync, columns } = choice;
  const { upstream = saved.upstream, address = saved.address, stateIntervalMs, output, stop } = circumstances;
  let judgedScope = saved.scope ?? scope;
  const withHead: Saveable = {
    save(complete): JsonObject {
      const of = { ...(upstream !== undefined && { upstream }), ...(address !== undefined && { address }) };
      return { sync, ...of, ...(judgedScope !== undefined && { scope: judgedScope }), ...ledger.save(complete) };
    },
    get weight() {
      return ledger.weight;
    },
  };
  const options = { columns, ownKey, latest: saved.latest, ledger: withHead, stateIntervalMs, output, stop };
  return {
    progress: new Progress(stream, options),
    onJudged: () => {
      judgedScope = scope;
    },
  };
}
