import { dice, hex, uuid } from './dice.ts';
import { type Era, NOW, timeline } from './timeline.ts';

/**
 * How much there is of what rows of other lists name, and of what is in apps. `apps` counts apps alone, not the items between
 * them; `sheets` those that everyone sees in an app with sheets, `charts` those that a sheet begins with, not what they hold.
 */
export interface PlanSize {
  users: number;
  groups: number;
  roles: number;
  spaces: number;
  apps: number;
  datasets: number;
  sheets: number;
  charts: number;
}

/** What came before a tenant's present. */
export interface Past extends Pick<Era, 'nowMs'> {
  /** Whether most apps are reloaded day by day, so that their data are new, or all once, soon after they were made. */
  isReloadedDaily: boolean;
}

/** What all rows of one tenant have in common. */
export interface Plan extends PlanSize, Past {
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

const DEFAULT_SIZE = { users: 120, groups: 12, roles: 20, spaces: 9, apps: 25, sheets: 3, charts: 6 };

/** How many items stand among so many apps, apps included: after five apps comes one that is something else. */
export function itemCount(apps: number): number {
  return apps + Math.floor(apps / 5);
}

/** How many of them are data sets: every other one. */
export function datasetsAmong(apps: number): number {
  return Math.ceil(Math.floor(apps / 5) / 2);
}

/** The same seed, size and past make the same tenant; it never lacks its admin, its bot and their role. */
export function planTenant(given: Partial<PlanSize & Past>, seed: number): Plan {
  const { nowMs = NOW, isReloadedDaily = false } = given;
  const die = dice(seed, 'tenant')(0);
  const size = { ...DEFAULT_SIZE, ...given };
  const { groups, spaces, apps, sheets, charts, datasets = datasetsAmong(apps) } = size;
  const [userCount, roles] = [Math.max(2, size.users), Math.max(1, size.roles)];
  const users = timeline({ seed, nowMs }, 'users', userCount);
  const hostname = 'tenant.example.com';
  return {
    ...{ users: userCount, groups, roles, spaces, apps, datasets, sheets, charts },
    ...{ seed, nowMs, isReloadedDaily },
    tenantId: Buffer.from(hex(die, 48), 'hex').toString('base64url'),
    origin: `https://${hostname}`,
    hostname,
    adminId: users.idAt(0),
    botId: users.idAt(1),
    apiKeyId: uuid(die),
  };
}
