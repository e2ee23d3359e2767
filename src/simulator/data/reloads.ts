import { SECRET_MARK } from './connections.ts';
import { chance, type Die, dice, hex, pick, uuid } from './dice.ts';
import type { FirstRows } from './first-rows.ts';
import type { RowList, RowMaker } from './row-list.ts';
import { iso, isoSeconds } from './timeline.ts';

/** How a reload ends. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'EXCEEDED_LIMIT';

/** A row of GET /reloads, as it is without its log. */
export interface Reload {
  id: string;
  appId: string;
  tenantId: string;
  userId: string;
  type: 'hub' | 'external' | 'chronos' | 'automations' | 'data-refresh' | 'choreographer';
  status: 'QUEUED' | 'RELOADING' | 'CANCELING' | EndStatus;
  /** In seconds or milliseconds. */
  creationTime: string;
  startTime?: string;
  endTime?: string;
  engineTime?: string;
  /** In seconds. */
  duration?: number;
  errorCode?: string;
  errorMessage?: string;
  partial?: boolean;
  weight?: number;
  resourceType?: 'api' | 'reload-tasks' | 'tasks' | 'automate';
  resourceId?: string;
  links: { self: { href: string } };
}

/** Every so many apps have a reload that is under way. */
const UNDER_WAY = 20;
const ENDS = [...Array(5).fill('SUCCEEDED'), 'FAILED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT'] as const;
const FAILURE = { errorCode: 'EngineConnectorError', errorMessage: 'Connector connect error: the server is gone' };
const TRIGGERS: Pick<Reload, 'type' | 'resourceType'>[] = [
  { type: 'chronos', resourceType: 'reload-tasks' },
  { type: 'chronos' },
  { type: 'hub' },
  { type: 'external', resourceType: 'api' },
  { type: 'automations', resourceType: 'automate' },
  { type: 'choreographer', resourceType: 'tasks' },
  { type: 'data-refresh' },
];

/**
 * So many reloads of every app that was ever reloaded, the first of them the one that made its data; in the place of an app that
 * never was, those of an app that is deleted since. What is added is queued.
 */
export function reloadMaker({ plan, appAt }: FirstRows, ofAnApp: number): RowMaker<Reload> {
  const size = plan.apps * ofAnApp;
  const anApp = Math.max(1, ofAnApp);
  const dieAt = dice(plan.seed, 'reloads');
  const idDie = dice(plan.seed, 'reload ids');
  const goneDie = dice(plan.seed, 'deleted apps');
  const idAt = (index: number) => hex(idDie(index), 18) + index.toString(16).padStart(6, '0');
  const indexOf = (id: string) => {
    const index = Number.parseInt(id.slice(-6), 16);
    return idAt(index) === id ? index : -1;
  };

  const rowAt = (index: number): Reload => {
    const die = dieAt(index);
    const app = Math.floor(index / anApp);
    const { resourceId, ownerId, spaceId, createdAt, resourceAttributes } = appAt(app);
    const { lastReloadTime } = resourceAttributes as { lastReloadTime: string };
    const id = idAt(index);
    const trigger = pick(die, TRIGGERS);
    const isByTask = trigger.resourceType !== undefined && trigger.resourceType !== 'api';
    const common = {
      ...{ id, appId: lastReloadTime ? resourceId : uuid(goneDie(app)), tenantId: plan.tenantId },
      ...{ userId: chance(die, 80) ? ownerId : plan.adminId, ...trigger, partial: chance(die, 10) },
      ...(chance(die, 80) && { weight: spaceId ? 1 + die(10) : 1 }),
      ...(isByTask && { resourceId: hex(die, 24) }),
      links: { self: { href: `${plan.origin}/api/v1/reloads/${id}` } },
    };
    const round = index % anApp;
    const isLate = index >= size;
    if (isLate || (round === anApp - 1 && app % UNDER_WAY === 0))
      return { ...common, ...underWay(die, { nowMs: plan.nowMs, isQueued: isLate || app % (UNDER_WAY * 2) === 0 }) };
    const createdMs = Date.parse(createdAt);
    const lastMs = Date.parse(lastReloadTime) || createdMs + 86_400_000;
    const share = (100 - (90 / anApp) * round - (round && die(Math.ceil(60 / anApp)))) / 100;
    const endMs = createdMs + Math.floor((lastMs - createdMs) * share);
    return { ...common, ...whole(die, round ? pick(die, ENDS) : 'SUCCEEDED', endMs) };
  };
  return { size, rowAt, idAt, indexOf, times: ['creationTime', 'startTime', 'endTime'] };
}

function underWay(die: Die, { nowMs, isQueued }: { nowMs: number; isQueued: boolean }) {
  const createdMs = nowMs - 60_000 - die(3_600_000);
  const creationTime = iso(createdMs);
  if (isQueued) return { status: 'QUEUED' as const, creationTime };
  return { status: 'RELOADING' as const, creationTime, startTime: iso(createdMs + 900) };
}

/** Some are cancelled before they begin. */
function whole(die: Die, status: EndStatus, endMs: number) {
  const startMs = endMs - 1000 - die(600_000);
  const createdMs = startMs - 500 - die(20_000);
  const isBegun = status !== 'CANCELED' || chance(die, 50);
  return {
    creationTime: chance(die, 30) ? isoSeconds(createdMs) : iso(createdMs),
    ...(isBegun && { startTime: iso(startMs), duration: Math.round((endMs - startMs) / 1000) }),
    ...ending(status, endMs),
  };
}

/** What a reload's end adds to its row. */
export function ending(status: EndStatus, endMs: number) {
  const endTime = iso(endMs);
  return {
    ...{ status, endTime },
    ...(status === 'SUCCEEDED' && { engineTime: endTime }),
    ...(status === 'FAILED' && FAILURE),
  };
}

/** Whether a reload is yet to end. */
export function isUnderWay({ status }: Reload): boolean {
  return status === 'QUEUED' || status === 'RELOADING' || status === 'CANCELING';
}

/** Takes the oldest reloads that have ended off the list, as Qlik may do with time. Returns them. */
export function forgetOldest(reloads: RowList<Reload>, count: number): Reload[] {
  const ended = reloads.walk('creationTime', 1).map(([, reload]) => reload);
  const forgotten = [...ended.filter((reload) => !isUnderWay(reload)).take(count)];
  for (const { id } of forgotten) reloads.delete(id);
  return forgotten;
}

/** A reload with its log, in which the script says what it does. */
export function withLog(reload: Reload): object {
  return { ...reload, log: `LIB CONNECT TO 'Orders';\nSET vPassword = '${SECRET_MARK}${reload.id}';` };
}
