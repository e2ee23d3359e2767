import { chance, type Die, pick } from '../../src/simulator/data/dice.ts';
import { streams } from '../../src/streams/index.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';

const HOUR_MS = 3_600_000;

/** What a whole history has in common. */
export interface Profile {
  /** Every app in full at every sync, or by the times that Qlik tells. */
  readonly reading: 'always' | 'byTimes';
  /** Streams that begin with full refreshes. */
  readonly fullRefreshes: readonly string[];
  /** Whether columns are deselected. */
  readonly columns: boolean;
  /** In percent of the syncs. */
  readonly kills: number;
  readonly troubles: number;
  readonly closings: number;
  readonly filters: boolean;
  /** Whether syncs read some of the streams only. */
  readonly subsets: boolean;
}

export function profileOf(die: Die): Profile {
  return {
    reading: chance(die, 60) ? 'byTimes' : 'always',
    fullRefreshes: chance(die, 35) ? [...new Set([pick(die, TENANT_STREAMS), pick(die, ['sheets', 'charts'])])] : [],
    columns: chance(die, 30),
    kills: pick(die, [0, 20, 50]),
    troubles: pick(die, [0, 30]),
    closings: pick(die, [0, 40]),
    filters: chance(die, 25),
    subsets: chance(die, 40),
  };
}

/** Columns that are selected, of each stream; all of those that are not in it. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>;

export function someColumns(die: Die): Columns {
  return new Map(
    streams.map(({ name, schema, primaryKey }) => {
      const own = Object.keys(schema.properties ?? {});
      return [name, new Set([...primaryKey, ...own.filter(() => chance(die, 60))])];
    }),
  );
}

/** One sync: what is read, how, and what befalls it. */
export interface Plan {
  readonly streams: readonly string[];
  /** Whether nothing happened in the tenant since the sync before, whose full refreshes it goes on with. */
  readonly isRetry: boolean;
  /** Whether the apps may be edited without any time's moving, as they are all due. */
  readonly isFullRead: boolean;
  readonly clockShiftMs: number;
  readonly settings: Settings;
  readonly stateIntervalMs: number | undefined;
  readonly cut: Cut | undefined;
  readonly trouble: 'passing' | 'breaking' | undefined;
  readonly closesOrOpens: boolean;
  readonly switchesMode: boolean;
  readonly changesColumns: 'to others' | 'back' | undefined;
  /** Whether the edits before the last sync are undone. */
  readonly goesBack: boolean;
}

/** Every stream incrementally, all columns, and no trouble. */
export const PLAIN: Profile = {
  ...{ reading: 'byTimes', fullRefreshes: [], kills: 0, troubles: 0, closings: 0 },
  ...{ columns: false, filters: false, subsets: false },
};

export const PLAIN_SYNC: Plan = {
  ...{ streams: TENANT_STREAMS, isRetry: false, isFullRead: false, clockShiftMs: 0, settings: { concurrent_apps: 4 } },
  ...{ stateIntervalMs: undefined, cut: undefined, trouble: undefined },
  ...{ closesOrOpens: false, switchesMode: false, changesColumns: undefined, goesBack: false },
};

export interface Settings {
  readonly concurrent_apps: number;
  readonly reread_apps_after_days?: number;
  readonly include_personal_apps?: boolean;
  readonly include_spaces?: readonly string[];
  readonly exclude_spaces?: readonly string[];
}

/** When somebody ends the program: after some lines, or some that are records or states, and how. */
export interface Cut {
  readonly after: number;
  readonly of: 'lines' | 'records' | 'states';
  readonly signal: 'SIGKILL' | 'SIGTERM';
}

/** What a plan depends on. */
export interface Circumstances {
  readonly profile: Profile;
  /** Streams whose full refresh has not come to its end. */
  readonly unfinished: ReadonlySet<string>;
  readonly last: Plan | undefined;
  readonly beforeLast: Plan | undefined;
  readonly spaceIds: readonly string[];
}

export function planOf(die: Die, { profile, unfinished, last, beforeLast, spaceIds }: Circumstances): Plan {
  const isRetry = unfinished.size > 0 && last !== undefined && chance(die, 60);
  const isCalm = !isRetry;
  // What a killed sync has printed, nobody knows: that is when it matters that things go back.
  const goesBack = isCalm && last !== undefined && chance(die, last.cut ? 50 : 10);
  const isJump = isCalm && profile.reading === 'byTimes' && chance(die, 15);
  const isBackward = isCalm && !isJump && chance(die, 10);
  const shiftMs = last?.clockShiftMs ?? 0;
  const chosen = TENANT_STREAMS.filter(() => !profile.subsets || chance(die, 60));
  return {
    streams: isRetry ? last.streams : chosen.length > 0 ? chosen : TENANT_STREAMS,
    isRetry,
    isFullRead: profile.reading === 'always' || isJump,
    clockShiftMs: shiftMs + (isJump ? 26 * HOUR_MS : 0) - (isBackward ? die(10) * 60_000 : 0),
    settings: isRetry
      ? last.settings
      : settingsOf(die, profile, { spaceIds, earlier: goesBack ? beforeLast : undefined }),
    stateIntervalMs: pick(die, [0, 0, 20, undefined, undefined]),
    cut: chance(die, profile.kills) ? cutOf(die) : undefined,
    trouble: chance(die, profile.troubles) ? pick(die, ['passing', 'breaking'] as const) : undefined,
    closesOrOpens: isCalm && chance(die, profile.closings),
    switchesMode: chance(die, 5),
    changesColumns: isCalm && profile.columns ? columnsOf(die, { isFirst: !last, goesBack }) : undefined,
    goesBack,
  };
}

function columnsOf(die: Die, { isFirst, goesBack }: { isFirst: boolean; goesBack: boolean }): Plan['changesColumns'] {
  if (isFirst) return 'to others';
  if (goesBack) return 'back';
  return chance(die, 15) ? 'to others' : undefined;
}

interface FilterChoice {
  readonly spaceIds: readonly string[];
  /** The sync whose filters come back, if any do. */
  readonly earlier: Plan | undefined;
}

function settingsOf(die: Die, { reading, filters }: Profile, { spaceIds, earlier }: FilterChoice): Settings {
  const some = (percent: number) => spaceIds.filter(() => chance(die, percent));
  const chosen =
    filters && chance(die, 60)
      ? { include_personal_apps: die(2) === 0, include_spaces: die(3) === 0 ? some(60) : [], exclude_spaces: some(30) }
      : {};
  return {
    concurrent_apps: 1 + die(4),
    ...(reading === 'always' && { reread_apps_after_days: 0 }),
    ...(earlier ? filtersOf(earlier, spaceIds) : chosen),
  };
}

/** The filters of a sync, spaces that are gone apart. */
function filtersOf({ settings }: Plan, spaceIds: readonly string[]) {
  const { include_personal_apps, include_spaces = [], exclude_spaces = [] } = settings;
  const known = (ids: readonly string[]) => ids.filter((id) => spaceIds.includes(id));
  return {
    ...(include_personal_apps !== undefined && { include_personal_apps }),
    ...{ include_spaces: known(include_spaces), exclude_spaces: known(exclude_spaces) },
  };
}

const MOST = { lines: [15, 60, 250], records: [3, 15, 100], states: [10] };

function cutOf(die: Die): Cut {
  // What is printed behind a state matters most.
  const of = pick(die, ['lines', 'records', 'records', 'states'] as const);
  const signal = pick(die, ['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
  return { of, after: 1 + die(pick(die, MOST[of])), signal };
}
