import { badParameter } from '../answer.ts';
import { type Connection, connectionMaker, isDataFiles, isDisabled, SECRET_MARK } from '../data/connections.ts';
import type { Filter } from './list-endpoint.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';
import { scimFilter } from './scim.ts';

/**
 * GET /data-connections (https://qlik.dev/apis/rest/data-connections/): without a limit, all in one answer; without
 * `includeDisabled`, none whose data source is switched off. The size leaves out the DataFiles of spaces.
 */
export const connections = {
  path: 'data-connections',
  size: 18,
  rows: connectionMaker,
  refuse: ({ call }) =>
    call.url.searchParams.get('dataName') === '' ? badParameter('DCERROR', 'dataName', 'dataName is empty') : undefined,
  endpoint: () => ({
    prefix: 'DCERROR',
    limit: { max: 100 },
    sorts: ['+_id', ...bothWays(['_id', 'qName', 'created', 'updated'])],
    cursor: 'page',
    total: 'meta',
    filters: {
      filter: (value, callerId) => {
        const passes = scim(value, callerId);
        return passes && ((row) => isDataFiles(row) || passes(row));
      },
      spaceId: (value) => (row) => row.space === value,
      personal: whenTrue((row) => row.space === undefined),
      ownedByMe: whenTrue((row, callerId) => isDataFiles(row) || row.user === callerId),
      userId: (value) => (row) => isDataFiles(row) || row.user === value,
      noDatafiles: whenTrue((row) => !isDataFiles(row)),
    },
    unless: { includeDisabled: (row) => !isDisabled(row) },
    options: {
      includeQris: ['true', 'false'],
      extended: ['true', 'false'],
      owner: 'any',
      caseinsensitive: ['true', 'false'],
      locale: 'any',
      dataName: 'any',
    },
    shape: (row, options) => ({
      ...row,
      ...(options.get('includeQris') === 'true' && { qri: `qri:db:fake://${row.id}` }),
      ...(options.get('extended') === 'true' && { qConnectionSecret: SECRET_MARK + row.id }),
    }),
  }),
} satisfies RestList<Connection>;

const scim = scimFilter<Connection>(
  ['qName', 'qType', 'datasourceID', 'qri', 'created', 'updated'],
  ['eq', 'co', 'sw', 'gt'],
);

function whenTrue(filter: (row: Connection, callerId: string) => boolean): Filter<Connection> {
  return (value, callerId) => (row) => value !== 'true' || filter(row, callerId);
}
