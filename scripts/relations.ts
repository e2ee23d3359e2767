/** A field that holds the ids of rows, of another stream or its own. */
export interface Relation {
  /** As `stream.field`; `[]` stands for each element of a list. */
  readonly from: string;
  readonly to: string;
  /** A field that both rows have in common, where an id is unique no further. */
  readonly within?: string;
  /** What the row that is named is to the one that names it, in a word or two. */
  readonly label: string;
  /** Why an id may be of no row. Without it every id joins. */
  readonly dangles?: string;
}

const LEFT = 'the user was deleted, or does not belong to the tenant';
const GONE = 'the master item is gone';
const PRIVATE = 'the collection is private';
const UNLISTED = 'the app was deleted, or may not be listed';

/** How the streams join, by the stream that names the other. */
export const relations: readonly Relation[] = [
  { from: 'users.assignedRoles[].id', to: 'roles.id', label: 'role' },
  { from: 'users.assignedGroups[].id', to: 'groups.id', label: 'group' },
  { from: 'users.assignedGroups[].assignedRoles[].id', to: 'roles.id', label: 'role by group' },
  { from: 'groups.assignedRoles[].id', to: 'roles.id', label: 'role' },
  { from: 'groups.createdBy', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'groups.updatedBy', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'roles.createdBy', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'roles.updatedBy', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'spaces.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'spaces.createdBy', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'apps.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'apps.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'apps.creatorId', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'apps.updaterId', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'apps.resourceAttributes.originAppId', to: 'apps.id', label: 'origin', dangles: UNLISTED },
  { from: 'apps.collectionIds[]', to: 'collections.id', label: 'tag or collection', dangles: PRIVATE },
  { from: 'sheets.appId', to: 'apps.id', label: 'app' },
  { from: 'sheets.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  {
    from: 'sheets.cells[].name',
    to: 'charts.id',
    within: 'appId',
    label: 'chart in a cell',
    dangles: 'what stood in the cell was deleted',
  },
  { from: 'charts.appId', to: 'apps.id', label: 'app' },
  { from: 'charts.sheetId', to: 'sheets.id', within: 'appId', label: 'sheet' },
  { from: 'charts.parentId', to: 'charts.id', within: 'appId', label: 'parent' },
  { from: 'charts.masterItemId', to: 'master_visualizations.id', within: 'appId', label: 'master', dangles: GONE },
  { from: 'charts.dimensions[].libraryId', to: 'dimensions.id', within: 'appId', label: 'dimension', dangles: GONE },
  { from: 'charts.measures[].libraryId', to: 'measures.id', within: 'appId', label: 'measure', dangles: GONE },
  { from: 'connections.space', to: 'spaces.id', label: 'space' },
  { from: 'connections.user', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'space_assignments.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'space_assignments.createdBy', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'space_assignments.updatedBy', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'space_shares.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'space_shares.resourceId', to: 'apps.id', label: 'app', dangles: UNLISTED },
  { from: 'space_shares.createdBy', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'space_shares.updatedBy', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'dimensions.appId', to: 'apps.id', label: 'app' },
  { from: 'dimensions.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'measures.appId', to: 'apps.id', label: 'app' },
  { from: 'measures.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'master_visualizations.appId', to: 'apps.id', label: 'app' },
  { from: 'master_visualizations.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  {
    from: 'master_visualizations.dimensions[].libraryId',
    to: 'dimensions.id',
    within: 'appId',
    label: 'dimension',
    dangles: GONE,
  },
  {
    from: 'master_visualizations.measures[].libraryId',
    to: 'measures.id',
    within: 'appId',
    label: 'measure',
    dangles: GONE,
  },
  { from: 'app_tables.appId', to: 'apps.id', label: 'app' },
  { from: 'app_fields.appId', to: 'apps.id', label: 'app' },
  { from: 'app_fields.src_tables[]', to: 'app_tables.name', within: 'appId', label: 'table' },
  { from: 'app_data_models.appId', to: 'apps.id', label: 'app' },
  { from: 'variables.appId', to: 'apps.id', label: 'app' },
  { from: 'datasets.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'datasets.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'datasets.creatorId', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'datasets.updaterId', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'datasets.collectionIds[]', to: 'collections.id', label: 'tag or collection', dangles: PRIVATE },
  { from: 'data_files.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'data_files.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'collections.creatorId', to: 'users.id', label: 'creator', dangles: LEFT },
  { from: 'collections.updaterId', to: 'users.id', label: 'updater', dangles: LEFT },
  { from: 'automations.spaceId', to: 'spaces.id', label: 'space' },
  { from: 'automations.ownerId', to: 'users.id', label: 'owner', dangles: LEFT },
  { from: 'automations.lastRun.executedById', to: 'users.id', label: 'user of the last run', dangles: LEFT },
  { from: 'automations.lastRun.ownerId', to: 'users.id', label: 'owner then', dangles: LEFT },
  { from: 'automations.lastRun.spaceId', to: 'spaces.id', label: 'space then', dangles: 'the space was deleted' },
  { from: 'reloads.appId', to: 'apps.id', label: 'app', dangles: UNLISTED },
  { from: 'reloads.userId', to: 'users.id', label: 'user', dangles: LEFT },
  { from: 'app_coverage.appId', to: 'apps.id', label: 'app', dangles: 'the settings do not admit the app' },
  { from: 'app_coverage.spaceId', to: 'spaces.id', label: 'space' },
];

/** A field as `stream.field` in its two parts. */
export function partsOf(path: string): [stream: string, field: string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

/** The fields of a stream that name rows, in the order of the relations. */
export function foreignKeysOf(stream: string): string[] {
  return relations.map(({ from }) => partsOf(from)).flatMap(([owner, field]) => (owner === stream ? [field] : []));
}
