import { appCoverage } from './app-coverage.ts';
import { appFields } from './app-fields.ts';
import { appTables } from './app-tables.ts';
import { apps } from './apps.ts';
import { automations } from './automations.ts';
import { charts } from './charts.ts';
import { collections } from './collections.ts';
import { connections } from './connections.ts';
import { dataFiles } from './data-files.ts';
import { datasets } from './datasets.ts';
import { dimensions } from './dimensions.ts';
import { groups } from './groups.ts';
import { masterVisualizations } from './master-visualizations.ts';
import { measures } from './measures.ts';
import { reloads } from './reloads.ts';
import { roles } from './roles.ts';
import { sheets } from './sheets.ts';
import { spaceAssignments } from './space-assignments.ts';
import { spaceShares } from './space-shares.ts';
import { spaces } from './spaces.ts';
import { users } from './users.ts';

/** Every stream that the connector offers, in the order of the catalog. */
export const streams = [
  ...[users, groups, roles, spaces, apps, sheets, charts, connections, appCoverage],
  ...[spaceAssignments, spaceShares, dimensions, measures, masterVisualizations, appTables, appFields, reloads],
  ...[datasets, dataFiles, collections, automations],
];
