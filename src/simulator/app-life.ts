import type { AppDocument, Placed } from './data/document.ts';
import type { Item } from './data/items.ts';
import { ending, isUnderWay, type Reload } from './data/reloads.ts';
import { another, type Day } from './day.ts';
import type { TenantData } from './tenant-data.ts';

/** Does something to an app, as the user who sees it; returns in words what it did. */
type AppEvent = (document: AppDocument, viewer: string, day: Day) => string;

/** So many items further on, each day begins. */
const PASSED_BY = 9;

const CHARTS = ['Sales at a glance', 'What we owe', 'Orders by month', 'Who buys what'];
const SHEETS = ['Forecast', 'Details', 'Overview', 'For the board'];
const FORMULAS = ['Sum(Amount * Rate)', 'Sum(Amount) - Sum(Cost)', 'Avg(Amount)', 'Count(DISTINCT OrderId)'];

/**
 * What happens in apps on a day, each to an app of its own if there are enough of them; apps without sheets stay as they are.
 * Every edit moves the times of its app, since an edit that moves none is seen only when the app is due to be read again.
 */
export function liveInApps(day: Day): string[] {
  const { data } = day;
  const { adminId } = data.plan;
  const events: AppEvent[] = [reload, rearrange, redefine, replaceSheet, failReload, queueReload];
  const ended = endReloads(data);
  const documents = itemsInTurn(day)
    .filter(({ resourceType }) => resourceType === 'app')
    .map(({ resourceId }) => data.document(resourceId));
  const apps = [...documents.filter((document) => isFilled(document, adminId)).take(events.length + 1)];
  const unwanted = apps.length > 1 ? apps.pop() : undefined;
  const done = events.flatMap((event, index) => {
    const app = apps[index % apps.length];
    return app ? [event(app, adminId, day)] : [];
  });
  return [...ended, ...done, ...(unwanted ? [deleteApp(data, unwanted)] : [])];
}

/** All items, from those on whose turn it is, and then those before them. */
function* itemsInTurn({ data: { items }, index }: Day): Generator<Item> {
  if (items.count === 0) return;
  const start = (index * PASSED_BY) % items.count;
  yield* items.all().drop(start);
  yield* items.all().take(start);
}

function isFilled(document: AppDocument, viewer: string): boolean {
  return document.sheetIds(viewer).length > 1 && chartsOnFirstSheet(document, viewer).length > 1;
}

function chartsOnFirstSheet(document: AppDocument, viewer: string): Placed[] {
  const [first] = document.sheetIds(viewer);
  return document.charts(viewer).filter(({ sheetId, depth }) => sheetId === first && depth === 1);
}

function reload({ item, edit }: AppDocument): string {
  edit.reload();
  return `The app "${item.name}" is reloaded; nothing in it changes.`;
}

function failReload({ item, reloads }: AppDocument): string {
  reloads.run('FAILED');
  return `A reload of the app "${item.name}" fails; the app keeps its data.`;
}

/** Ended on the next day. */
function queueReload({ item, reloads }: AppDocument): string {
  reloads.queue();
  return `A reload of the app "${item.name}" is queued.`;
}

function endReloads(data: TenantData): string[] {
  return [...data.reloads.all()].filter(isUnderWay).map((reload) => endReload(data, reload));
}

function endReload({ documents, reloads }: TenantData, { id, appId, status, creationTime }: Reload): string {
  const document = documents.get(appId);
  if (!document) {
    reloads.change(id, ending('CANCELED', Date.parse(creationTime) + 60_000));
    return 'A reload of an app that is deleted is cancelled.';
  }
  if (status === 'QUEUED') document.reloads.begin(id);
  document.reloads.end(id);
  return `The reload of the app "${document.item.name}" that was under way ends.`;
}

function rearrange(document: AppDocument, viewer: string, day: Day): string {
  const [retitled, moved] = chartsOnFirstSheet(document, viewer) as [Placed, Placed];
  const [, second = ''] = document.sheetIds(viewer);
  const { title } = document.properties(retitled.id);
  document.edit.change(retitled.id, { title: another(day, CHARTS, String(title)) });
  document.edit.moveChart(moved.id, second);
  return `In "${document.item.name}" a chart gets another title, and one moves to another sheet.`;
}

/** Charts that show the measure are other charts now, on sheets that are as old as before. */
function redefine(document: AppDocument, viewer: string, day: Day): string {
  const ids = document.idsOfType('measure');
  const shown = measuresShown(document, viewer);
  const id = ids.find((measureId) => shown.has(measureId)) ?? (ids[0] as string);
  const { qMetaDef, qMeasure } = document.properties(id) as Measure;
  document.edit.change(id, { qMeasure: { ...qMeasure, qDef: another(day, FORMULAS, qMeasure?.qDef) } });
  return `In "${document.item.name}" the measure "${qMetaDef?.title}" gets another formula; no sheet's time moves.`;
}

interface Measure {
  readonly qMetaDef?: { readonly title?: string };
  readonly qMeasure?: { readonly qDef?: string };
}

function measuresShown(document: AppDocument, viewer: string): Set<string> {
  type Cube = { qMeasures: { qLibraryId: string }[] } | undefined;
  const cubes = document.charts(viewer).map(({ id }) => document.objects.get(id)?.properties.qHyperCubeDef as Cube);
  return new Set(cubes.flatMap((cube) => cube?.qMeasures ?? []).map(({ qLibraryId }) => qLibraryId));
}

function replaceSheet(document: AppDocument, viewer: string, day: Day): string {
  const old = document.sheetIds(viewer).at(-1) as string;
  const { title } = document.meta(old);
  const added = another(day, SHEETS, title);
  document.edit.delete(old);
  document.edit.addSheet({ title: added });
  return `In "${document.item.name}" the sheet "${title}" is deleted, and a sheet "${added}" added.`;
}

function deleteApp({ items }: TenantData, { item }: AppDocument): string {
  items.delete(item.id);
  return `The app "${item.name}" is deleted, with all in it.`;
}
