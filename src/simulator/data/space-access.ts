import { chance, type Die, dice, pick } from './dice.ts';
import type { FirstRows } from './first-rows.ts';
import type { Plan } from './plan.ts';
import { remember } from './remember.ts';
import type { RowMaker } from './row-list.ts';
import type { Space } from './spaces.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /spaces/{spaceId}/assignments. */
export interface Assignment {
  id: string;
  spaceId: string;
  tenantId: string;
  type: 'user' | 'group' | 'bot';
  assigneeId: string;
  roles: string[];
  createdAt?: string;
  createdBy?: string;
  updatedAt?: string;
  updatedBy?: string;
  links: { self: { href: string }; space: { href: string } };
}

/** A row of GET /spaces/{spaceId}/shares. */
export interface Share extends Omit<Assignment, 'type' | 'assigneeId'> {
  type: 'user' | 'group' | 'link';
  assigneeId?: string;
  spaceType: Space['type'];
  resourceType: 'app';
  resourceId: string;
  resourceName?: string;
  disabled?: boolean;
}

const ASSIGNMENTS_A_SPACE = 4;

/** So many assignments a space, in turn. */
export function assignmentMaker(first: FirstRows): RowMaker<Assignment> {
  const { plan } = first;
  const size = plan.spaces * ASSIGNMENTS_A_SPACE;
  return rowsOf('assignments', size, plan, (index, die, common) => {
    const space = first.spaces.rowAt(index % Math.max(1, plan.spaces));
    const type = plan.groups && chance(die, 30) ? 'group' : chance(die, 10) ? 'bot' : 'user';
    return {
      ...common(space, 'assignments'),
      ...{ type, assigneeId: assignee(first, type, die) },
      roles: space.meta.assignableRoles.filter((_, place) => place === index % 3 || chance(die, 20)),
    };
  });
}

/** A share for every third space or so. */
export function shareMaker(first: FirstRows): RowMaker<Share> {
  const { plan } = first;
  const size = plan.apps ? Math.floor(plan.spaces / 3) * 2 : 0;
  return rowsOf('shares', size, plan, (index, die, common) => {
    const space = first.spaces.rowAt((index * 3) % Math.max(1, plan.spaces));
    const type = pick(die, ['user', 'link', 'link'] as const);
    const { resourceId, name } = first.appAt(die(Math.max(1, plan.apps)));
    return {
      ...common(space, 'shares'),
      spaceType: space.type,
      type,
      ...(type === 'link' ? { disabled: chance(die, 30) } : { assigneeId: assignee(first, type, die) }),
      ...{ resourceType: 'app' as const, resourceId, resourceName: name, roles: ['consumer'] },
    };
  });
}

function assignee({ plan, users, groups }: FirstRows, type: Assignment['type'], die: Die): string {
  if (type === 'group') return groups.idAt(die(plan.groups));
  return type === 'bot' ? plan.botId : users.idAt(die(plan.users));
}

type Common = (space: Space, what: string) => Omit<Assignment, 'type' | 'assigneeId' | 'roles'>;

/** Makes each row once: those of one space are looked for among the rows of all, space by space. */
function rowsOf<Row extends { id: string }>(
  kind: string,
  size: number,
  plan: Plan,
  make: (index: number, die: Die, common: Common) => Row,
): RowMaker<Row> {
  const time = timeline(plan, kind, size);
  const dieAt = dice(plan.seed, kind);
  const rowAt = (index: number) => {
    const die = dieAt(index);
    const id = time.idAt(index);
    const createdMs = time.createdMs(index);
    const common: Common = (space, what) => ({
      ...{ id, spaceId: space.id, tenantId: plan.tenantId },
      createdAt: iso(createdMs),
      createdBy: plan.adminId,
      updatedAt: iso(createdMs + die(90) * 3_600_000),
      updatedBy: plan.adminId,
      links: {
        self: { href: `${space.links.self.href}/${what}/${id}` },
        space: { href: space.links.self.href },
      },
    });
    return make(index, die, common);
  };
  return { size, rowAt: remember(rowAt), idAt: time.idAt, indexOf: time.indexOf };
}
