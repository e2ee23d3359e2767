import { faker } from '@faker-js/faker/locale/en';
import { notFound } from '../answer.ts';
import { SECRET_MARK } from '../data/connections.ts';
import { chance, type Die, hex, pick, uuid } from '../data/dice.ts';
import type { FirstRows } from '../data/first-rows.ts';
import type { RowMaker } from '../data/row-list.ts';
import { seededRows } from '../data/seeded-rows.ts';
import { iso } from '../data/timeline.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

/** A row of GET /automations. */
interface Automation {
  id: string;
  name: string;
  description?: string;
  state: 'available' | 'unavailable' | 'disabled';
  runMode: 'manual' | 'scheduled' | 'triggered' | 'webhook';
  spaceId?: string;
  ownerId: string;
  createdAt: string;
  updatedAt: string;
  lastRunAt?: string;
  lastRunStatus?: 'failed' | 'finished' | 'finished with warnings' | 'running' | 'stopped';
  /** In seconds, as a text in some answers. */
  duration?: number | string;
  lastRun?: {
    id: string;
    status: string;
    title: string;
    context: 'editor' | 'api_async' | 'webhook';
    isTestRun: boolean;
    executedById: string;
    ownerId: string;
    spaceId?: string;
    startTime: string;
    stopTime: string;
    createdAt: string;
    updatedAt: string;
    isArchived: boolean;
    /** What a run has met, in words that quote data. */
    error: { message: string }[] | null;
    metrics: null;
  };
  timeout: number;
  containsBillable: boolean;
  maxConcurrentRuns: number;
  connectorIds: string[];
  endpointIds: string[];
  snippetIds: string[];
  /** Whoever has it starts the automation. */
  executionToken: string;
  workspace: { blocks: { id: string; inputs: { value: string }[] }[] };
}

const WORKFLOWS = '/api/workflows/automations';
const STATES = ['available', 'available', 'available', 'unavailable', 'disabled'] as const;
const RUN_MODES = ['manual', 'scheduled', 'triggered', 'webhook'] as const;
const CONTEXTS = ['editor', 'api_async', 'webhook'] as const;
const RESULTS = ['finished', 'finished', 'finished with warnings', 'failed', 'stopped'] as const;

/**
 * GET /automations (https://qlik.dev/apis/rest/automations/): the caller's own, or all by `listAll`, which admins may ask for. Its
 * last page has `next: { href: null }`. Qlik says that the list below /api/workflows replaces it.
 */
export const automations = {
  path: 'automations',
  alsoAt: WORKFLOWS,
  refuse: ({ call, dials }) =>
    call.url.pathname === WORKFLOWS && !dials.workflows ? notFound('AUTOMATIONS') : undefined,
  size: ({ apps }) => Math.ceil(apps / 10),
  rows: automationRows,
  endpoint: ({ plan }) => ({
    prefix: 'AUTOMATIONS',
    limit: { default: 20, max: 100 },
    sorts: ['+id', ...bothWays('id name runMode state createdAt updatedAt lastRunAt lastRunStatus'.split(' '))],
    cursor: 'cursor',
    end: 'nullHref',
    filters: { filter: scimFilter(['name', 'runMode', 'lastRunStatus', 'ownerId', 'spaceId'], ['eq', 'co']) },
    unless: { listAll: ({ ownerId }) => ownerId === plan.adminId },
  }),
} satisfies RestList<Automation>;

/** Automations in shared spaces and personal ones. */
function automationRows({ plan, users, spaces }: FirstRows, size: number): RowMaker<Automation> {
  faker.seed(plan.seed + 2);
  const names = Array.from({ length: 40 }, () => `${faker.company.buzzVerb()} ${faker.commerce.department()}`);
  return seededRows({ era: plan, name: 'automation', size, ids: 'uuid' }, ({ index, id, createdMs, die }) => {
    const ranMs = chance(die, 80) ? createdMs + die(300) * 3_600_000 : undefined;
    const some = () => Array.from({ length: die(3) }, () => uuid(die));
    const secret = SECRET_MARK + hex(die, 8);
    const inSpace = plan.spaces && die(3) && { spaceId: spaces.idAt(die(plan.spaces)) };
    const place = { ...inSpace, ownerId: users.idAt(die(plan.users)) };
    return {
      id,
      name: names[index % names.length] ?? '',
      ...(chance(die, 50) && { description: 'What happens when nobody looks' }),
      ...{ state: pick(die, STATES), runMode: pick(die, RUN_MODES) },
      ...place,
      createdAt: iso(createdMs),
      updatedAt: iso(createdMs + die(90) * 3_600_000),
      ...(ranMs && lastRunOf(ranMs, { index, die, secret, place })),
      ...{ maxConcurrentRuns: 1 + die(5), timeout: 60 * (1 + die(24)), containsBillable: chance(die, 30) },
      ...{ connectorIds: some(), endpointIds: some(), snippetIds: some() },
      executionToken: secret,
      workspace: { blocks: [{ id: uuid(die), inputs: [{ value: secret }] }] },
    };
  });
}

interface RunFacts {
  index: number;
  die: Die;
  secret: string;
  /** Where the automation is, and whose. */
  place: Pick<Automation, 'spaceId' | 'ownerId'>;
}

/** What an automation tells of its last run, which ended then. */
function lastRunOf(endMs: number, { index, die, secret, place }: RunFacts) {
  const status = pick(die, RESULTS);
  const seconds = die(600);
  const times = { startTime: iso(endMs - seconds * 1000), stopTime: iso(endMs) };
  return {
    lastRunAt: iso(endMs),
    lastRunStatus: status,
    duration: index % 2 ? seconds : String(seconds),
    lastRun: {
      ...{ id: uuid(die), status, title: '', context: pick(die, CONTEXTS), isTestRun: false },
      ...{ ...place, executedById: place.ownerId, ...times, createdAt: times.startTime, updatedAt: times.stopTime },
      ...{ isArchived: false, error: status === 'failed' ? [{ message: `no row ${secret}` }] : null, metrics: null },
    },
  };
}
