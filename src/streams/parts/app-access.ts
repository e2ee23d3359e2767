import type { Access } from './facts.ts';

/** Who may list the apps. Whatever is read from apps takes that too. */
export const listingApps: Access = {
  scopes: ['admin.apps:read', 'admin_classic'],
  roles: ['Tenant Admin'],
  otherwise: 'the apps that the user may see; an Analytics Admin sees all but the personal apps of others',
};

/** What opening all of them takes beside that. */
export const OPENING_APPS = 'a role in each managed space, such as Can view';
