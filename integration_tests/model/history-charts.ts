import { chance, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { Properties } from '../../src/simulator/data/stored-object.ts';
import {
  type AppContext,
  any,
  anyChart,
  anySheet,
  cellsPatch,
  expression,
  objectOf,
  STILL,
} from './history-app-context.ts';
import type { Edit } from './history-lists.ts';

const CELL = { col: 0, row: 0, colspan: 8, rowspan: 4, bounds: { x: 0, y: 0, width: 1, height: 1 } };

/** What may differ in a chart, or in a master visualisation. */
export function chartPatch({ die, memory }: AppContext, { qHyperCubeDef }: Properties): object {
  const text = memory.text();
  const cube = qHyperCubeDef as { qMeasures: unknown[] } | undefined;
  const measure = {
    qLibraryId: '',
    qDef: { qDef: `Sum([${text}])`, qGrouping: 'N', qLabel: '', qLabelExpression: '' },
  };
  const field = pick(die, ['title', 'subtitle', 'footnote']);
  return pick<object>(die, [
    { [field]: text },
    { [field]: expression(text) },
    { visualization: text },
    { showCondition: `=Count([${text}])>0` },
    { color: { mode: 'byExpression', colorExpression: `Sum([${text}])` } },
    cube ? { qHyperCubeDef: { ...cube, qMeasures: [...cube.qMeasures, measure] } } : { title: text },
  ]);
}

/** What may happen to charts. */
export const chartEdits: readonly Edit<AppContext>[] = [
  {
    name: 'chart changed',
    run(context) {
      const id = anyChart(context);
      if (id === undefined) return undefined;
      const patch = chartPatch(context, objectOf(context.document, id).properties);
      context.document.edit.change(id, { ...patch }, STILL);
      return `${id} ${JSON.stringify(patch)}`;
    },
  },
  {
    name: 'chart added',
    run(context) {
      const { document, die } = context;
      const containers = document.charts().filter(({ id }) => document.childIds(id).length > 0);
      const parentId = any(die, [...document.sheetIds(), ...containers.map(({ id }) => id)]);
      return parentId && `${document.edit.addChart(parentId, {}, STILL)} in ${parentId}`;
    },
  },
  {
    name: 'chart deleted',
    run(context) {
      const id = anyChart(context);
      if (id !== undefined) context.document.edit.delete(id, STILL);
      return id;
    },
  },
  {
    name: 'chart moved',
    run(context) {
      const { document, die } = context;
      const id = anyChart(context);
      if (id === undefined) return undefined;
      const below = (of: string): string[] => [of, ...document.childIds(of).flatMap(below)];
      const containers = document.charts().filter((one) => document.childIds(one.id).length > 0);
      const places = [...document.sheetIds(), ...containers.map((one) => one.id)];
      const parentId = any(
        die,
        places.filter((place) => !below(id).includes(place)),
      );
      if (parentId !== undefined) document.edit.moveChart(id, parentId, STILL);
      return `${id} to ${parentId}`;
    },
  },
  {
    name: 'chart shown on another sheet too',
    run(context) {
      const { document, die } = context;
      const [id, sheetId] = [anyChart(context), anySheet(context)];
      if (id === undefined || sheetId === undefined) return undefined;
      if (document.chartsOn(sheetId).some((one) => one.id === id)) return undefined;
      const { qType } = objectOf(document, id).properties.qInfo;
      const isOnSheet = document.objects.get(document.parentId(id) ?? '')?.properties.qInfo.qType === 'sheet';
      if (isOnSheet && chance(die, 40)) objectOf(document, sheetId).childIds.push(id);
      cellsPatch(document, sheetId, (cells) => [...cells, { ...CELL, name: id, type: qType }]);
      return `${id} on ${sheetId}`;
    },
  },
  {
    name: 'chart taken from one of its sheets',
    run({ document, die }) {
      const places = document
        .sheetIds()
        .flatMap((sheetId) => standingOn(document, sheetId).map((id) => ({ id, sheetId })));
      const shared = places.filter(({ id }) => places.filter((place) => place.id === id).length > 1);
      if (shared.length === 0) return undefined;
      const { id, sheetId } = pick(die, shared);
      const sheet = objectOf(document, sheetId);
      sheet.childIds = sheet.childIds.filter((childId) => childId !== id);
      cellsPatch(document, sheetId, (cells) => cells.filter(({ name }) => name !== id));
      return `${id} from ${sheetId}`;
    },
  },
];

/** The charts that are in no other one. */
function standingOn(document: AppDocument, sheetId: string): string[] {
  return document.chartsOn(sheetId).flatMap(({ id, parentId }) => (parentId === null ? [id] : []));
}
