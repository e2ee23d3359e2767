import { chance, dice, pick, uuid } from '../data/dice.ts';
import type { FirstRows } from '../data/first-rows.ts';
import type { RowMaker } from '../data/row-list.ts';
import { seededRows } from '../data/seeded-rows.ts';
import { iso } from '../data/timeline.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** A row of GET /data-files, as it is without the caller's `actions`. */
export interface DataFile {
  id: string;
  name: string;
  baseName: string;
  folder: boolean;
  folderId: string | null;
  folderPath: string | null;
  size: number;
  folderStats: { [count: string]: number } | null;
  ownerId: string;
  spaceId: string | null;
  appId: string | null;
  qri: string | null;
  createdDate: string;
  modifiedDate: string;
  contentUpdatedDate: string | null;
}

/** What is counted of a folder, of what is none. */
const NO_FOLDER = Object.fromEntries(
  ['direct', 'total', 'aggregate'].flatMap((how) =>
    (how === 'aggregate'
      ? ['FileSize', 'AppScopedFileSize', 'InternalFileSize']
      : ['FileCount', 'AppScopedFileCount', 'InternalFileCount', 'FolderCount']
    ).map((what) => [how + what, 0]),
  ),
);

const KINDS = ['qvd', 'csv', 'parquet', 'xlsx'];

/**
 * GET /data-files (https://qlik.dev/apis/rest/data-files/): files that are bound to no app. Without `includeAllSpaces` they are
 * those of the caller's personal space.
 */
export const dataFiles = {
  path: 'data-files',
  size: ({ apps }) => apps,
  rows: dataFileRows,
  endpoint: () => ({
    prefix: 'DF',
    limit: { default: 20, max: 100 },
    sorts: ['+name', ...bothWays(['name', 'size', 'modifiedDate', 'folder', 'baseName'])],
    cursor: 'page',
    end: 'nullHref',
    filters: {
      ownerId: (value) => (file) => file.ownerId === value,
      notOwnerId: (value) => (file) => file.ownerId !== value,
      name: (value) => (file) => file.name === value,
      appId: (value) => (file) => (value === '*' ? file.appId !== null : file.appId === value),
    },
    unless: { includeAllSpaces: (file) => file.spaceId === null },
    options: {
      includeFolders: ['true', 'false'],
      includeFolderStats: ['true', 'false'],
      allowInternalFiles: ['true', 'false'],
      connectionId: 'any',
    },
    where: ({ appId }) => appId === null,
    shape: (file) => ({ ...file, actions: ['read', 'update', 'delete', 'list', 'change_owner', 'change_space'] }),
  }),
} satisfies RestList<DataFile>;

/** Files in spaces and personal ones. */
function dataFileRows({ plan, users, spaces }: FirstRows, size: number): RowMaker<DataFile> {
  return seededRows({ era: plan, name: 'data file', size, ids: 'uuid' }, ({ index, id, createdMs, die }) => {
    const folderPath = chance(die, 20) ? pick(die, ['raw', 'raw/2025', 'Übersicht']) : null;
    const baseName = `table_${index}.${pick(die, KINDS)}`;
    const name = folderPath === null ? baseName : `${folderPath}/${baseName}`;
    const isReplaced = chance(die, 40);
    const modifiedDate = sevenDecimals(createdMs + die(300) * 3_600_000, die);
    return {
      ...{ id, name, baseName, folder: false, folderPath },
      folderId: folderPath === null ? null : uuid(dice(plan.seed, folderPath)(0)),
      size: die(90_000_000),
      folderStats: folderPath === null ? null : NO_FOLDER,
      ownerId: users.idAt(die(plan.users)),
      spaceId: plan.spaces && die(5) ? spaces.idAt(die(plan.spaces)) : null,
      appId: null,
      qri: chance(die, 80) ? `qri:qdf:fake://${name}` : null,
      createdDate: sevenDecimals(createdMs, die),
      modifiedDate,
      contentUpdatedDate: isReplaced ? modifiedDate : null,
    };
  });
}

/** Files have times of seven decimals. */
function sevenDecimals(ms: number, die: (sides: number) => number): string {
  return iso(ms).replace('Z', `${String(die(10_000)).padStart(4, '0')}Z`);
}
