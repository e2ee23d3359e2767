import { dice, hex } from './dice.ts';
import type { DocumentHost } from './document-host.ts';
import { branchAdder, chartOfKind, type ObjectMap } from './document-maker.ts';
import { idMaker } from './id-maker.ts';
import type { Item } from './items.ts';
import type { ReloadEdits } from './reload-edits.ts';
import { cellAt, metaOf, sheetProperties, type Visibility } from './sheets.ts';
import { type Branch, cellsOf, type Meta, type Properties, type StoredObject } from './stored-object.ts';
import { iso } from './timeline.ts';

/** Which times an edit moves; by default all that Qlik is thought to move. */
export interface Moves {
  /** The modifiedDate of the sheet, or of the master item. */
  object?: boolean;
  /** The app's modifiedDate, and the item's. */
  app?: boolean;
}

/** A patch: members given as undefined vanish. */
export type Patch = { [member: string]: unknown };

/** What changed in a document, for those who hold it. */
export interface Change {
  changed: string[];
  gone: string[];
}

/** The app that is edited, as far as edits look at it. */
interface EditedDocument {
  readonly appId: string;
  readonly objects: ObjectMap;
  readonly item: Item;
  readonly reloads: ReloadEdits;
  sheetIds(): string[];
  idsOfType(type: string): string[];
  parentId(id: string): string | undefined;
}

/** What users do to an app. */
export class DocumentEdits {
  #document: EditedDocument;
  #host: DocumentHost;
  #onChange: (change: Change) => void;
  #added = 0;

  constructor(document: EditedDocument, host: DocumentHost, onChange: (change: Change) => void) {
    this.#document = document;
    this.#host = host;
    this.#onChange = onChange;
  }

  /** Changes properties of a sheet, a chart or a master item. */
  change(id: string, patch: Patch, moves: Moves = {}): void {
    const object = this.#object(id);
    object.properties = cleaned({ ...object.properties, ...patch }) as Properties;
    const { title = '', description = '', tags } = (object.properties.qMetaDef ?? {}) as Patch;
    if ('qMetaDef' in patch && object.meta.id)
      object.meta = cleaned({ ...object.meta, title, description, tags }) as Meta;
    this.#done({ changed: [id], gone: [] }, moves);
  }

  /** Changes what the engine says of a sheet or master item: who owns it, whether it is published. */
  changeMeta(id: string, patch: Patch, moves: Moves = {}): void {
    const object = this.#object(id);
    object.meta = cleaned({ ...object.meta, ...patch }) as Meta;
    this.#done({ changed: [id], gone: [] }, moves);
  }

  /** Adds a chart to a sheet, or to a container: of a kind, any unless named, with members as given. Returns its id. */
  addChart(parentId: string, given: { kind?: string; properties?: Patch } = {}, moves: Moves = {}): string {
    const die = this.#die();
    const newId = idMaker(die, this.#document.objects);
    const ids = (type: string) => this.#document.idsOfType(type);
    const library = {
      dimensionIds: ids('dimension'),
      measureIds: ids('measure'),
      // What shows a master item on a sheet is of the same type, and nobody's master.
      visualizationIds: ids('masterobject').filter((id) => this.#rootIds(id).includes(id)),
      goneId: newId(),
    };
    const branch = chartOfKind({ die, newId, library }, given.kind ?? die(1000));
    branch.properties = cleaned({ ...branch.properties, ...given.properties }) as Properties;
    branchAdder(this.#document.objects)(branch);
    this.#putOn(parentId, branch);
    this.#done({ changed: [parentId], gone: [] }, moves);
    return branch.properties.qInfo.qId;
  }

  /** Takes a chart from where it stands to another sheet or container. */
  moveChart(id: string, parentId: string, moves: Moves = {}): void {
    const oldRootIds = this.#rootIds(id);
    this.#takeOff(id);
    this.#putOn(parentId, { properties: this.#object(id).properties, children: [] });
    this.#done({ changed: [...oldRootIds, parentId], gone: [] }, moves);
  }

  /** Deletes a sheet, a chart or a master item with all that it holds; links to a master item stay. */
  delete(id: string, moves: Moves = {}): void {
    const changed = this.#rootIds(id).filter((rootId) => rootId !== id);
    this.#takeOff(id);
    const gone: string[] = [];
    const remove = (goneId: string) => {
      gone.push(goneId);
      const { childIds } = this.#object(goneId);
      this.#document.objects.delete(goneId);
      for (const childId of childIds) if (!this.#document.parentId(childId)) remove(childId);
    };
    remove(id);
    this.#done({ changed, gone }, moves);
  }

  /** Adds a sheet at the end, by default public and with three charts. Returns its id. */
  addSheet(
    given: { title?: string; charts?: number; visibility?: Visibility; ownerId?: string } = {},
    moves: Moves = {},
  ) {
    const { objects, appId, item } = this.#document;
    const { title = 'New sheet', charts = 3, visibility = 'public', ownerId = item.ownerId } = given;
    const die = this.#die();
    const id = idMaker(die, objects)();
    const ranks = this.#document.sheetIds().map((sheetId) => Number(objects.get(sheetId)?.properties.rank));
    const properties = { ...sheetProperties(die, id, Math.max(-1, ...ranks) + 1, appId), qMetaDef: { title } };
    const nowMs = this.#host.nextMs();
    const owner = { id: ownerId, subject: `auth0|${hex(die, 24)}` };
    const isAppPublished = Boolean(item.resourceAttributes.publishTime);
    const times = { createdMs: nowMs, modifiedMs: nowMs };
    const described = { die, title, description: '', objectType: 'sheet', owner, visibility, isAppPublished };
    branchAdder(objects)({ properties, children: [] }, metaOf({ ...described, ...times }));
    for (let chart = 0; chart < charts; chart++) this.addChart(id, {}, { object: false, app: false });
    this.#done({ changed: [id], gone: [] }, moves);
    return id;
  }

  /** The app is reloaded: its times move, nothing in it does. */
  reload(): void {
    this.#document.reloads.run();
  }

  #done(change: Change, { object = true, app = true }: Moves): void {
    this.#host.keep();
    const nowMs = this.#host.nextMs();
    const roots = new Set(change.changed.flatMap((id) => this.#rootIds(id)));
    if (object)
      for (const id of roots) {
        const root = this.#object(id);
        if (root.meta.modifiedDate) root.meta = { ...root.meta, modifiedDate: iso(nowMs) };
      }
    if (app) this.#host.moveApp(nowMs);
    this.#onChange({ changed: [...new Set([...change.changed, ...roots])], gone: change.gone });
  }

  #putOn(parentId: string, { properties }: Branch): void {
    const parent = this.#object(parentId);
    const { qId, qType } = properties.qInfo;
    parent.childIds = [...parent.childIds, qId];
    if (parent.properties.qInfo.qType !== 'sheet') return;
    const cells = cellsOf(parent);
    parent.properties = { ...parent.properties, cells: [...cells, cellAt(cells.length, qId, qType)] };
  }

  #takeOff(id: string): void {
    for (const object of this.#document.objects.values()) {
      if (object.childIds.includes(id)) object.childIds = object.childIds.filter((childId) => childId !== id);
      const cells = cellsOf(object);
      if (cells.some(({ name }) => name === id))
        object.properties = { ...object.properties, cells: cells.filter(({ name }) => name !== id) };
    }
  }

  /** The sheets (or master items) that an object is part of. */
  #rootIds(id: string): string[] {
    const holders = [...this.#document.objects].filter(
      ([, object]) => object.childIds.includes(id) || cellsOf(object).some(({ name }) => name === id),
    );
    return holders.length ? holders.flatMap(([holderId]) => this.#rootIds(holderId)) : [id];
  }

  #die() {
    return dice(this.#added, `added to ${this.#document.appId}`)(this.#added++);
  }

  #object(id: string): StoredObject {
    const object = this.#document.objects.get(id);
    if (!object) throw new Error(`app ${this.#document.appId} has no object ${id}`);
    return object;
  }
}

function cleaned(members: Patch): Patch {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
