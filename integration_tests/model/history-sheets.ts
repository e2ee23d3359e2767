import { pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { Properties } from '../../src/simulator/data/stored-object.ts';
import { iso } from '../../src/simulator/data/timeline.ts';
import { type AppContext, any, anySheet, cellsPatch, expression, objectOf, STILL } from './history-app-context.ts';
import { chartPatch } from './history-charts.ts';
import type { Edit } from './history-lists.ts';
import type { Memory } from './history-memory.ts';

/** What may differ in a sheet, its cells apart. */
function sheetPatch({ die, memory }: AppContext): object {
  const text = memory.text();
  return pick<object>(die, [
    { qMetaDef: { title: text, description: '' } },
    { qMetaDef: { title: 'The same', description: text } },
    { thumbnail: { qStaticContentUrlDef: { qUrl: text } } },
    { labelExpression: expression(text) },
    { showCondition: `=Count([${text}])>0` },
    { columns: memory.number() },
  ]);
}

function masterPatch(context: AppContext, { qInfo, ...properties }: Properties): object {
  const text = context.memory.text();
  if (qInfo.qType === 'measure') return { qMeasure: { ...(properties.qMeasure as object), qDef: `Max([${text}])` } };
  if (qInfo.qType === 'variable') return { qDefinition: `Max([${text}])` };
  if (qInfo.qType === 'dimension') return { qDim: { ...(properties.qDim as object), qFieldDefs: [text] } };
  return chartPatch(context, { qInfo, ...properties });
}

function changeMaster(context: AppContext, type: string): string | undefined {
  const { document, die } = context;
  // Those that a sheet holds are in no library.
  const inLibrary = document.idsOfType(type).filter((item) => document.meta(item).id !== undefined);
  const id = any(die, inLibrary);
  if (id === undefined) return undefined;
  const patch = masterPatch(context, objectOf(document, id).properties);
  document.edit.change(id, { ...patch }, STILL);
  return `${id} ${JSON.stringify(patch)}`;
}

/** Puts back all that an app once held. */
export function restore(document: AppDocument, content: AppDocument['objects']): void {
  document.objects.clear();
  for (const [id, object] of structuredClone(content)) document.objects.set(id, object);
  const [id = ''] = document.objects.keys();
  document.edit.change(id, {}, STILL);
}

/** Keeps what the app holds now, to be put back some day. */
export function keep({ document, memory }: { document: AppDocument; memory: Memory }): void {
  const kept = memory.contents.get(document.appId) ?? [];
  memory.contents.set(document.appId, [...kept, structuredClone(document.objects)]);
}

/** What may happen to sheets, to master items, and to an app as a whole. */
export const sheetEdits: readonly Edit<AppContext>[] = [
  {
    name: 'cell taken away',
    run(context) {
      const sheetId = anySheet(context);
      if (sheetId !== undefined) cellsPatch(context.document, sheetId, (cells) => cells.slice(0, -1));
      return sheetId;
    },
  },
  {
    name: 'cell moved',
    run(context) {
      const sheetId = anySheet(context);
      if (sheetId === undefined) return undefined;
      const col = context.memory.number();
      cellsPatch(context.document, sheetId, ([first, ...others]) => (first ? [{ ...first, col }, ...others] : []));
      return sheetId;
    },
  },
  {
    name: 'sheet changed',
    run(context) {
      const id = anySheet(context);
      if (id !== undefined) context.document.edit.change(id, { ...sheetPatch(context) }, STILL);
      return id;
    },
  },
  {
    name: 'sheet added',
    run: ({ document, die, memory }) =>
      document.edit.addSheet(
        { title: memory.text(), charts: die(4), visibility: pick(die, ['public', 'community', 'private']) },
        STILL,
      ),
  },
  {
    name: 'sheet deleted',
    run(context) {
      const id = anySheet(context);
      if (id !== undefined) context.document.edit.delete(id, STILL);
      return id;
    },
  },
  {
    name: 'sheets in another order',
    run(context) {
      const { document } = context;
      const [one, other] = [anySheet(context), anySheet(context)];
      if (one === undefined || other === undefined) return undefined;
      const [rank, otherRank] = [one, other].map((id) => objectOf(document, id).properties.rank);
      document.edit.change(one, { rank: otherRank }, STILL);
      document.edit.change(other, { rank }, STILL);
      return `${one} and ${other}`;
    },
  },
  {
    name: 'sheet given to others, or taken from them',
    run(context) {
      const { document, die, tenant } = context;
      const id = anySheet(context);
      if (id === undefined) return undefined;
      const { published, approved } = document.meta(id);
      const { adminId, botId } = tenant.data.plan;
      const patch = pick<object>(die, [
        { published: !published },
        { published: !published, ownerId: pick(die, [adminId, botId]) },
        { approved: !approved },
      ]);
      document.edit.changeMeta(id, { ...patch }, STILL);
      return `${id} ${JSON.stringify(patch)}`;
    },
  },
  {
    name: 'master measure or dimension, or variable changed',
    run: (context) => changeMaster(context, pick(context.die, ['measure', 'dimension', 'variable'])),
  },
  {
    name: 'master visualisation changed',
    run: (context) => changeMaster(context, 'masterobject'),
  },
  {
    name: 'what is in a master visualisation changed',
    run(context) {
      const { document, die } = context;
      const inMasters = document.idsOfType('masterobject').filter((id) => document.meta(id).id !== undefined);
      const id = any(
        die,
        inMasters.flatMap((master) => document.childIds(master)),
      );
      if (id === undefined) return undefined;
      const patch = chartPatch(context, objectOf(document, id).properties);
      document.edit.change(id, { ...patch }, STILL);
      return `${id} ${JSON.stringify(patch)}`;
    },
  },
  {
    name: 'master item or variable deleted',
    run({ document, die }) {
      // New charts are made of those that are left.
      const [id, ...others] = document.idsOfType(pick(die, ['measure', 'dimension', 'masterobject', 'variable']));
      if (id === undefined || others.length === 0) return undefined;
      document.edit.delete(id, STILL);
      return id;
    },
  },
  {
    name: 'app as it once was',
    run({ document, die, memory }) {
      const kept = memory.contents.get(document.appId);
      if (!kept) return undefined;
      const index = die(kept.length);
      restore(document, kept[index] as AppDocument['objects']);
      return `${document.appId} ${index}`;
    },
  },
  {
    name: 'reloaded',
    run({ document }) {
      document.edit.reload();
      return document.appId;
    },
  },
  {
    name: 'touched, and nothing else',
    run(context) {
      const id = anySheet(context);
      const modifiedDate = iso(context.memory.timeMs());
      if (id !== undefined) context.document.edit.changeMeta(id, { modifiedDate }, STILL);
      return id;
    },
  },
];
