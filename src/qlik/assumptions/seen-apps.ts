import type { Properties } from '../app-objects.ts';
import { fulfilled } from '../probe.ts';
import { propertiesIn, type SeenApp } from '../probed-app.ts';

export function isOpened<T>(seen: PromiseSettledResult<T>): seen is PromiseFulfilledResult<T> {
  return seen.status === 'fulfilled';
}

/** Sheets as the connector takes them: from a list object where GetObjects tells none, or nothing of them. */
export function sheetsIn({ sheets, listedSheets }: SeenApp): PromiseSettledResult<readonly Properties[]> {
  return sheets.status === 'rejected' || !areKnown(sheets.value) ? listedSheets : sheets;
}

export function sheetsOf(apps: readonly SeenApp[]): readonly Properties[] {
  return fulfilled(apps.map(sheetsIn)).flat();
}

/** Whether anything is said of the objects. */
export function areKnown(objects: readonly Properties[]): boolean {
  return objects.length === 0 || objects.some(({ qMeta }) => Object.keys(propertiesIn(qMeta)).length > 0);
}

export function treesOf(apps: readonly SeenApp[]) {
  return fulfilled(apps.map(({ trees }) => trees)).flat();
}

export function fulfilledIn<T>(seen: PromiseSettledResult<readonly T[]>): readonly T[] {
  return seen.status === 'fulfilled' ? seen.value : [];
}

export function idsOf(objects: readonly Properties[]): string[] {
  return objects.map(({ qInfo }) => String(propertiesIn(qInfo).qId)).sort();
}
