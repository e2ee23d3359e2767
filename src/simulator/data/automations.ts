import { faker } from '@faker-js/faker/locale/en';
import { SECRET_MARK } from './connections.ts';
import { chance, dice, hex, pick, uuid } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /automations. */
export interface Automation {
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
  duration?: number;
  maxConcurrentRuns: number;
  connectorIds: string[];
  endpointIds: string[];
  snippetIds: string[];
  /** Whoever has it starts the automation. */
  executionToken: string;
  workspace: { blocks: { id: string; inputs: { value: string }[] }[] };
}

const STATES = ['available', 'available', 'available', 'unavailable', 'disabled'] as const;
const RUN_MODES = ['manual', 'scheduled', 'triggered', 'webhook'] as const;
const RESULTS = ['finished', 'finished', 'finished with warnings', 'failed', 'stopped'] as const;

/** Automations in shared spaces and personal ones. */
export function automationMaker(
  plan: Plan,
  userIdAt: (index: number) => string,
  spaceIdAt: (index: number) => string,
): RowMaker<Automation> {
  faker.seed(plan.seed + 2);
  const names = Array.from({ length: 40 }, () => `${faker.company.buzzVerb()} ${faker.commerce.department()}`);
  const size = plan.automations;
  const time = timeline(plan.seed, 'automations', size);
  const dieAt = dice(plan.seed, 'automations');
  const idDie = dice(plan.seed, 'automation ids');
  const idAt = (index: number) => uuid(idDie(index));
  const indexes = new Map(Array.from({ length: size }, (_, index) => [idAt(index), index]));
  const rowAt = (index: number): Automation => {
    const die = dieAt(index);
    const createdMs = time.createdMs(index);
    const ranMs = chance(die, 80) ? createdMs + die(300) * 3_600_000 : undefined;
    const some = () => Array.from({ length: die(3) }, () => uuid(die));
    const secret = SECRET_MARK + hex(die, 8);
    return {
      id: idAt(index),
      name: names[index % names.length] ?? '',
      ...(chance(die, 50) && { description: 'What happens when nobody looks' }),
      ...{ state: pick(die, [...STATES]), runMode: pick(die, [...RUN_MODES]) },
      ...(plan.spaces && die(3) && { spaceId: spaceIdAt(die(plan.spaces)) }),
      ownerId: userIdAt(die(plan.users)),
      createdAt: iso(createdMs),
      updatedAt: iso(createdMs + die(90) * 3_600_000),
      ...(ranMs && { lastRunAt: iso(ranMs), lastRunStatus: pick(die, [...RESULTS]), duration: die(600) }),
      maxConcurrentRuns: 1 + die(5),
      ...{ connectorIds: some(), endpointIds: some(), snippetIds: some() },
      executionToken: secret,
      workspace: { blocks: [{ id: uuid(die), inputs: [{ value: secret }] }] },
    };
  };
  return { size, rowAt, idAt, indexOf: (id) => indexes.get(id) ?? -1 };
}
