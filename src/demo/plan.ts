import { dice, hex, uuid } from './dice.ts';
import { timeline } from './timeline.ts';

/**
 * How much a tenant holds. `apps` and `connections` count those alone, not the rows that come with them; `sheets` those that
 * everyone sees in an app with sheets, `charts` those that a sheet begins with, not what they hold.
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

const DEFAULT_SIZE: TenantSize = {
  users: 120,
  groups: 12,
  roles: 20,
  spaces: 9,
  apps: 25,
  connections: 18,
  sheets: 3,
  charts: 6,
};

/** The same seed and size make the same tenant; it never lacks its admin, its bot and their role. */
export function planTenant(size: Partial<TenantSize>, seed: number): Plan {
  const die = dice(seed, 'tenant')(0);
  const known = { ...DEFAULT_SIZE, ...size };
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
