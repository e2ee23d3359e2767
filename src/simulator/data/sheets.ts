import { chance, type Die, pick, uuid } from './dice.ts';
import { someText } from './library.ts';
import type { Cell, Meta, Properties } from './stored-object.ts';
import { iso } from './timeline.ts';

/** Who may see a sheet: everyone who may open the app (from its publisher, or from a user), or its owner alone. */
export type Visibility = 'public' | 'community' | 'private';

/** Who owns things in an app. */
export interface Owner {
  id: string;
  subject: string;
}

const SHEET_TITLES = ['Overview', 'Details', 'Übersicht & Ziele', 'Sales by region', '概要', 'New sheet'];
const GRIDS = [
  { columns: 24, rows: 12, gridResolution: 'small' },
  { columns: 24, rows: 25, gridResolution: 'customrows', customRowBase: 25 },
  { columns: 50, rows: 24, gridResolution: 'medium' },
];

/** The properties of a sheet that stands at a rank; every few have a title, a description or a condition to compute. */
export function sheetProperties(die: Die, qId: string, rank: number, appId: string): Properties {
  const grid = pick(die, GRIDS);
  const thumbnail = chance(die, 40) ? { qUrl: `/api/v1/apps/${appId}/media/files/sheet-${rank}.png` } : { qUrl: '' };
  const labelExpression = {
    qStringExpression: { qExpr: chance(die, 50) ? "='Sales '&'2026'" : "='Sales '&Max(Year)" },
  };
  return {
    qInfo: { qId, qType: 'sheet' },
    qExtendsId: '',
    qMetaDef: { title: pick(die, SHEET_TITLES), description: chance(die, 50) ? '' : 'What everyone looks at' },
    qStateName: '',
    rank,
    thumbnail: { qStaticContentUrlDef: thumbnail },
    ...grid,
    cells: [],
    qChildListDef: { qData: { title: '/title' } },
    layoutOptions: { mobileLayout: 'LIST', extendable: chance(die, 10) },
    gridMode: 'simpleEdit',
    actions: [],
    ...(chance(die, 25) && { labelExpression }),
    ...(chance(die, 15) && { descriptionExpression: someText(die, ['The year so far']) }),
    ...(chance(die, 15) && { showCondition: "=GetSelectedCount(Region)>0 or '1'='1'" }),
    ...(chance(die, 10) && { groupId: 'group-1' }),
  };
}

/** A cell for what is to stand in the given place of a sheet. */
export function cellAt(index: number, name: string, type: string): Cell {
  const [col, row] = [(index % 3) * 8, Math.floor(index / 3) * 4];
  const bounds = { x: (col / 24) * 100, y: (row / 12) * 100, width: 100 / 3, height: 100 / 3 };
  return { name, type, col, row, colspan: 8, rowspan: 4, bounds };
}

/** When and by whom something in an app was made, and who may see it. */
export interface MetaFacts {
  die: Die;
  title: string;
  description: string;
  objectType: string;
  owner: Owner;
  createdMs: number;
  modifiedMs: number;
  visibility: Visibility;
  /** Whether the app is; only then a publisher approves sheets. */
  isAppPublished: boolean;
}

/** What the engine says of a sheet or a master item when it lists it. */
export function metaOf(facts: MetaFacts): Meta {
  const { die, title, description, objectType, owner, createdMs, modifiedMs, visibility, isAppPublished } = facts;
  const isPublished = visibility !== 'private';
  return {
    title,
    description,
    _resourcetype: 'app.object',
    _objecttype: objectType,
    id: uuid(die),
    approved: visibility === 'public' && isAppPublished,
    published: isPublished,
    owner: owner.subject,
    ownerId: owner.id,
    createdDate: iso(createdMs),
    modifiedDate: iso(modifiedMs),
    ...(isPublished && { publishTime: true }),
    privileges: ['read', 'update', 'delete', 'publish', 'change_owner'],
  };
}
