import { isDataFiles } from '../../src/simulator/data/connections.ts';
import type { DataFile } from '../../src/simulator/data/data-files.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from './messages.ts';
import { LIST_NAMES, type Run } from './program.ts';
import { byId, truthInApps } from './truth-in-apps.ts';

/** The rows of each stream that a run delivered, by id and without the `_ab_cdc_` columns, to be compared with the truth. */
export function deliveredBy(run: Run, streams: readonly string[] = LIST_NAMES): { readonly [stream: string]: Json[] } {
  return Object.fromEntries(
    streams.map((stream) => {
      const rows = run.rows(stream).map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row);
      return [stream, rows.sort(byId)];
    }),
  );
}

/** What a run has to deliver: the rows that the tenant holds, cut and masked by the documented rules, by id. */
export function truthOf(tenant: SimulatedTenant, streams: readonly string[] = LIST_NAMES) {
  const rows = {
    ...rowsIn(tenant),
    ...(streams.some((stream) => !LIST_NAMES.includes(stream)) && truthInApps(tenant, () => true, streams)),
  };
  return Object.fromEntries(streams.map((stream) => [stream, rows[stream]?.sort(byId)]));
}

function rowsIn({ data, url }: SimulatedTenant): { [stream: string]: Json[] } {
  const { users, groups, systemGroups, roles, spaces, assignments, shares, items } = data;
  const { connections, dataFiles, collections, automations, reloads } = data;
  const truth = {
    users: [...users.all()].map(({ links, lastUpdatedAt, ...user }) => ({
      ...user,
      lastUpdatedAt: lastUpdatedAt || null,
    })),
    groups: [...groups.all(), ...systemGroups.all()].map(({ links, ...group }) =>
      withoutEmptyTimes(group, ['lastUpdatedAt']),
    ),
    roles: [...roles.all()].map(({ links, ...role }) => withoutEmptyTimes(role, ['lastUpdatedAt'])),
    spaces: [...spaces.all()].map(({ meta, links, ...space }) => ({
      ...withoutEmptyTimes(space, ['updatedAt']),
      meta: { assignableRoles: meta.assignableRoles },
      links: { assignments: links.assignments },
    })),
    apps: itemsOf('app', items).map((item) => ({
      ...withoutEmptyTimes(item, ['resourceReloadEndTime', 'updatedAt']),
      resourceAttributes: withoutEmptyTimes(item.resourceAttributes, ['lastReloadTime', 'publishTime']),
      url: `${url}/sense/app/${item.id}`,
    })),
    connections: [...connections.all()].map((connection) => {
      const { links, privileges, ...masked } = connection;
      const row = withoutEmptyTimes(masked, ['updated']);
      return isDataFiles(connection) ? row : { ...row, qConnectStatement: STATEMENTS[masked.datasourceID ?? ''] };
    }),
    space_assignments: inSpaces(assignments.all(), spaces).map(withoutSelf),
    space_shares: inSpaces(shares.all(), spaces).map(withoutSelf),
    datasets: itemsOf('dataset', items),
    data_files: [...dataFiles.all()].map(({ actions, ...file }: DataFile & { actions?: unknown }) =>
      withoutEmptyTimes(file, ['modifiedDate']),
    ),
    collections: [...collections.all()]
      .filter(({ type }) => type !== 'private')
      .map(({ itemCount, links: { self, ...links }, ...collection }) => ({
        ...withoutEmptyTimes(collection, ['updatedAt']),
        links,
      })),
    automations: [...automations.all()].map(({ executionToken, workspace, ...automation }) => ({
      ...withoutEmptyTimes(automation, ['updatedAt']),
      connectorIds: automation.connectorIds.toSorted(),
      endpointIds: automation.endpointIds.toSorted(),
      snippetIds: automation.snippetIds.toSorted(),
    })),
    reloads: [...reloads.all()].map(({ links, ...reload }) => reload),
  };
  return JSON.parse(JSON.stringify(truth));
}

/** Those of spaces that are there. */
function inSpaces<Row extends { spaceId: string }>(
  rows: Iterable<Row>,
  spaces: SimulatedTenant['data']['spaces'],
): Row[] {
  return [...rows].filter(({ spaceId }) => spaces.get(spaceId));
}

function withoutSelf<Row extends { links: { self: object } }>({ links: { self, ...links }, ...row }: Row) {
  return { ...withoutEmptyTimes(row, ['updatedAt']), links };
}

function itemsOf(type: Item['resourceType'], items: SimulatedTenant['data']['items']) {
  return [...items.all()]
    .filter(({ resourceType }) => resourceType === type)
    .map(({ id, resourceId, isFavorited, meta, links: { self, ...links }, ...item }) => ({
      ...item,
      id: resourceId,
      itemId: id,
      tags: meta.tags,
      collections: meta.collections,
      links,
    }));
}

function withoutEmptyTimes(row: object, times: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [field, times.includes(field) && value === '' ? null : value]),
  );
}

const odbc = 'CUSTOM CONNECT TO "provider=QvOdbcConnectorPackage.exe;';

/** What may be seen of the simulated tenant's connect statements: what is read, never who reads it. */
const STATEMENTS: { readonly [datasource: string]: string } = {
  File_AmazonS3ConnectorV2:
    'CUSTOM CONNECT TO "provider=QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;' +
    'bucketName=landing;"',
  snowflake: `${odbc}driver=snowflake;Server=acme.snowflake.example.com;Port=443;database=DWH;schema=PUBLIC;warehouse=WH_S;role=***;username=***;"`,
  rest:
    'CUSTOM CONNECT TO "provider=QvRestConnector.exe;url=https://api.example.com/v1/orders;timeout=***;method=GET;' +
    'autoDetectResponseType=***;authSchema=***;username=***;password=***;queryHeaders=***;"',
  odbc: 'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;Uid=***;Pwd=***;]',
  oledb:
    'OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=***;Password=***;User ID=***;Initial Catalog=***;' +
    'Data Source=***]',
  postgres: `${odbc}driver=postgres;host=pg.example.com;port=5432;db=sales;SSLMode=require;username=***;password=***;"`,
  mongodb: 'mongodb://mongo.example.com:27017/crm',
  webfile: 'https://files.example.com/prices.csv',
  bigquery: `${odbc}driver=gbq;project=acme-analytics;dataset=sales;OAuthMechanism=***;Email=***;KeyFile=***;"`,
};
