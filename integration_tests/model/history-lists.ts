import { connectionKinds } from '../../src/simulator/data/connection-kinds.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import { type Die, pick } from '../../src/simulator/data/dice.ts';
import { iso, isoSeconds } from '../../src/simulator/data/timeline.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { LISTS, type ListName, rowsOf } from './history-list-facts.ts';
import type { AnyRow, Memory } from './history-memory.ts';

/** Where an edit takes place. */
export interface Scene {
  readonly tenant: SimulatedTenant;
  readonly memory: Memory;
  readonly die: Die;
}

/** Something that may happen to a tenant. */
export interface Edit<Place extends Scene> {
  readonly name: string;
  /** Whether it deletes nothing and brings back nothing that was there before. */
  readonly isNew: boolean;
  /** Says what it was done to; undefined if there was nothing to do it to. */
  run(place: Place): string | undefined;
}

export interface ListScene extends Scene {
  readonly list: ListName;
}

/** Rows that may be edited: without its admin and its bot nobody could ask the tenant anything. */
function editable({ tenant, list }: ListScene): AnyRow[] {
  const { adminId, botId } = tenant.data.plan;
  const isApp = ({ resourceType }: AnyRow) => list !== 'apps' || resourceType === 'app';
  return [...rowsOf(tenant, list).all()].filter((row) => isApp(row) && row.id !== adminId && row.id !== botId);
}

function anyRow(scene: ListScene): AnyRow | undefined {
  const rows = editable(scene);
  return rows.length > 0 ? pick(scene.die, rows) : undefined;
}

function change({ tenant, list, memory }: ListScene, row: AnyRow, patch: object): string {
  memory.remember(list, row);
  rowsOf(tenant, list).change(row.id, patch);
  return `${row.id} ${JSON.stringify(patch)}`;
}

/** A row as it was, without what came with a later version of it. */
function whole(row: AnyRow, now: object): object {
  return { ...Object.fromEntries(Object.keys(now).map((field) => [field, undefined])), ...row };
}

function printedTime(list: ListName, ms: number): string {
  return list === 'apps' ? isoSeconds(ms) : iso(ms);
}

/** Qlik's own time of a changed row moves, or stands still. */
function movedTime({ list, memory, die }: ListScene): object {
  return die(2) === 0 ? {} : { [LISTS[list].time]: printedTime(list, memory.timeMs()) };
}

/** The same goes back, is another row's, or vanishes in one of three ways. */
function oddTime(scene: ListScene): object {
  const { list, memory, die } = scene;
  const { time } = LISTS[list];
  const ways = [printedTime(list, memory.timeMs('back')), anyRow(scene)?.[time], undefined, null, ''];
  return { [time]: pick(die, ways) };
}

/** What may happen to rows of a list. */
export const listEdits: readonly Edit<ListScene>[] = [
  {
    name: 'added',
    isNew: true,
    run: ({ tenant, list, memory }) => rowsOf(tenant, list).add({ [LISTS[list].texts[0] as string]: memory.text() }).id,
  },
  {
    name: 'changed',
    isNew: true,
    run(scene) {
      const row = anyRow(scene);
      const text = { [pick(scene.die, LISTS[scene.list].texts)]: scene.memory.text() };
      return row && change(scene, row, { ...text, ...movedTime(scene) });
    },
  },
  {
    name: 'changed below',
    isNew: true,
    run(scene) {
      const row = anyRow(scene);
      return row && change(scene, row, { ...LISTS[scene.list].nested(row, scene.memory.text()), ...movedTime(scene) });
    },
  },
  {
    name: 'changed for the caller only',
    isNew: true,
    run(scene) {
      const row = anyRow(scene);
      return row && change(scene, row, LISTS[scene.list].personal(row, scene.memory.text()));
    },
  },
  {
    name: 'changed at an odd time',
    isNew: false,
    run(scene) {
      const row = anyRow(scene);
      const text = scene.die(2) === 0 ? {} : { [pick(scene.die, LISTS[scene.list].texts)]: scene.memory.text() };
      return row && change(scene, row, { ...text, ...oddTime(scene) });
    },
  },
  {
    name: 'back to an earlier version',
    isNew: false,
    run(scene) {
      const row = anyRow(scene);
      const earlier = scene.memory.versions.get(`${scene.list} ${row?.id}`);
      return row && earlier && change(scene, row, whole(pick(scene.die, earlier), row));
    },
  },
  {
    name: 'deleted',
    isNew: false,
    run(scene) {
      const { tenant, list, memory } = scene;
      const row = anyRow(scene);
      const isUsed = list === 'spaces' && [...tenant.data.items.all()].some(({ spaceId }) => spaceId === row?.id);
      if (!row || isUsed) return undefined;
      memory.gone.push({ list, row: structuredClone(row) });
      rowsOf(tenant, list).delete(row.id);
      return row.id;
    },
  },
  {
    name: 'restored',
    isNew: false,
    run({ tenant, list, memory, die }) {
      const found = memory.gone.findIndex((gone) => gone.list === list);
      const [gone] = found < 0 ? [] : memory.gone.splice(found, 1);
      if (!gone) return undefined;
      const { row } = gone;
      const rows = rowsOf(tenant, list);
      const added = rows.add(row);
      const text = die(2) === 0 ? {} : { [LISTS[list].texts[0] as string]: memory.text() };
      rows.change(row.id, { ...whole(row, added), ...text });
      return `${row.id} ${JSON.stringify(text)}`;
    },
  },
  {
    name: 'given another secret',
    isNew: true,
    run(scene) {
      const row = anyRow(scene);
      const kind = connectionKinds.find(({ source }) => source === row?.datasourceID);
      const secret = SECRET_MARK + scene.memory.number();
      return row && kind && change(scene, row, { qConnectStatement: kind.statement(secret) });
    },
  },
  {
    name: 'moved to another space',
    isNew: false,
    run(scene) {
      const row = anyRow(scene);
      if (!row || scene.list !== 'apps') return undefined;
      const spaceId = pick(scene.die, [undefined, ...[...scene.tenant.data.spaces.all()].map(({ id }) => id)]);
      const resourceAttributes = { ...(row.resourceAttributes as object), spaceId: spaceId ?? '' };
      return change(scene, row, { spaceId, resourceAttributes, ...movedTime(scene) });
    },
  },
  {
    name: 'published, or not any more',
    isNew: false,
    run(scene) {
      const row = anyRow(scene);
      if (!row || scene.list !== 'apps') return undefined;
      const { publishTime, ...more } = row.resourceAttributes as { publishTime: string };
      const resourceAttributes = { ...more, publishTime: publishTime ? '' : iso(scene.memory.timeMs()) };
      return change(scene, row, { resourceAttributes, ...movedTime(scene) });
    },
  },
];
