import { chance, dice, pick, uuid } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

/** A row of GET /data-files, as it is without the caller's `actions`. */
export interface DataFile {
  id: string;
  name: string;
  baseName: string;
  folder: boolean;
  folderId: string | null;
  folderPath: string | null;
  size: number;
  ownerId: string;
  spaceId: string | null;
  appId: string | null;
  qri: string | null;
  createdDate: string;
  modifiedDate: string;
  contentUpdatedDate: string | null;
}

const KINDS = ['qvd', 'csv', 'parquet', 'xlsx'];

/** Files in spaces and personal ones. */
export function dataFileMaker(
  plan: Plan,
  userIdAt: (index: number) => string,
  spaceIdAt: (index: number) => string,
): RowMaker<DataFile> {
  const size = plan.dataFiles;
  const time = timeline(plan.seed, 'data files', size);
  const dieAt = dice(plan.seed, 'data files');
  const idDie = dice(plan.seed, 'data file ids');
  const idAt = (index: number) => uuid(idDie(index));
  const indexes = new Map(Array.from({ length: size }, (_, index) => [idAt(index), index]));
  const rowAt = (index: number): DataFile => {
    const die = dieAt(index);
    const createdMs = time.createdMs(index);
    const folderPath = chance(die, 20) ? pick(die, ['raw', 'raw/2025', 'Übersicht']) : null;
    const baseName = `table_${index}.${pick(die, KINDS)}`;
    const name = folderPath === null ? baseName : `${folderPath}/${baseName}`;
    const isReplaced = chance(die, 40);
    const modifiedDate = sevenDecimals(createdMs + die(300) * 3_600_000, die);
    return {
      ...{ id: idAt(index), name, baseName, folder: false, folderPath },
      folderId: folderPath === null ? null : uuid(dice(plan.seed, folderPath)(0)),
      size: die(90_000_000),
      ownerId: userIdAt(die(plan.users)),
      spaceId: plan.spaces && die(5) ? spaceIdAt(die(plan.spaces)) : null,
      appId: null,
      qri: chance(die, 80) ? `qri:qdf:fake://${name}` : null,
      createdDate: sevenDecimals(createdMs, die),
      modifiedDate,
      contentUpdatedDate: isReplaced ? modifiedDate : null,
    };
  };
  return { size, rowAt, idAt, indexOf: (id) => indexes.get(id) ?? -1 };
}

/** Files have times of seven decimals. */
function sevenDecimals(ms: number, die: (sides: number) => number): string {
  return iso(ms).replace('Z', `${String(die(10_000)).padStart(4, '0')}Z`);
}
