import { fingerprintOf } from '../ledger/fingerprint.ts';
import { EveryPartitionOnce, EveryRowOnce } from '../ledger/full-refresh.ts';
import type { AnnouncingLedger, RowFilter, Saveable } from '../ledger/ledger.ts';
import { LogLedger } from '../ledger/log-ledger.ts';
import { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { PartitionReader } from '../ledger/partition-reading.ts';
import { rowFormOf } from '../ledger/row-form.ts';
import { RowLedger } from '../ledger/row-ledger.ts';
import { type Saved, unusable } from '../ledger/saved-state.ts';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import type { JsonObject } from '../protocol/messages.ts';
import {
  type CoverageStream,
  type ListStream,
  type LogStream,
  type PartitionStream,
  recordSchema,
  type StreamFacts,
} from '../stream.ts';
import { Progress, type ProgressOptions } from './progress.ts';

/** A stream of the catalog, and what earlier syncs left for it. */
export interface Selection<AnyStream> extends ConfiguredStream {
  readonly stream: AnyStream;
  readonly saved: Saved;
}

/** A selected stream, and how far it has come. */
interface Selected<AnyStream> {
  readonly stream: AnyStream;
  readonly progress: Progress;
}

/** A stream whose rows or partitions may be found missing. */
interface SelectedTable<AnyStream> extends Selected<AnyStream> {
  /** Whether the settings admit the same partitions as in the sync before: else what is missing may be missing because of them. */
  readonly isGuarded: boolean;
  /** Notes that what is missing has been judged, by the settings of this sync. */
  onJudged(): void;
}

export interface SelectedList<AnyStream> extends SelectedTable<AnyStream> {
  readonly filter: RowFilter;
  /** What was delivered; undefined in a full refresh, which finds nothing missing. */
  readonly ledger: RowLedger | undefined;
}

export interface SelectedWalker<Visit> extends SelectedTable<PartitionStream<Visit>> {
  readonly reader: PartitionReader;
  /** What was delivered; undefined in a full refresh, which finds nothing missing. */
  readonly ledger: PartitionLedger | undefined;
}

export interface SelectedLog<Client> extends Selected<LogStream<Client>> {
  readonly ledger: LogLedger;
}

/** What all streams of a sync have in common. */
export interface SharedOptions extends Pick<ProgressOptions, 'stateIntervalMs' | 'output' | 'stop'> {
  /** The upstream that is read, as it names itself. */
  readonly upstream: string | undefined;
  /** Where the upstream is found. */
  readonly address?: string | undefined;
}

/** What the settings say of some partitions. */
export interface PartitionSettings {
  /** The settings that decide which partitions are listed, as something in JSON. */
  readonly scope: unknown;
  readonly rereadAfterMs: number;
}

/**
 * Throws a `config_error` for a saved state that cannot be used. `settings` are those of the partitions, if its rows are
 * partitions.
 */
export function selectList<AnyStream extends ListStream<never> | CoverageStream>(
  selection: Selection<AnyStream>,
  settings: PartitionSettings | undefined,
  shared: SharedOptions,
): SelectedList<AnyStream> {
  const { stream, saved, syncMode } = selection;
  const scope = settings && fingerprintOf(settings.scope);
  const isGuarded = saved.scope === scope;
  const options = { isGuarded, hasOtherForm: saved.hasOtherForm ?? false };
  const ledger = syncMode === 'incremental' ? restored(stream, () => new RowLedger(saved.ledger, options)) : undefined;
  const filter = ledger ?? new EveryRowOnce();
  const state = { selection, scope, ownKey: stream.primaryKey, shared };
  return { stream, filter, ledger, isGuarded, ...progressWith(filter, state) };
}

/** Throws a `config_error` for a saved state that cannot be used. */
export function selectWalker<Visit>(
  selection: Selection<PartitionStream<Visit>>,
  { rereadAfterMs, ...settings }: PartitionSettings,
  shared: SharedOptions,
): SelectedWalker<Visit> {
  const { stream, saved, syncMode } = selection;
  const scope = fingerprintOf(settings.scope);
  const isGuarded = saved.scope === scope;
  const of = { columns: columnsOf(selection), hasOtherForm: saved.hasOtherForm ?? false };
  const options = { rereadAfterMs, onlyWhenMoved: stream.onlyWhenMoved ?? false, isGuarded, ...of };
  const ledger =
    syncMode === 'incremental' ? restored(stream, () => new PartitionLedger(saved.ledger, options)) : undefined;
  const reader = ledger ?? new EveryPartitionOnce(saved.hasOtherForm ? {} : saved.ledger);
  const state = { selection, scope, ownKey: stream.primaryKey.slice(1), shared };
  return { stream, reader, ledger, isGuarded, ...progressWith(reader, state) };
}

/** Throws a `config_error` for a saved state that cannot be used. */
export function selectLog<Client>(
  selection: Selection<LogStream<Client>>,
  { rereadAfterMs }: PartitionSettings,
  shared: SharedOptions,
): SelectedLog<Client> {
  const { stream, saved, syncMode } = selection;
  const isFull = syncMode === 'full_refresh';
  const options = { rereadAfterMs, columns: columnsOf(selection), hasOtherForm: saved.hasOtherForm ?? false };
  const ledger = restored(stream, () => new LogLedger(isFull ? {} : saved.ledger, options));
  const state = { selection, scope: undefined, ownKey: stream.primaryKey, shared };
  const { progress } = progressWith(isFull ? new EveryRowOnce() : ledger, state);
  return { stream, ledger, progress };
}

/** The columns that are sent. */
function columnsOf({ stream, columns }: Selection<StreamFacts>): string[] {
  const declared = Object.keys(recordSchema(stream).properties ?? {});
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

interface StateOptions {
  readonly selection: Selection<StreamFacts>;
  readonly scope: number | undefined;
  readonly ownKey: readonly string[];
  readonly shared: SharedOptions;
}

/** The progress of a stream whose states hold a ledger, and what is to be called when missing rows have been judged. */
function progressWith(ledger: Saveable | AnnouncingLedger, { selection, scope, ownKey, shared }: StateOptions) {
  const { stream, saved, syncMode: sync, columns } = selection;
  const { upstream = saved.upstream, address = saved.address, stateIntervalMs, output, stop } = shared;
  let judgedScope = saved.scope ?? scope;
  const withHead: Saveable = {
    ...('announce' in ledger && {
      isAnnounced: ledger.isAnnounced.bind(ledger),
      announce: ledger.announce.bind(ledger),
    }),
    save(moment): JsonObject {
      const of = { ...(upstream !== undefined && { upstream }), ...(address !== undefined && { address }) };
      return {
        sync,
        form: rowFormOf(stream),
        ...of,
        ...(judgedScope !== undefined && { scope: judgedScope }),
        ...ledger.save(moment),
      };
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
