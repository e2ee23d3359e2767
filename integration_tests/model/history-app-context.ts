import { type Die, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import { type Cell, cellsOf, type StoredObject } from '../../src/simulator/data/stored-object.ts';
import type { EditContext } from './history-lists.ts';

export interface AppContext extends EditContext {
  readonly document: AppDocument;
}

/** No time moves: `history-times.ts` decides about them. */
export const STILL = { object: false, app: false };

export function any(die: Die, ids: readonly string[]): string | undefined {
  return ids.length > 0 ? pick(die, ids) : undefined;
}

export function anyChart({ document, die }: AppContext): string | undefined {
  return any(
    die,
    document.charts().map(({ id }) => id),
  );
}

export function anySheet({ document, die }: AppContext): string | undefined {
  return any(die, document.sheetIds());
}

export function objectOf(document: AppDocument, id: string): StoredObject {
  const object = document.objects.get(id);
  if (!object) throw new Error(`there is no object ${id}`);
  return object;
}

export function expression(text: string) {
  return { qStringExpression: { qExpr: `='${text}'` } };
}

export function cellsPatch(document: AppDocument, sheetId: string, patch: (cells: Cell[]) => Cell[]): void {
  document.edit.change(sheetId, { cells: patch(cellsOf(objectOf(document, sheetId))) }, STILL);
}
