import { chartKinds, masterVisualizations } from './chart-kinds.ts';
import { chance, type Die, dice, hex, pick, uuid } from './dice.ts';
import { idMaker } from './id-maker.ts';
import { type Kit, masterDimensions, masterMeasures } from './library.ts';
import { cellAt, metaOf, type Owner, sheetProperties, type Visibility } from './sheets.ts';
import { type Branch, cellsOf, type StoredObject } from './stored-object.ts';
import { appVariables } from './variables.ts';

/** What a document is made from. */
export interface DocumentFacts {
  seed: number;
  appId: string;
  /** Of the app that it was published from, whose objects' ids it shares; else its own. */
  originId: string;
  sheets: number;
  charts: number;
  /** Preparation apps have no sheets. */
  isAnalytic: boolean;
  isPublished: boolean;
  createdMs: number;
  modifiedMs: number;
  owner: Owner;
  /** Those whose private sheets there may be. */
  readers: Owner[];
}

/** All objects of a document by id, in the order in which they are listed. */
export type ObjectMap = Map<string, StoredObject>;

/** Makes an app's sheets, charts and master items; the same facts make the same, byte for byte. */
export function makeObjects(facts: DocumentFacts): ObjectMap {
  const objects: ObjectMap = new Map();
  const die = dice(facts.seed, `document ${facts.originId}`)(0);
  const newId = idMaker(die);
  const addBranch = branchAdder(objects);
  const time = clockOf(facts);
  addOtherObjects(objects);

  const listed = (branch: Branch, visibility: Visibility) => {
    const { qMetaDef, qInfo } = branch.properties;
    const [createdMs, modifiedMs] = time(die);
    const { title = '', description = '', tags } = qMetaDef ?? {};
    const common = { die, title, description, objectType: qInfo.qType, createdMs, modifiedMs };
    const meta = metaOf({ ...common, owner: facts.owner, visibility, isAppPublished: facts.isPublished });
    addBranch(branch, tags ? { ...meta, tags } : meta);
    return qInfo.qId;
  };
  const dimensionIds = masterDimensions(newId).map((branch) => listed(branch, 'public'));
  const measureIds = masterMeasures(newId).map((branch) => listed(branch, 'public'));
  const library = { dimensionIds, measureIds, visualizationIds: [] as string[], goneId: newId() };
  const kit: Kit = { die, newId, library };
  library.visualizationIds = masterVisualizations(kit).map((branch) => listed(branch, 'public'));
  if (facts.isAnalytic && facts.sheets > 0) addSheets(objects, facts, kit, time);
  for (const variable of appVariables(dice(facts.seed, `variables ${facts.originId}`)(0)))
    objects.set(variable.properties.qInfo.qId, variable);
  return objects;
}

/** Puts a branch among the objects: the topmost object with its own meta, what is in it with the meta of children. */
export function branchAdder(objects: ObjectMap) {
  const addBranch = (
    { properties, children }: Branch,
    meta: StoredObject['meta'] = { privileges: CHILD_PRIVILEGES },
  ) => {
    const { qId } = properties.qInfo;
    objects.set(qId, { properties, meta, childIds: children.map((child) => child.properties.qInfo.qId) });
    for (const child of children) addBranch(child);
  };
  return addBranch;
}

const CHILD_PRIVILEGES = ['read', 'update', 'delete'];
const KINDS = chartKinds();

/** Makes the chart of a kind; any number is one. */
export function chartOfKind(kit: Kit, kind: number | string): Branch {
  const known = typeof kind === 'string' ? KINDS.find(({ name }) => name === kind) : KINDS[kind % KINDS.length];
  if (!known) throw new Error(`there is no kind of chart ${kind}`);
  return known.make(kit);
}

function addSheets(objects: ObjectMap, facts: DocumentFacts, kit: Kit, time: ReturnType<typeof clockOf>): void {
  const { die, newId } = kit;
  const addBranch = branchAdder(objects);
  const firstKind = die(KINDS.length);
  const isReversed = chance(die, 30);
  const privates = facts.readers.filter(() => chance(die, 25));
  const count = facts.sheets + privates.length;
  const sheets = Array.from({ length: count }, (_, index) => {
    const reader = privates[index - facts.sheets];
    const rank = isReversed ? count - index : index;
    const properties = sheetProperties(die, chance(die, 80) ? uuid(die) : newId(), rank, facts.appId);
    const { title = '', description = '' } = properties.qMetaDef ?? {};
    const [createdMs, modifiedMs] = time(die);
    const visibility = reader ? 'private' : facts.isPublished && index % 3 === 2 ? 'community' : 'public';
    const owner = reader ?? (visibility === 'community' ? (facts.readers.at(-1) ?? facts.owner) : facts.owner);
    const described = { die, title, description, objectType: 'sheet', createdMs, modifiedMs };
    const meta = metaOf({ ...described, owner, visibility, isAppPublished: facts.isPublished });
    addBranch({ properties, children: [] }, meta);
    return objects.get(properties.qInfo.qId) as StoredObject;
  });
  for (const [index, sheet] of sheets.entries())
    for (let place = 0; place < facts.charts; place++) {
      const branch = chartOfKind(kit, firstKind + index * facts.charts + place);
      addBranch(branch);
      standOn(sheet, branch, place);
    }
  if (facts.charts) addOddCells(sheets.slice(0, facts.sheets), kit, addBranch);
}

function standOn(sheet: StoredObject, { properties }: Branch, place: number): void {
  const { qId, qType } = properties.qInfo;
  cellsOf(sheet).push(cellAt(place, qId, qType));
  sheet.childIds.push(qId);
}

/** Cells of what is not the sheet's child, of what is gone, and of what stands on another sheet. */
function addOddCells(sheets: StoredObject[], kit: Kit, addBranch: ReturnType<typeof branchAdder>): void {
  const { die, newId } = kit;
  const [first, second] = sheets as [StoredObject, StoredObject | undefined];
  const put = (sheet: StoredObject, name: string, type: string) =>
    cellsOf(sheet).push(cellAt(cellsOf(sheet).length, name, type));
  if (chance(die, 40)) {
    const stray = chartOfKind(kit, pick(die, ['filterpane', 'barchart']));
    addBranch(stray);
    put(first, stray.properties.qInfo.qId, stray.properties.qInfo.qType);
  }
  if (chance(die, 40)) put(second ?? first, newId(), 'kpi');
  if (!second || !chance(die, 50)) return;
  const way = die(3);
  const [from, to] = way === 0 ? [second, first] : [first, second];
  const [sharedId = ''] = from.childIds;
  put(to, sharedId, cellsOf(from)[0]?.type ?? '');
  if (way === 2) to.childIds.push(sharedId);
}

/** What every app has besides sheets and master items. */
function addOtherObjects(objects: ObjectMap): void {
  const addBranch = branchAdder(objects);
  for (const qType of ['LoadModel', 'appprops', 'ColorMapModel_Persistent', 'bookmark', 'story', 'snapshot'])
    addBranch({
      properties: { qInfo: { qId: qType === 'bookmark' ? 'fXyzQ' : qType, qType }, qMetaDef: {} },
      children: [],
    });
}

/** Times at which something was made and last changed, in the life of the app. */
function clockOf({ createdMs, modifiedMs }: DocumentFacts) {
  return (die: Die): [createdMs: number, modifiedMs: number] => {
    const span = Math.max(1, modifiedMs - createdMs);
    const made = Number.parseInt(hex(die, 8), 16) % span;
    return [createdMs + made, createdMs + made + (Number.parseInt(hex(die, 8), 16) % (span - made))];
  };
}
