import { chance, type Die, dice, pick } from '../../src/simulator/data/dice.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { streams as offered } from '../../src/streams/index.ts';
import type { Message } from '../support/messages.ts';
import { sizeOfLists } from '../support/sizes.ts';
import { namesOf } from '../support/stream-tests.ts';
import { History } from './history.ts';
import type { Trouble } from './history-troubles.ts';
import { Doubts } from './model-doubts.ts';
import { type Goal, goalOf } from './model-goal.ts';
import { isSplit, LogModel } from './model-log.ts';
import { type Columns, type Plan, type Profile, planOf, profileOf, someColumns } from './model-plan.ts';
import { rowsByKey } from './model-rows.ts';
import { count, StreamModel, type Tally } from './model-stream.ts';
import { type Sync, sync } from './model-sync.ts';
import { VisitJudge } from './model-visits.ts';

const SMALL: Partial<TenantSize> = { ...sizeOfLists(5), users: 15, sheets: 2, charts: 4 };

/** Lets a tenant live for some steps, with a sync after each; throws at the first that is not as it should be. */
export async function live(seed: number, steps: number, tally: Tally = {}): Promise<void> {
  await using tenant = await startSimulatedTenant({ ...SMALL, seed: 1 + (seed % 1_000) });
  Object.assign(tenant.engine.dials, dialsOf(dice(seed, 'dials')(0)));
  tenant.dials.reloadsOfAllApps = chance(dice(seed, 'admin')(0), 70);
  const model = new Model(tenant, profileOf(dice(seed, 'profile')(0)), tally);
  for (let step = 0; step < steps; step++) {
    const told: string[] = [];
    await model.step(dice(seed, 'step')(step), told).catch((error: Error & { readonly actual?: unknown }) => {
      const found = error.actual === undefined ? '' : `\n${JSON.stringify(error.actual).slice(0, 2_000)}`;
      const where = `MODEL_SEED=${seed}, step ${step}`;
      throw new Error(`${where}: ${error.message}${found}\nIn this step:\n${told.join('\n')}`, { cause: error });
    });
  }
}

/** A connection from a tenant to a warehouse, held to what the one should be to the other. */
export class Model {
  readonly #tenant: SimulatedTenant;
  readonly #profile: Profile;
  readonly #tally: Tally;
  readonly #history: History;
  readonly #visits: VisitJudge;
  readonly #streams: ReadonlyMap<string, StreamModel>;
  readonly #doubts = new Doubts();
  readonly #logs = new Map(namesOf('log').map((name) => [name, new LogModel()]));
  #columns: Columns = new Map();
  #columnsBefore: Columns = new Map();
  #last: Plan | undefined;
  #beforeLast: Plan | undefined;

  constructor(tenant: SimulatedTenant, profile: Profile, tally: Tally = {}) {
    tenant.data.documents.propertyPadding = 0;
    this.#tenant = tenant;
    this.#profile = profile;
    this.#tally = tally;
    this.#history = new History(tenant);
    this.#visits = new VisitJudge(tenant);
    this.#streams = new Map(offered.map((stream) => [stream.name, new StreamModel(stream, this.#doubts)]));
    for (const name of profile.fullRefreshes) this.#stream(name).switchMode();
  }

  /** Some edits, as the dice will have them, then a sync; what happens is told as it does. */
  async step(die: Die, told: string[]): Promise<void> {
    const plan = planOf(die, {
      profile: this.#profile,
      unfinished: this.#namesOf(({ isUnfinished }) => isUnfinished),
      last: this.#last,
      beforeLast: this.#beforeLast,
      spaceIds: [...this.#tenant.data.spaces.all()].map(({ id }) => id),
    });
    told.push(JSON.stringify(this.#profile), JSON.stringify(plan));
    const { goesBack, isFullRead } = plan;
    if (!plan.isRetry) told.push(...this.#history.live(die, { goesBack, timesMove: !isFullRead }));
    if (plan.closesOrOpens) told.push(...this.#history.closeOrOpen(die));
    if (plan.switchesMode) this.#switchSome(die, plan, told);
    if (plan.changesColumns) this.#changeColumns(die, plan.changesColumns, told);
    const trouble = plan.trouble && this.#history.trouble(die, plan.trouble);
    if (trouble) told.push(`trouble: ${trouble.name}`);
    await this.sync(plan, trouble).finally(() => trouble?.end());
  }

  /** A sync, and judgement on it. */
  async sync(plan: Plan, trouble?: Trouble): Promise<readonly Message[]> {
    const chosen = plan.streams.map((name) => this.#stream(name));
    for (const stream of chosen) stream.begin(plan.isRetry);
    this.#tenant.counts.reset();
    this.#tenant.engine.counts.reset();
    const ended = await sync({
      tenant: this.#tenant,
      plan,
      columns: this.#columns,
      modes: new Map(chosen.map(({ name, mode }) => [name, mode])),
      state: chosen.flatMap(({ name, arrivals }) => (arrivals.state ? [stateMessage(name, arrivals.state)] : [])),
    });
    [this.#last, this.#beforeLast] = [plan, this.#last];
    this.#receive(ended.result.messages);
    count(this.#tally, 'syncs');
    if (ended.wasCut) count(this.#tally, 'cut');
    const faults = [...ended.faults, ...this.#judge(plan, ended, trouble)];
    const said = ended.result.errors.map(({ message }) => `the program said: ${message}`);
    if (faults.length > 0) throw new Error([...faults, ...said].join('\n'));
    return ended.result.messages;
  }

  #judge(plan: Plan, ended: Sync, trouble: Trouble | undefined): string[] {
    const { result, wasCut } = ended;
    const { closed } = this.#history;
    const goal = goalOf(this.#tenant, plan, this.#streams);
    const { listed } = goal;
    const doubted = new Set(
      listed.keys().filter((appId) => plan.streams.some((name) => this.#doubts.isAbout(name, appId))),
    );
    const faults = plan.streams.flatMap((name) =>
      this.#judgeStream(this.#stream(name), { plan, goal, trouble }, ended),
    );
    const walkers = plan.streams.map((name) => this.#stream(name)).filter(({ isInSessions }) => isInSessions);
    const walk = { plan, result, wasCut, listed, closed, doubted, walkers, isTroubled: trouble !== undefined };
    return [...faults, ...this.#visits.judge(walk, this.#tally)];
  }

  #judgeStream(
    stream: StreamModel,
    { plan, goal, trouble }: { plan: Plan; goal: Goal; trouble: Trouble | undefined },
    { result, wasCut }: Sync,
  ): string[] {
    const { name, primaryKey } = stream;
    const end = result.statuses(name).at(-1)?.status;
    const status = end === 'COMPLETE' || end === 'INCOMPLETE' ? end : undefined;
    if (!status && !wasCut) return [`${name} has no end`];
    const [columns, rows, log] = [this.#columns.get(name), goal.rowsOf(name), this.#logs.get(name)];
    const isByApp = isSplit(this.#tenant.dials.reloadsOfAllApps, plan.settings);
    const history = log?.begin({ rows, columns, listed: new Set(goal.listed.keys()), isSplit: isByApp });
    const faults = stream.judge(
      {
        sent: result.rows(name),
        status,
        missed: trouble?.misses.get(name),
        closed: this.#history.closed,
        isRetry: plan.isRetry,
        truth: rowsByKey(history?.shown ?? rows, primaryKey, columns),
        log: history?.log,
        partitions: goal.partitionsOf(stream),
      },
      this.#tally,
    );
    if (status === 'COMPLETE') log?.complete();
    return faults;
  }

  #receive(messages: readonly Message[]): void {
    for (const { record, state, trace } of messages) {
      const name = record?.stream ?? (state?.stream ?? trace?.stream_status)?.stream_descriptor.name;
      if (name === undefined) continue;
      const { arrivals } = this.#stream(name);
      if (record) arrivals.record(record);
      if (state) arrivals.checkpoint(state.stream.stream_state);
      if (trace?.stream_status?.status === 'COMPLETE') arrivals.complete();
    }
  }

  /** From full refresh to incremental or back; not where something is left to be made good. */
  #switchSome(die: Die, { streams, isRetry }: Plan, told: string[]): void {
    const stream = this.#stream(pick(die, streams));
    if (isRetry || stream.isUnfinished) return;
    stream.switchMode();
    this.#visits.forget(stream.name);
    told.push(`${stream.name} is ${stream.mode} now`);
  }

  /** Others are selected, or those again that were before, so that every row is another one. */
  #changeColumns(die: Die, way: 'to others' | 'back', told: string[]): void {
    const chosen = way === 'back' ? this.#columnsBefore : someColumns(die);
    [this.#columns, this.#columnsBefore] = [chosen, this.#columns];
    for (const { name, isInApps } of this.#streams.values()) if (isInApps) this.#visits.forget(name);
    told.push(JSON.stringify([...this.#columns].map(([name, columns]) => [name, ...columns])));
  }

  #namesOf(fits: (stream: StreamModel) => boolean): Set<string> {
    return new Set([...this.#streams.values()].filter(fits).map(({ name }) => name));
  }

  #stream(name: string): StreamModel {
    const stream = this.#streams.get(name);
    if (!stream) throw new Error(`there is no stream ${name}`);
    return stream;
  }
}

/** What is not known of Qlik's engine. */
function dialsOf(die: Die): Partial<EngineDials> {
  return {
    listedExpressions: pick(die, ['evaluated', 'stored']),
    privateSheets: pick(die, ['own', 'all']),
    getObjects: pick(die, ['supported', 'supported', 'unknown', 'invalid']),
    getObjectsLists: pick(die, ['roots', 'children']),
  };
}

function stateMessage(name: string, state: object): object {
  return { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } };
}
