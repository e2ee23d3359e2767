import type { Automation } from '../data/automations.ts';
import type { Collection } from '../data/collections.ts';
import { type Connection, isDataFiles, isDisabled, SECRET_MARK } from '../data/connections.ts';
import type { DataFile } from '../data/data-files.ts';
import type { Item } from '../data/items.ts';
import { type Reload, withLog } from '../data/reloads.ts';
import type { TenantData } from '../data/tenant-data.ts';
import type { Filter, ListEndpoint } from './list-endpoint.ts';
import { holds, oneOf } from './list-filters.ts';
import { bothWays } from './people-lists.ts';
import { scimFilter } from './scim.ts';

const RESOURCE_TYPES =
  `app qlikview qvapp genericlink sharingservicetask note dataasset dataset automation automl-experiment automl-deployment
  assistant dataproduct dataqualityrule glossary knowledgebase script semantictype page`.split(/\s+/);
const ITEM_ACTIONS = ['change_owner', 'change_space', 'delete', 'read', 'update'];

/** GET /items: apps and whatever else the hub shows. */
export function itemList(data: TenantData): ListEndpoint<Item> {
  const equals = (field: keyof Item) => (value: string) => (item: Item) => item[field] === value;
  const differs = (field: keyof Item) => (value: string) => (item: Item) => item[field] !== value;
  const typeOf = (item: Item) =>
    item.spaceId === undefined ? 'personal' : (data.spaces.get(item.spaceId)?.type ?? 'shared');
  return {
    prefix: 'ITEMS',
    rows: data.items,
    limit: { default: 10, max: 100 },
    sorts: ['+createdAt', '-createdAt', '+updatedAt', '-updatedAt', '+name', '-name', '+recentlyUsed', '-recentlyUsed'],
    cursor: 'next',
    end: 'emptyObject',
    total: 'none',
    filters: {
      resourceType: (value) => oneOf(value, RESOURCE_TYPES, (item: Item) => item.resourceType),
      resourceSubType: (value) => (item) => value.split(',').includes(item.resourceSubType ?? ''),
      resourceId: equals('resourceId'),
      resourceIds: (value) => (item) => value.split(',').includes(item.resourceId),
      id: equals('id'),
      spaceId: (value, callerId) => (item) =>
        value === 'personal' ? item.spaceId === undefined && item.ownerId === callerId : item.spaceId === value,
      spaceType: (value) => oneOf(value, ['shared', 'managed', 'data', 'personal'], typeOf),
      ownerId: equals('ownerId'),
      notOwnerId: differs('ownerId'),
      createdByUserId: equals('creatorId'),
      notCreatedByUserId: differs('creatorId'),
      collectionId: (value) => (item) => item.collectionIds.includes(value),
      name: (value) => (item) => holds(item.name, value),
      query: (value) => (item) => holds(`${item.name} ${item.description ?? ''}`, value),
    },
    options: { noActions: ['true', 'false'], shared: ['true', 'false'] },
    shape: (item, options) => (options.get('noActions') === 'true' ? item : withActions(item)),
  };
}

/** GET /data-connections: without a limit, all in one answer. */
export function connectionList(data: TenantData): ListEndpoint<Connection> {
  const whenTrue = (filter: (row: Connection, callerId: string) => boolean): Filter<Connection> => {
    return (value, callerId) => (row) => value !== 'true' || filter(row, callerId);
  };
  const scim = scimFilter<Connection>(
    ['qName', 'qType', 'datasourceID', 'qri', 'created', 'updated'],
    ['eq', 'co', 'sw', 'gt'],
  );
  return {
    prefix: 'DCERROR',
    rows: data.connections,
    limit: { max: 100 },
    sorts: ['+_id', ...bothWays(['_id', 'qName', 'created', 'updated'])],
    cursor: 'page',
    end: 'absent',
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
  };
}

/** GET /data-files: files that are bound to no app. */
export function dataFileList(data: TenantData): ListEndpoint<DataFile> {
  return {
    prefix: 'DF',
    rows: data.dataFiles,
    limit: { default: 20, max: 100 },
    sorts: ['+name', ...bothWays(['name', 'size', 'modifiedDate', 'folder', 'baseName'])],
    cursor: 'page',
    end: 'nullHref',
    total: 'none',
    filters: {
      ownerId: (value) => (file) => file.ownerId === value,
      notOwnerId: (value) => (file) => file.ownerId !== value,
      name: (value) => (file) => file.name === value,
      appId: (value) => (file) => (value === '*' ? file.appId !== null : file.appId === value),
    },
    // Without it, the caller's personal space is meant.
    unless: { includeAllSpaces: (file) => file.spaceId === null },
    options: { includeFolders: ['true', 'false'], allowInternalFiles: ['true', 'false'], connectionId: 'any' },
    where: ({ appId }) => appId === null,
    shape: (file) => ({ ...file, actions: ['read', 'update', 'delete', 'list', 'change_owner', 'change_space'] }),
  };
}

/** GET /collections: those of all, and the caller's own. */
export function collectionList(data: TenantData): ListEndpoint<Collection> {
  const kinds = ['private', 'public', 'publicgoverned'];
  return {
    prefix: 'COLLECTIONS',
    rows: data.collections,
    limit: { default: 10, max: 100 },
    sorts: ['+createdAt', '-createdAt', '+updatedAt', '-updatedAt', '+name', '-name'],
    cursor: 'next',
    end: 'emptyObject',
    total: 'none',
    filters: {
      id: (value) => (row) => row.id === value,
      name: (value) => (row) => row.name === value,
      creatorId: (value) => (row) => row.creatorId === value,
      query: (value) => (row) => holds(`${row.name} ${row.description ?? ''}`, value),
      type: (value) => oneOf(value, kinds, ({ type }: Collection) => type),
      types: (value) => oneOf(value, kinds, ({ type }: Collection) => type),
    },
    options: { includeItems: 'any' },
  };
}

/** GET /automations: the caller's own unless all are asked for, which admins may. */
export function automationList(data: TenantData): ListEndpoint<Automation> {
  return {
    prefix: 'AUTOMATIONS',
    rows: data.automations,
    limit: { default: 20, max: 100 },
    sorts: ['+id', ...bothWays('id name runMode state createdAt updatedAt lastRunAt lastRunStatus'.split(' '))],
    cursor: 'cursor',
    end: 'nullHref',
    total: 'none',
    filters: { filter: scimFilter(['name', 'runMode', 'lastRunStatus', 'ownerId', 'spaceId'], ['eq', 'co']) },
    unless: { listAll: ({ ownerId }) => ownerId === data.plan.adminId },
  };
}

/** GET /reloads: those of one app, or of all, which admins may ask for. */
export function reloadList(data: TenantData): ListEndpoint<Reload> {
  return {
    prefix: 'RELOADS',
    rows: data.reloads,
    limit: { default: 10, max: 100 },
    sorts: ['-creationTime', ...bothWays(['creationTime', 'status', 'startTime', 'endTime'])],
    cursor: 'next',
    end: 'absent',
    total: 'none',
    filters: {
      appId: (value) => (row) => row.appId === value,
      partial: (value) => oneOf(value, ['true', 'false'], (row: Reload) => String(row.partial ?? false)),
      filter: scimFilter(['status', 'partial', 'type'], ['eq']),
    },
    options: { log: ['true', 'false'] },
    shape: (row, options) => (options.get('log') === 'true' ? withLog(row) : row),
  };
}

/** An item as it is sent unless actions are declined. */
export function withActions(item: Item): object {
  return { ...item, actions: ITEM_ACTIONS, meta: { ...item.meta, actions: ITEM_ACTIONS } };
}
