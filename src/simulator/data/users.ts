import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as japanese } from '@faker-js/faker/locale/ja';
import { faker as polish } from '@faker-js/faker/locale/pl';
import {
  type Group,
  type GroupReference,
  type Role,
  type RoleReference,
  reference,
  someRoles,
  someScopes,
} from './access.ts';
import { chance, type Die, dice, hex, pick } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /users. */
export interface User {
  id: string;
  tenantId: string;
  subject: string;
  name: string;
  email?: string;
  status?: 'active' | 'invited' | 'disabled' | 'deleted' | 'provisioned';
  picture?: string;
  locale?: string;
  zoneinfo?: string;
  preferredLocale?: string;
  preferredZoneinfo?: string;
  inviteExpiry?: number;
  createdAt?: string;
  lastUpdatedAt?: string;
  assignedRoles?: RoleReference[];
  assignedGroups?: GroupReference[];
  assignedScopes?: string[];
  links?: { self: { href: string } };
}

const STATUSES = [...Array(8).fill('active'), 'invited', 'invited', 'disabled', 'provisioned', 'deleted'] as const;
const PLACES = [
  ['en', 'Europe/London'],
  ['en-US', 'America/New_York'],
  ['de', 'Europe/Berlin'],
  ['pl', 'Europe/Warsaw'],
  ['ja', 'Asia/Tokyo'],
] as const;

/** People of several languages, and bots: they have no e-mail address. The first user is the admin, the second a bot. */
export function userMaker(
  plan: Plan,
  roleAt: (index: number) => Role,
  groupAt: (index: number) => Group,
): RowMaker<User> {
  const people = namePools(plan.seed);
  const time = timeline(plan, 'users', plan.users);
  const nameDie = dice(plan.seed, 'user names');
  const dieAt = dice(plan.seed, 'users');
  const isBot = (index: number) => index === 1 || index % 40 === 39;
  const nameAt = (index: number) => {
    if (isBot(index)) return `m2m-client-${index}`;
    const die = nameDie(index);
    const { first, last } = pick(die, people);
    return `${pick(die, first)} ${pick(die, last)}`;
  };

  const rowAt = (index: number): User => {
    const die = dieAt(index);
    const id = time.idAt(index);
    const createdMs = time.createdMs(index);
    const row: User = {
      id,
      tenantId: plan.tenantId,
      status: index < 2 || isBot(index) ? 'active' : pick(die, STATUSES),
      subject: isBot(index) ? `qlikbot\\${hex(die, 32)}` : `auth0|${hex(die, 24)}`,
      name: nameAt(index),
      assignedRoles: index < 2 ? [reference(roleAt(0))] : someRoles(die, plan.roles, roleAt),
      assignedGroups: isBot(index) || !plan.groups ? [] : someGroups(die(plan.groups), die(3), plan.groups, groupAt),
      createdAt: iso(createdMs),
      lastUpdatedAt: iso(createdMs + die(10_000) * 60_000),
      links: { self: { href: `${plan.origin}/api/v1/users/${id}` } },
    };
    return isBot(index) ? row : withProfile(row, { index, die, nowMs: plan.nowMs });
  };
  const sortValues = { id: time.idAt, createdAt: (index: number) => iso(time.createdMs(index)), name: nameAt };
  return { size: plan.users, rowAt, idAt: time.idAt, indexOf: time.indexOf, sortValues };
}

function withProfile(user: User, { index, die, nowMs }: { index: number; die: Die; nowMs: number }): User {
  const row = { ...user, email: `user.${index}@example.com` };
  if (row.status === 'invited') row.inviteExpiry = Math.floor(nowMs / 1000) + die(1_000_000);
  if (chance(die, 30)) row.picture = `https://pictures.example.com/${row.id}.png`;
  if (chance(die, 10)) row.assignedScopes = someScopes(die);
  if (chance(die, 70)) [row.locale, row.zoneinfo] = pick(die, PLACES);
  if (chance(die, 15)) [row.preferredLocale, row.preferredZoneinfo] = pick(die, PLACES);
  return row;
}

/** A user as tenants sent it before the attributes got their present names. */
export function legacyUser({ createdAt, lastUpdatedAt, assignedRoles, assignedGroups, ...rest }: User) {
  const names = (list: { name: string }[] = []) => list.map(({ name }) => name);
  return {
    ...rest,
    created: createdAt,
    lastUpdated: lastUpdatedAt,
    roles: names(assignedRoles),
    groups: names(assignedGroups),
  };
}

function someGroups(start: number, count: number, groups: number, groupAt: (index: number) => Group): GroupReference[] {
  return Array.from({ length: Math.min(count, groups) }, (_, offset) => {
    const { id, name, providerType, assignedRoles } = groupAt((start + offset) % groups);
    return { id, name, ...(providerType && { providerType }), assignedRoles: assignedRoles ?? [] };
  });
}

function namePools(seed: number): { first: string[]; last: string[] }[] {
  return [english, english, german, polish, japanese].map((faker, index) => {
    faker.seed(seed + index);
    return {
      first: Array.from({ length: 80 }, () => faker.person.firstName()),
      last: Array.from({ length: 120 }, () => faker.person.lastName()),
    };
  });
}
