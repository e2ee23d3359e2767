import { withFiller } from './chart-filler.ts';
import { type Change, DocumentEdits } from './document-edits.ts';
import type { DocumentHost } from './document-host.ts';
import type { ObjectMap } from './document-maker.ts';
import type { Item } from './items.ts';
import { ReloadEdits } from './reload-edits.ts';
import { cellsOf, type Meta, type Properties, type StoredObject, withoutEmpty } from './stored-object.ts';

/** Where an object stands: `depth` is 1 on the sheet itself, where there is no parent. */
export interface Placed {
  id: string;
  parentId: string | null;
  sheetId: string;
  /** The stored type, `qInfo.qType`. */
  type: string;
  depth: number;
}

/** An object with all that it holds, as GetFullPropertyTree answers it. */
export interface Tree {
  qProperty: Properties;
  qChildren: Tree[];
}

/** An app as the engine holds it: the truth about its sheets, charts and master items. `viewer` sees no others' private sheets. */
export class AppDocument {
  readonly appId: string;
  /** All objects by id; to be changed by `edit` only. */
  readonly objects: ObjectMap;
  readonly edit: DocumentEdits;
  readonly reloads: ReloadEdits;
  #host: DocumentHost;
  #watchers = new Set<(change: Change) => void>();
  #hiddenFrom = new Map<string, Set<string>>();

  constructor(appId: string, objects: ObjectMap, host: DocumentHost) {
    this.appId = appId;
    this.objects = objects;
    this.#host = host;
    this.reloads = new ReloadEdits(appId, host);
    this.edit = new DocumentEdits(this, host, (change) => {
      this.#hiddenFrom.clear();
      for (const watcher of this.#watchers) watcher(change);
    });
  }

  /** The item that stands for the app. */
  get item(): Item {
    const item = this.#host.item();
    if (!item) throw new Error(`there is no app ${this.appId}`);
    return item;
  }

  /** Whether the app has not been deleted. */
  get isThere(): boolean {
    return this.#host.item() !== undefined;
  }

  /** Hears of every edit until the answer is called. */
  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Ids of the sheets, in the order of their ranks. */
  sheetIds(viewer?: string): string[] {
    const rank = (id: string) => Number(this.objects.get(id)?.properties.rank);
    return this.idsOfType('sheet', viewer).sort((one, other) => rank(one) - rank(other));
  }

  /** Ids of all objects of a type (sheet, dimension, measure, masterobject, barchart), in the order of listing. */
  idsOfType(type: string, viewer?: string): string[] {
    return [...this.objects]
      .filter(([id, { properties }]) => properties.qInfo.qType === type && this.isVisible(id, viewer))
      .map(([id]) => id);
  }

  /** Every object that stands on a sheet, at any depth, once, on the first of its sheets by rank. */
  charts(viewer?: string): Placed[] {
    const placed = new Map<string, Placed>();
    for (const sheetId of this.sheetIds(viewer))
      for (const one of this.chartsOn(sheetId)) if (!placed.has(one.id)) placed.set(one.id, one);
    return [...placed.values()];
  }

  /** Every object that stands on one sheet: its children, and what its cells name beside them, with all that they hold. */
  chartsOn(sheetId: string): Placed[] {
    const placed = new Map<string, Placed>();
    const place = (id: string, parentId: string | null, depth: number) => {
      const object = this.objects.get(id);
      if (!object || placed.has(id)) return;
      placed.set(id, { id, parentId, sheetId, type: object.properties.qInfo.qType, depth });
      for (const childId of object.childIds) place(childId, id, depth + 1);
    };
    const sheet = this.#object(sheetId);
    for (const id of [...sheet.childIds, ...cellsOf(sheet).map(({ name }) => name)]) place(id, null, 1);
    return [...placed.values()];
  }

  /** What the engine says of an object when it lists it. */
  meta(id: string): Meta {
    return this.#object(id).meta;
  }

  /** An object's properties: with the members that are empty, or as they are sent unless those are asked for. */
  properties(id: string, empty: 'kept' | 'leftOut' = 'kept'): Properties {
    const { properties } = this.#object(id);
    return withFiller(empty === 'kept' ? properties : withoutEmpty(properties), this.#host.propertyPadding);
  }

  /** An object and its descendants. */
  tree(id: string, empty: 'kept' | 'leftOut' = 'kept'): Tree {
    const qChildren = this.childIds(id).map((childId) => this.tree(childId, empty));
    return { qProperty: this.properties(id, empty), qChildren };
  }

  /** Ids of what an object holds. */
  childIds(id: string): string[] {
    return this.#object(id).childIds;
  }

  /** What holds an object, the first if there are several. */
  parentId(id: string): string | undefined {
    for (const [parentId, { childIds }] of this.objects) if (childIds.includes(id)) return parentId;
    return undefined;
  }

  /** Whether a user may see an object; whoever is not named sees all. */
  isVisible(id: string, viewer: string | undefined): boolean {
    if (!this.objects.has(id)) return false;
    return viewer === undefined || !this.#hidden(viewer).has(id);
  }

  #hidden(viewer: string): Set<string> {
    const known = this.#hiddenFrom.get(viewer) ?? this.#findHidden(viewer);
    this.#hiddenFrom.set(viewer, known);
    return known;
  }

  #findHidden(viewer: string): Set<string> {
    const hidden = new Set<string>();
    const shown = new Set<string>();
    const add = (ids: Set<string>, id: string) => {
      ids.add(id);
      for (const childId of this.objects.get(id)?.childIds ?? []) add(ids, childId);
    };
    for (const [id, { properties, meta }] of this.objects) {
      if (properties.qInfo.qType !== 'sheet') continue;
      add(meta.published === false && meta.ownerId !== viewer ? hidden : shown, id);
    }
    return hidden.difference(shown);
  }

  #object(id: string): StoredObject {
    const object = this.objects.get(id);
    if (!object) throw new Error(`app ${this.appId} has no object ${id}`);
    return object;
  }
}
