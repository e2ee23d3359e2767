import { appCoverage } from './app-coverage.ts';
import { apps } from './apps.ts';
import { charts } from './charts.ts';
import { connections } from './connections.ts';
import { groups } from './groups.ts';
import { roles } from './roles.ts';
import { sheets } from './sheets.ts';
import { spaces } from './spaces.ts';
import { users } from './users.ts';

/** Every stream that the connector offers, in the order of the catalog. */
export const streams = [users, groups, roles, spaces, apps, sheets, charts, connections, appCoverage];
