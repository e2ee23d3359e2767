import { faker } from '@faker-js/faker/locale/en';
import { chance, dice } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /spaces. */
export interface Space {
  id: string;
  type: 'shared' | 'managed' | 'data';
  ownerId?: string;
  tenantId: string;
  name: string;
  description?: string;
  meta: { actions: string[]; roles: string[]; assignableRoles: string[] };
  links: { self: { href: string }; assignments: { href: string } };
  createdAt: string;
  createdBy?: string;
  updatedAt: string;
}

const TYPES = ['shared', 'managed', 'data'] as const;
const ACTIONS = {
  shared: ['change_owner', 'create', 'delete', 'read', 'update'],
  managed: ['change_owner', 'create', 'delete', 'publish', 'read', 'restrict', 'update'],
  data: ['change_owner', 'create', 'delete', 'read', 'update'],
};
const ROLES = {
  shared: ['codeveloper', 'consumer', 'dataconsumer', 'facilitator', 'producer'],
  managed: ['basicconsumer', 'consumer', 'contributor', 'dataconsumer', 'facilitator', 'operator', 'publisher'],
  data: ['dataconsumer', 'datapreview', 'facilitator', 'producer'],
};

/** What kind of space has this index: shared, managed and data take turns. */
export function spaceType(index: number): Space['type'] {
  return TYPES[index % 3] as Space['type'];
}

/** Spaces of the three types; personal spaces are never listed. */
export function spaceMaker(plan: Plan, userIdAt: (index: number) => string): RowMaker<Space> {
  faker.seed(plan.seed);
  const topics = Array.from(
    { length: 60 },
    () => `${faker.commerce.productAdjective()} ${faker.commerce.department()}`,
  );
  const time = timeline(plan, 'spaces', plan.spaces);
  const dieAt = dice(plan.seed, 'spaces');
  const rowAt = (index: number): Space => {
    const die = dieAt(index);
    const id = time.idAt(index);
    const type = spaceType(index);
    const owner = userIdAt(die(plan.users));
    const self = `${plan.origin}/api/v1/spaces/${id}`;
    const round = Math.floor(index / topics.length);
    return {
      id,
      type,
      ownerId: owner,
      tenantId: plan.tenantId,
      name: `${topics[index % topics.length]} ${type}${round ? ` ${round + 1}` : ''}`,
      description: chance(die, 50) ? '' : 'What the department works with',
      meta: { actions: ACTIONS[type], roles: [], assignableRoles: ROLES[type] },
      links: { self: { href: self }, assignments: { href: `${self}/assignments` } },
      createdAt: iso(time.createdMs(index)),
      createdBy: owner,
      updatedAt: iso(time.createdMs(index) + die(300) * 3_600_000),
    };
  };
  return { size: plan.spaces, rowAt, idAt: time.idAt, indexOf: time.indexOf };
}
