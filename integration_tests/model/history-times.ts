import { type Die, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import { iso, isoSeconds } from '../../src/simulator/data/timeline.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Memory } from './history-memory.ts';

/** What a thing held at each of the times that Qlik has told of it; '' is no time at all. */
type Told = Map<string, string>;

/**
 * Holds the tenant to what the connector is told to rely on: that the time of a sheet, a master visualisation or an app differs
 * from all before when what it holds does. Where it goes, forward, back or away, is left to the dice.
 */
export class Times {
  readonly #told = new Map<string, Told>();
  readonly #tenant: SimulatedTenant;
  readonly #memory: Memory;

  constructor(tenant: SimulatedTenant, memory: Memory) {
    this.#tenant = tenant;
    this.#memory = memory;
    this.note();
  }

  /** Takes all as it is. */
  note(): void {
    this.#each((key, time, content) => void this.#toldOf(key).set(time, content));
  }

  /** Moves the times of what has changed, and notes all. */
  move(die: Die): void {
    this.#each((key, time, content, setTime) => {
      const told = this.#toldOf(key);
      const isTrue = (told.get(time) ?? content) === content;
      const moved = isTrue ? time : this.#newTime(told, die);
      if (!isTrue) setTime(moved);
      told.set(moved, content);
    });
  }

  /** Moves an app's time, though nothing in it has changed. */
  touch(appId: string, die: Die): void {
    const told = this.#toldOf(appId);
    const item = this.#tenant.data.itemOfApp(appId);
    if (!item) return;
    const content = told.get(inSeconds(item.updatedAt)) ?? '';
    const time = this.#newTime(told, die);
    this.#setAppTime(appId, time, die);
    told.set(time, content);
  }

  #toldOf(key: string): Told {
    const told = this.#told.get(key) ?? new Map<string, string>();
    this.#told.set(key, told);
    return told;
  }

  #newTime(told: Told, die: Die): string {
    const others = [...this.#told.values()].flatMap((other) => [...other.keys()]);
    const ways = [this.#memory.timeMs(), this.#memory.timeMs('back')].map(isoSeconds);
    const isNew = (time: string) => !told.has(time);
    return pick(die, [...ways, pick(die, others), ''].filter(isNew));
  }

  /** An app comes after what is in it, since its own content has their times in it. */
  #each(see: (key: string, time: string, content: string, setTime: (time: string) => void) => void): void {
    for (const document of this.#memory.documents()) {
      const { appId } = document;
      for (const [id, content] of partsOf(document)) {
        const setTime = (time: string) => setObjectTime(document, id, time);
        see(`${appId} ${id}`, inSeconds(document.meta(id).modifiedDate), content, setTime);
      }
      const { updatedAt, resourceAttributes } = document.item;
      const reloads = [...this.#tenant.data.reloads.all()].filter((reload) => reload.appId === appId);
      const content = JSON.stringify([resourceAttributes.publishTime, reloads, ...document.objects]);
      see(appId, inSeconds(updatedAt), content, (time) =>
        this.#setAppTime(appId, time, (sides) => time.length % sides),
      );
    }
  }

  #setAppTime(appId: string, time: string, die: Die): void {
    const { id = '' } = this.#tenant.data.itemOfApp(appId) ?? {};
    const absent = pick(die, [undefined, null, '']);
    this.#tenant.data.items.change(id, { updatedAt: (time || absent) as string });
  }
}

/** Two times in one second are taken for one. */
function inSeconds(time: string | undefined): string {
  return time ? isoSeconds(Date.parse(time)) : '';
}

function setObjectTime(document: AppDocument, id: string, time: string): void {
  const modifiedDate = time === '' ? undefined : iso(Date.parse(time));
  document.edit.changeMeta(id, { modifiedDate }, { object: false, app: false });
}

/** Sheets with all that stands on them, and master visualisations with all that is in them. Measures and dimensions are told in full by every list. */
function partsOf(document: AppDocument): [id: string, content: string][] {
  const treeOf = (id: string): string[] => [id, ...document.childIds(id).flatMap(treeOf)];
  const objectsOf = (ids: readonly string[]) => ids.map((id) => document.objects.get(id)?.properties);
  const sheets = document.sheetIds().map((id): [string, string] => {
    const charts = document.chartsOn(id).map(({ id: chartId, parentId }) => [chartId, parentId] as const);
    return [id, JSON.stringify([charts, objectsOf(charts.map(([chartId]) => chartId))])];
  });
  const masters = document
    .idsOfType('masterobject')
    // Of what stands or stood on a sheet, the engine tells no time.
    .filter((id) => document.meta(id).id !== undefined)
    .map((id): [string, string] => [id, JSON.stringify(objectsOf(treeOf(id)))]);
  return [...sheets, ...masters];
}
