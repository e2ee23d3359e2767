import { dice, hex, uuid } from './dice.ts';
import { timeline } from './timeline.ts';

/**
 * How much a tenant holds. `apps` and `connections` count those alone, not the rows that come with them; `sheets` those that
 * everyone sees in an app with sheets, `charts` those that a sheet begins with, not what they hold; `collections` the tags that
 * nothing has; `reloads` those of one app.
 */
export interface TenantSize {
  users: number;
  groups: number;
  roles: number;
  spaces: number;
  apps: number;
  connections: number;
  sheets: number;
  charts: number;
  datasets: number;
  dataFiles: number;
  collections: number;
  automations: number;
  reloads: number;
}

/** What all rows of one tenant have in common. */
export interface Plan extends TenantSize {
  seed: number;
  tenantId: string;
  /** Links inside of rows name the tenant's own host, not the address that it is asked at. */
  origin: string;
  hostname: string;
  /** The user whose API key it is: the first one, a tenant admin. */
  adminId: string;
  /** The user as whom OAuth clients act: the second one. */
  botId: string;
  apiKeyId: string;
}

const DEFAULT_SIZE = {
  users: 120,
  groups: 12,
  roles: 20,
  spaces: 9,
  apps: 25,
  connections: 18,
  sheets: 3,
  charts: 6,
  reloads: 3,
};

/** What comes with so many apps. */
function sizeBeside(apps: number) {
  return {
    datasets: datasetsAmong(apps),
    dataFiles: apps,
    collections: Math.floor(apps / 12),
    automations: Math.ceil(apps / 10),
  };
}

/** How many items stand among so many apps, apps included: after five apps comes one that is something else. */
export function itemCount(apps: number): number {
  return apps + Math.floor(apps / 5);
}

/** How many of them are data sets: every other one. */
export function datasetsAmong(apps: number): number {
  return Math.ceil(Math.floor(apps / 5) / 2);
}

/** The same seed and size make the same tenant; it never lacks its admin, its bot and their role. */
export function planTenant(size: Partial<TenantSize>, seed: number): Plan {
  const die = dice(seed, 'tenant')(0);
  const { apps } = { ...DEFAULT_SIZE, ...size };
  const known: TenantSize = { ...DEFAULT_SIZE, ...sizeBeside(apps), ...size };
  known.users = Math.max(2, known.users);
  known.roles = Math.max(1, known.roles);
  const users = timeline(seed, 'users', known.users);
  const hostname = 'tenant.example.com';
  return {
    ...known,
    seed,
    tenantId: Buffer.from(hex(die, 48), 'hex').toString('base64url'),
    origin: `https://${hostname}`,
    hostname,
    adminId: users.idAt(0),
    botId: users.idAt(1),
    apiKeyId: uuid(die),
  };
}
