import { faker } from '@faker-js/faker/locale/en';
import { chance, type Die, dice, pick, uuid } from './dice.ts';
import { type Label, labelsOf } from './labels.ts';
import { datasetsAmong, itemCount, type Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { type Space, spaceType } from './spaces.ts';
import { iso, isoSeconds, timeline } from './timeline.ts';
import type { User } from './users.ts';

/** A row of GET /items, as it is without the caller's `actions`. */
export interface Item {
  id: string;
  name: string;
  description?: string;
  thumbnailId: string;
  spaceId?: string;
  resourceAttributes: Record<string, unknown>;
  resourceCustomAttributes: null;
  resourceType: 'app' | 'dataset' | 'automation';
  resourceSubType?: string;
  resourceId: string;
  resourceCreatedAt: string;
  resourceUpdatedAt: string;
  resourceReloadEndTime?: string;
  resourceReloadStatus?: string;
  resourceSize: { appFile: number; appMemory: number };
  itemViews: { total?: number; trend?: number; unique?: number; usedBy?: number; week?: unknown[] };
  createdAt: string;
  updatedAt: string;
  creatorId: string;
  updaterId: string;
  ownerId: string;
  tenantId: string;
  isFavorited: boolean;
  collectionIds: string[];
  meta: { isFavorited: boolean; tags: Label[]; collections: Label[] };
  links: { self: { href: string }; collections: { href: string }; open?: { href: string } };
}

const DATA_FLOW = 'DATAFLOW_PREP';
const PREPARATION = ['DATA_PREPARATION', DATA_FLOW, 'SINGLE_TABLE_PREP'];

/** The index of an app among the items. */
export function appIndex(app: number): number {
  return app + Math.floor(app / 5);
}

/** What each item is: apps, between them data sets and automations by turns, and after them the data sets that found no place. */
function kindsOf({ apps, datasets }: Plan) {
  const among = itemCount(apps);
  const size = among + Math.max(0, datasets - datasetsAmong(apps));
  const kindAt = (index: number): Item['resourceType'] => {
    if (index >= size || (index < among && index % 6 !== 5)) return 'app';
    return index >= among || (index % 12 === 5 && index < 12 * datasets) ? 'dataset' : 'automation';
  };
  return { size, kindAt };
}

/** Apps in shared, managed and personal spaces, and data sets and automations. */
export function itemMaker(
  plan: Plan,
  userAt: (index: number) => User,
  spaceIdAt: (index: number) => string,
): RowMaker<Item> {
  faker.seed(plan.seed + 1);
  const names = Array.from({ length: 80 }, () => `${faker.commerce.department()} ${faker.company.buzzNoun()}`);
  const labels = labelsOf(plan);
  const { size, kindAt } = kindsOf(plan);
  const time = timeline(plan, 'items', size);
  const dieAt = dice(plan.seed, 'items');
  const resourceDie = dice(plan.seed, 'resources');
  const resourceIdAt = (index: number) => uuid(resourceDie(index));
  const dailyDie = dice(plan.seed, 'daily reloads');
  const spaceOf = (die: Die, types: Space['type'][]) => {
    const index = plan.spaces ? die(plan.spaces) : 0;
    const type = spaceType(index);
    return plan.spaces && types.includes(type) ? { id: spaceIdAt(index), type } : undefined;
  };

  const rowAt = (index: number): Item => {
    const kind = kindAt(index);
    const die = dieAt(index);
    const id = time.idAt(index);
    const createdMs = time.createdMs(index);
    const resourceId = resourceIdAt(index);
    const { id: ownerId, subject: owner } = userAt(die(plan.users));
    const name = pick(die, names) + (index < names.length ? '' : ` ${index}`);
    const updaterId = chance(die, 80) ? ownerId : plan.adminId;
    const shared = {
      ...{ id, name, resourceId, ownerId, updaterId, creatorId: ownerId, tenantId: plan.tenantId },
      ...labelling(die, labels),
      createdAt: isoSeconds(createdMs),
      thumbnailId: '',
      resourceCustomAttributes: null,
    };
    const self = `${plan.origin}/api/v1/items/${id}`;
    const links = { self: { href: self }, collections: { href: `${self}/collections` } };
    if (kind !== 'app')
      return { ...shared, ...otherResource({ kind, index, die, createdMs }, spaceOf(die, ['data', 'shared'])), links };
    const space = spaceOf(die, ['shared', 'managed']);
    const source = appIndex(die(Math.max(1, plan.apps)));
    const origin = space?.type === 'managed' && source !== index ? resourceIdAt(source) : '';
    const dailyMs = plan.isReloadedDaily ? latestReload(dailyDie(index), plan.nowMs) : undefined;
    const app = appResource({ die, createdMs, dailyMs, resourceId, ownerId, owner, name, space, origin });
    return { ...shared, ...app, links: { ...links, open: { href: plan.origin + pageOf(app.resourceAttributes) } } };
  };
  return { size, rowAt, idAt: time.idAt, indexOf: time.indexOf };
}

/** When an app was reloaded last that is so day by day, if it is one. Some have been left out for a while. */
function latestReload(die: Die, nowMs: number): number | undefined {
  if (!chance(die, 70)) return undefined;
  const days = chance(die, 80) ? 1 : 60;
  return nowMs - 3_600_000 - die(days * 86_400) * 1_000 - die(1_000);
}

/** Where an app opens: a data flow is one of another kind. */
function pageOf({ id, usage }: { id: string; usage: string }): string {
  return usage === DATA_FLOW ? `/dataflow/${id}/overview` : `/sense/app/${id}`;
}

function labelling(die: Die, labels: ReturnType<typeof labelsOf>) {
  const tags = labels.tags.filter(() => chance(die, 15));
  const collections = labels.collections.filter(() => chance(die, 10));
  const collectionIds = [...tags, ...collections].map(({ id }) => id);
  return { isFavorited: false, collectionIds, meta: { isFavorited: false, tags, collections } };
}

interface AppFacts {
  die: Die;
  createdMs: number;
  /** Its latest reload, where it is reloaded day by day. */
  dailyMs: number | undefined;
  resourceId: string;
  ownerId: string;
  owner: string;
  name: string;
  space: { id: string; type: Space['type'] } | undefined;
  origin: string;
}

function appResource({ die, createdMs, dailyMs, resourceId, ownerId, owner, name, space, origin }: AppFacts) {
  const firstMs = chance(die, 80) ? createdMs + die(10_000) * 60_000 + die(1000) : undefined;
  const reloadMs = firstMs && Math.max(firstMs, dailyMs ?? 0);
  const modifiedMs = (reloadMs ?? createdMs) + 100 + die(3000);
  const description = chance(die, 60) ? '' : `About ${name.toLowerCase()}`;
  const total = die(50);
  const isDirectQueryMode = chance(die, 5);
  const usage = isDirectQueryMode ? 'DIRECT_QUERY_MODE' : chance(die, 88) ? 'ANALYTICS' : pick(die, PREPARATION);
  return {
    ...(space && { spaceId: space.id }),
    ...(description && { description }),
    resourceType: 'app' as const,
    resourceSubType: usage === DATA_FLOW ? 'dataflow-prep' : '',
    resourceAttributes: {
      _resourcetype: 'app',
      createdDate: iso(createdMs - 700),
      description,
      dynamicColor: '',
      hasSectionAccess: chance(die, 5),
      id: resourceId,
      isDirectQueryMode,
      lastReloadTime: reloadMs ? iso(reloadMs) : '',
      modifiedDate: iso(modifiedMs),
      name,
      originAppId: origin,
      owner,
      ownerId,
      publishTime: origin ? iso(createdMs + 5000) : '',
      published: chance(die, 5),
      spaceId: space?.id ?? '',
      thumbnail: '',
      usage,
    },
    resourceCreatedAt: isoSeconds(createdMs - 700),
    resourceUpdatedAt: isoSeconds(modifiedMs),
    updatedAt: isoSeconds(modifiedMs),
    resourceReloadEndTime: reloadMs ? isoSeconds(reloadMs) : '',
    resourceReloadStatus: reloadMs ? 'ok' : '',
    resourceSize: { appFile: 10_000 + die(900_000), appMemory: 30_000 + die(9_000_000) },
    itemViews: total ? { total, trend: die(100) / 100, unique: 1 + die(total) } : {},
  };
}

interface OtherFacts {
  kind: 'dataset' | 'automation';
  index: number;
  die: Die;
  createdMs: number;
}

function otherResource({ kind, index, die, createdMs }: OtherFacts, space: { id: string } | undefined) {
  const isDataset = kind === 'dataset';
  const updatedMs = createdMs + die(1000) * 60_000;
  return {
    ...(space && { spaceId: space.id }),
    resourceType: kind,
    resourceSubType: isDataset ? 'qix-df' : '',
    resourceAttributes: isDataset ? datasetAttributes(`table_${index}.parquet`, die) : {},
    resourceCreatedAt: isoSeconds(createdMs),
    resourceUpdatedAt: isoSeconds(updatedMs),
    updatedAt: isoSeconds(updatedMs),
    resourceReloadEndTime: '',
    resourceReloadStatus: '',
    resourceSize: { appFile: 0, appMemory: 0 },
    itemViews: {},
  };
}

function datasetAttributes(technicalName: string, die: Die) {
  const technical = { sourceSystemId: `QIX-DF_${uuid(die)}`, technicalDescription: '', technicalName };
  const store = { dataStoreName: 'DataFilesStore', dataStoreType: 'qix-datafiles' };
  const qri = `qri:qdf:fake://${technicalName}`;
  return { appType: 'QIX-DF', ...store, qri, secureQri: qri, ...technical, type: 'parquet', version: '1' };
}
