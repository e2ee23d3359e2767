import { isLogStream, isPartitionStream } from '../../src/cdk/stream.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams as offered } from '../../src/streams/index.ts';
import type { Run } from '../support/program.ts';
import { streamsOf } from '../support/stream-tests.ts';
import { isSplit } from './model-log.ts';
import type { Plan } from './model-plan.ts';
import { count, type StreamModel, type Tally } from './model-stream.ts';

const DAY_MS = 86_400_000;

/** What a stream may remember of an app. */
interface Remembered {
  /** Times of the app's item, any of which the last visit may have seen. */
  readonly times: Set<string>;
  /** The latest Unix time in milliseconds at which it has certainly been read in full. */
  readAtMs: number | undefined;
}

/** A sync of one stream, as far as its visits go. */
interface Facts {
  readonly stream: string;
  /** The times of the items of all apps that are listed. */
  readonly listed: ReadonlyMap<string, string>;
  readonly visited: ReadonlySet<string>;
  readonly nowMs: number;
  readonly rereadAfterDays: number;
}

/** Which apps a sync has a reason to open. */
class Reasons {
  readonly #known = new Map<string, Map<string, Remembered>>();

  /** Whether the app is new to the stream, may have moved, or may be due: a period is cut short by three quarters at most. */
  hasReason(appId: string, { stream, listed, nowMs, rereadAfterDays }: Facts): boolean {
    const remembered = this.#of(stream).get(appId);
    if (remembered?.readAtMs === undefined || rereadAfterDays === 0) return true;
    const hasMoved = [...remembered.times].some((time) => time !== listed.get(appId));
    return hasMoved || nowMs - remembered.readAtMs >= (rereadAfterDays * DAY_MS) / 4;
  }

  /** A sync has come to its end, or not. */
  note({ stream, listed, visited, nowMs, rereadAfterDays }: Facts, isComplete: boolean): void {
    const known = this.#of(stream);
    for (const [appId, time] of listed) {
      const { times, readAtMs } = known.get(appId) ?? { times: new Set<string>(), readAtMs: undefined };
      const isDue = readAtMs === undefined || nowMs - readAtMs >= rereadAfterDays * DAY_MS;
      const isRead = isComplete && visited.has(appId) && isDue;
      const all = isComplete ? [time] : [...times, time];
      known.set(appId, { times: new Set(all), readAtMs: isRead ? nowMs : readAtMs });
    }
    if (isComplete) for (const appId of known.keys()) if (!listed.has(appId)) known.delete(appId);
  }

  /** Nothing is known of the stream any more. */
  forget(stream: string): void {
    this.#known.delete(stream);
  }

  #of(stream: string): Map<string, Remembered> {
    const known = this.#known.get(stream) ?? new Map<string, Remembered>();
    this.#known.set(stream, known);
    return known;
  }
}

/** A sync, as far as its visits go. */
interface Walk {
  readonly plan: Plan;
  readonly result: Run;
  readonly wasCut: boolean;
  readonly listed: ReadonlyMap<string, string>;
  readonly closed: ReadonlySet<string>;
  /** Apps whose sheets the sync before has doubted. */
  readonly doubted: ReadonlySet<string>;
  /** The streams that are read in apps. */
  readonly walkers: readonly StreamModel[];
  /** Whether something went wrong that is no refusal of an app. */
  readonly isTroubled: boolean;
}

/** Judges which apps were opened, how often, and what is said of those that could not be. */
export class VisitJudge {
  readonly #tenant: SimulatedTenant;
  readonly #reasons = new Reasons();
  /** Streams and apps whose refusal the state has to remember. */
  readonly #refused = new Set<string>();
  /** Whether the program before was killed: what it asked last may have been counted since. */
  #isAfterKill = false;
  /** Apps that have been closed: of each space one that was refused is tried at every sync. */
  readonly #onceClosed = new Set<string>();

  constructor(tenant: SimulatedTenant) {
    this.#tenant = tenant;
  }

  judge(walk: Walk, tally: Tally): string[] {
    const { plan, result, listed, closed, walkers, wasCut, isTroubled } = walk;
    const { visits } = this.#tenant.engine.counts;
    const visited = visits.map(({ appId }) => appId);
    count(tally, 'visits', visited.length);
    if (walkers.length > 0) count(tally, 'apps left alone', listed.size - new Set(visited).size);
    for (const appId of closed) this.#onceClosed.add(appId);
    const nowMs = Date.now() + plan.clockShiftMs;
    const rereadAfterDays = plan.settings.reread_apps_after_days ?? 1;
    const factsOf = ({ name }: StreamModel) => ({
      ...{ stream: name, listed, nowMs, rereadAfterDays },
      visited: new Set(visited),
    });
    const hasReason = (appId: string) =>
      walk.doubted.has(appId) ||
      this.#onceClosed.has(appId) ||
      walkers.some(
        (stream) =>
          stream.mode === 'full_refresh' || stream.isUnsureOf(appId) || this.#reasons.hasReason(appId, factsOf(stream)),
      );
    const faults = [
      ...visited.filter((appId) => !listed.has(appId)).map((appId) => `${appId} was opened and is not listed`),
      ...needless(visited, hasReason, closed).map((appId) => `${appId} was opened without a reason`),
      ...(isTroubled || this.#isAfterKill ? [] : twice(visited)).map((appId) => `${appId} was opened twice`),
      ...(isTroubled || this.#isAfterKill || wasCut ? [] : this.#listings(plan)),
    ];
    this.#isAfterKill = wasCut;
    for (const stream of walkers) {
      const isComplete = result.statuses(stream.name).at(-1)?.status === 'COMPLETE';
      if (stream.mode === 'incremental') this.#reasons.note(factsOf(stream), isComplete);
      if (isComplete) for (const appId of visited) if (closed.has(appId)) this.#refused.add(`${stream.name} ${appId}`);
    }
    return [...faults, ...this.#silences(walk)];
  }

  forget(stream: string): void {
    this.#reasons.forget(stream);
    for (const refusal of this.#refused) if (refusal.startsWith(`${stream} `)) this.#refused.delete(refusal);
  }

  #listings({ streams, settings }: Plan): string[] {
    const listings = this.#tenant.counts.paths['/api/v1/items'] ?? 0;
    const ofApps = offered.filter(
      (one) =>
        one.name === 'apps' ||
        (isPartitionStream(one) && one.partitionedBy === 'apps') ||
        (isLogStream(one) && isSplit(this.#tenant.dials.reloadsOfAllApps, settings)),
    );
    const forApps = ofApps.some(({ name }) => streams.includes(name)) ? 1 : 0;
    const others = streamsOf('list').filter(({ name, call }) => name !== 'apps' && call.resource === 'items');
    const due = forApps + others.filter(({ name }) => streams.includes(name)).length;
    return listings === due ? [] : [`the items were listed ${listings} times, not ${due}`];
  }

  /** Apps that are known to be closed and not spoken of. */
  #silences({ result, closed, listed, walkers }: Walk): string[] {
    for (const refusal of this.#refused) if (!closed.has(refusal.split(' ')[1] ?? '')) this.#refused.delete(refusal);
    const warnings = result.messages.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : [])).join('\n');
    const read = walkers.filter(({ isDone }) => !isDone);
    const complete = read.filter(({ name }) => result.statuses(name).at(-1)?.status === 'COMPLETE');
    const isKnown = (appId: string) => complete.some(({ name }) => this.#refused.has(`${name} ${appId}`));
    return [...closed]
      .filter((appId) => listed.has(appId) && isKnown(appId) && !warnings.includes(appId))
      .map((appId) => `no warning says that ${appId} is closed`);
  }
}

function twice(visited: readonly string[]): string[] {
  return visited.filter((appId, index) => visited.indexOf(appId) !== index);
}

/** Apps that there was no need to open. Where all others are closed, one more tells whether anything can be opened at all. */
function needless(visited: readonly string[], hasReason: (appId: string) => boolean, closed: ReadonlySet<string>) {
  const [due, others] = [visited.filter(hasReason), visited.filter((appId) => !hasReason(appId))];
  const areAllClosed = due.length > 0 && due.every((appId) => closed.has(appId));
  return areAllClosed ? others.slice(1) : others;
}
