import { faker } from '@faker-js/faker/locale/en';
import { chance, type Die, dice, pick } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, openedMs, timeline } from './timeline.ts';

/** A role as users and groups name it. */
export interface RoleReference {
  id: string;
  name: string;
  type: 'default' | 'custom';
  level: 'admin' | 'user';
}

/** A row of GET /roles. */
export interface Role extends RoleReference {
  tenantId: string;
  description: string;
  permissions: string[];
  assignedScopes?: string[];
  canEdit: boolean;
  canDelete: boolean;
  userEntitlementType?: string;
  fullUser?: boolean;
  createdAt: string;
  lastUpdatedAt: string;
  createdBy?: string;
  updatedBy?: string;
  links: { self: { href: string } };
}

/** A group as users name it. */
export interface GroupReference {
  id: string;
  name: string;
  providerType?: 'idp' | 'custom';
  assignedRoles?: RoleReference[];
}

/** A row of GET /groups. */
export interface Group extends GroupReference {
  tenantId: string;
  status: 'active' | 'disabled';
  description?: string;
  createdAt: string;
  lastUpdatedAt: string;
  createdBy?: string;
  updatedBy?: string;
  links: { self: { href: string } };
}

const DEFAULT_ROLES = [
  'TenantAdmin',
  'AnalyticsAdmin',
  'AuditAdmin',
  'AutomationCreator',
  'AutomlDeploymentContributor',
  'AutomlExperimentContributor',
  'CollaborationPlatformUser',
  'DataAdmin',
  'DataProductManager',
  'DataServicesContributor',
  'DataSpaceCreator',
  'EmbeddedAnalyticsUser',
  'ManagedSpaceCreator',
  'PrivateAnalyticsContentCreator',
  'SharedSpaceCreator',
  'Steward',
];
const PERMISSIONS = ['automation:delete', 'automation:list', 'app:read', 'space:list', 'user:read', 'api-keys:create'];
const SCOPES = ['user_default', 'admin.apps:read', 'admin.spaces:read', 'api-keys', 'automations'];

/** The default roles, the tenant admin first, then custom ones. */
export function roleMaker(plan: Plan): RowMaker<Role> {
  const time = timeline(plan, 'roles', plan.roles);
  const dieAt = dice(plan.seed, 'roles');
  const rowAt = (index: number): Role => {
    const die = dieAt(index);
    const id = time.idAt(index);
    const createdMs = time.createdMs(index);
    const shared = {
      id,
      permissions: PERMISSIONS.filter(() => chance(die, 40)),
      createdAt: iso(createdMs),
      lastUpdatedAt: iso(createdMs + die(90) * 3_600_000),
      links: { self: { href: `${plan.origin}/api/v1/roles/${id}` } },
    };
    const name = index < plan.roles ? DEFAULT_ROLES[index] : undefined;
    return { ...shared, ...(name ? defaultRole(name) : customRole(plan, index, die)) };
  };
  return { size: plan.roles, rowAt, idAt: time.idAt, indexOf: time.indexOf };
}

function defaultRole(name: string) {
  const level: Role['level'] = name.endsWith('Admin') ? 'admin' : 'user';
  const always = { name, tenantId: '', description: '', type: 'default' as const, level };
  return { ...always, canEdit: false, canDelete: false, userEntitlementType: 'fullUser', fullUser: true };
}

function customRole({ tenantId, adminId }: Plan, index: number, die: Die) {
  return {
    name: `Custom role ${index - DEFAULT_ROLES.length + 1}`,
    tenantId,
    description: chance(die, 50) ? '' : 'May do what its name says',
    type: 'custom' as const,
    level: chance(die, 30) ? ('admin' as const) : ('user' as const),
    assignedScopes: SCOPES.filter(() => chance(die, 40)),
    ...{ canEdit: true, canDelete: true, createdBy: adminId, updatedBy: adminId },
  };
}

/** Groups that an identity provider brought and groups made by hand; some share a name. */
export function groupMaker(plan: Plan, roleAt: (index: number) => Role): RowMaker<Group> {
  faker.seed(plan.seed);
  const departments = Array.from({ length: 40 }, () => faker.commerce.department());
  const time = timeline(plan, 'groups', plan.groups);
  const dieAt = dice(plan.seed, 'groups');
  const rowAt = (index: number): Group => {
    const die = dieAt(index);
    const id = time.idAt(index);
    const createdAt = iso(time.createdMs(index));
    const isCustom = index % 3 === 1;
    const round = Math.floor(index / 2 / departments.length);
    const name = departments[(index >> 1) % departments.length] as string;
    return {
      id,
      tenantId: plan.tenantId,
      name: round ? `${name} ${round + 1}` : name,
      status: chance(die, 90) ? 'active' : 'disabled',
      providerType: isCustom ? 'custom' : 'idp',
      createdAt,
      lastUpdatedAt: iso(time.createdMs(index) + die(200) * 3_600_000),
      ...(isCustom && { description: `Everyone in ${name}`, createdBy: plan.adminId, updatedBy: plan.adminId }),
      assignedRoles: chance(die, 40) ? [reference(roleAt(die(plan.roles)))] : [],
      links: { self: { href: `${plan.origin}/api/v1/groups/${id}` } },
    };
  };
  return { size: plan.groups, rowAt, idAt: time.idAt, indexOf: time.indexOf };
}

/** The groups that every tenant has; they are listed apart from the others. */
export function systemGroupMaker(plan: Plan): RowMaker<Group> {
  const id = '000000000000000000000001';
  const at = iso(openedMs(plan.nowMs));
  const everyone: Group = {
    id,
    tenantId: plan.tenantId,
    name: 'com.qlik.Everyone',
    status: 'active',
    createdAt: at,
    lastUpdatedAt: at,
    assignedRoles: [],
    links: { self: { href: `${plan.origin}/api/v1/groups/${id}` } },
  };
  return { size: 1, rowAt: () => everyone, idAt: () => id, indexOf: (wanted) => (wanted === id ? 0 : -1) };
}

/** A few of the first `count` roles, the first of them never. */
export function someRoles(die: Die, count: number, roleAt: (index: number) => Role): RoleReference[] {
  if (count < 2) return [];
  const indexes = new Set(Array.from({ length: die(3) }, () => 1 + die(count - 1)));
  return [...indexes].map((index) => reference(roleAt(index)));
}

/** A role as others name it. */
export function reference({ id, name, type, level }: Role): RoleReference {
  return { id, name, type, level };
}

/** One of the scopes that may be given to a user directly. */
export function someScopes(die: Die): string[] {
  return [pick(die, SCOPES)];
}
