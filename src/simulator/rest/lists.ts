// Every list of the simulated tenant: a line here is all that a new one needs beside its file.
export { apiKeys } from './api-keys.ts';
export { assignments } from './assignments.ts';
export { automations } from './automations.ts';
export { collections } from './collections.ts';
export { connections } from './connections.ts';
export { dataFiles } from './data-files.ts';
export { groups } from './groups.ts';
export { items } from './items.ts';
export { reloads } from './reloads.ts';
export { roles } from './roles.ts';
export { shares } from './shares.ts';
export { spaces } from './spaces.ts';
export { systemGroups } from './system-groups.ts';
export { users } from './users.ts';
