import type { Stream } from '../cdk/index.ts';
import type { StreamName } from '../generated/stream-name.ts';
import type { Tenant } from '../qlik/tenant.ts';
import { app_coverage } from './app_coverage.ts';
import { app_data_models } from './app_data_models.ts';
import { app_fields } from './app_fields.ts';
import { app_tables } from './app_tables.ts';
import { apps } from './apps.ts';
import { automations } from './automations.ts';
import { charts } from './charts.ts';
import { collections } from './collections.ts';
import { connections } from './connections.ts';
import { data_files } from './data_files.ts';
import { datasets } from './datasets.ts';
import { dimensions } from './dimensions.ts';
import { groups } from './groups.ts';
import { master_visualizations } from './master_visualizations.ts';
import { measures } from './measures.ts';
import type { Facts } from './parts/facts.ts';
import { reloads } from './reloads.ts';
import { roles } from './roles.ts';
import { sheets } from './sheets.ts';
import { space_assignments } from './space_assignments.ts';
import { space_shares } from './space_shares.ts';
import { spaces } from './spaces.ts';
import { users } from './users.ts';
import { variables } from './variables.ts';

/**
 * A stream is spelled one way everywhere. Its name in the catalog, `space_assignments`, is also the name of its schema
 * (schemas/space_assignments.json), of its file here, of the constant that the file exports, and of its generated type
 * (src/generated/space_assignments.ts), so that one search finds all of it. Other files are in kebab-case, other names in camelCase.
 * What several streams share is in parts/.
 */
const byName = {
  users,
  groups,
  roles,
  spaces,
  apps,
  sheets,
  charts,
  connections,
  app_coverage,
  space_assignments,
  space_shares,
  dimensions,
  measures,
  master_visualizations,
  app_tables,
  app_fields,
  reloads,
  datasets,
  data_files,
  collections,
  automations,
  app_data_models,
  variables,
} satisfies { readonly [name in StreamName]: Stream<Tenant> & Facts };

/** Every stream that the connector offers, in the order of the catalog. */
export const streams = Object.values(byName);
