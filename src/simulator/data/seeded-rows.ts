import { type Die, dice, uuid } from './dice.ts';
import type { RowMaker } from './row-list.ts';
import { type Era, type Timeline, timeline } from './timeline.ts';

/** Rows of one kind, and how many a tenant begins with. */
export interface RowKind {
  era: Era;
  /** In the singular, and of this list alone: the dice come from seed and name, so that no list moves another's rows. */
  name: string;
  size: number;
  /** As many of them are spread over the tenant's years, what follows is later; all, unless given. */
  dated?: number;
  /** Random UUIDs, or these ids and then such as begin with the second of creation, as Qlik's older services make them. */
  ids: 'uuid' | readonly string[];
}

/** What a row is made from. `die` is its own; the ids and times of the list's rows are made without it. */
export interface RowSeed {
  index: number;
  id: string;
  createdMs: number;
  die: Die;
}

/** Makes rows over the years of the tenant, oldest first. */
export function seededRows<Row>(kind: RowKind, make: (row: RowSeed) => Row): RowMaker<Row> {
  const { era, name, size, dated = size, ids } = kind;
  const { seed } = era;
  const time = timeline(era, `${name}s`, dated);
  const dieAt = dice(seed, `${name}s`);
  const { idAt, indexOf } = ids === 'uuid' ? uuids(seed, name, size) : withGiven(ids, time);
  const rowAt = (index: number) =>
    make({ index, id: idAt(index), createdMs: time.createdMs(index), die: dieAt(index) });
  return { size, rowAt, idAt, indexOf };
}

/** UUIDs tell nothing of their index, so that all are made at once. */
function uuids(seed: number, name: string, size: number) {
  const dieAt = dice(seed, `${name} ids`);
  const idAt = (index: number) => uuid(dieAt(index));
  const indexes = new Map(Array.from({ length: size }, (_, index) => [idAt(index), index]));
  return { idAt, indexOf: (id: string) => indexes.get(id) ?? -1 };
}

function withGiven(ids: readonly string[], { idAt, indexOf }: Timeline): Pick<Timeline, 'idAt' | 'indexOf'> {
  const indexes = new Map(ids.map((id, index) => [id, index]));
  return { idAt: (index) => ids[index] ?? idAt(index), indexOf: (id) => indexes.get(id) ?? indexOf(id) };
}
