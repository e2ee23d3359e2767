import type { AppDocument } from '../data/document.ts';
import { isRecord, type Properties } from '../data/stored-object.ts';
import { EngineError } from './engine-error.ts';

/** Every value of a row of data begins with this, so that a leak of data is found by one search. */
export const ROW_DATA_MARK = 'fake-row-data-';

/** Of every cube and list. */
const ROWS = 20;

/** What a column says whose values are texts, or none. */
const NO_RANGE = { qMin: 'NaN', qMax: 'NaN' };

/** An object's properties with every expression computed; without data, what depends on data comes to nothing. */
export function evaluated(value: unknown, withData: boolean): unknown {
  if (Array.isArray(value)) return value.map((member) => evaluated(member, withData));
  if (!isRecord(value)) return value;
  if (isRecord(value.qStringExpression)) return computed(String(value.qStringExpression.qExpr), withData);
  if (isRecord(value.qValueExpression)) return Number(computed(String(value.qValueExpression.qExpr), withData)) || 0;
  return Object.fromEntries(Object.entries(value).map((member) => evaluatedMember(member, withData)));
}

/** The layout of a stored object: of one that shows a master, the master's. */
export function layoutOf(document: AppDocument, id: string, withData: boolean): object {
  const { qExtendsId, qLayoutExclude, qUndoExclude, qMetaDef, ...properties } = effective(document, id);
  const layout = evaluated(properties, withData) as Record<string, unknown>;
  if (layout.qDim) layout.qDimInfos = dimensionInfos(properties);
  if (properties.qChildListDef) layout.qChildList = { qItems: childItems(document, id, withData) };
  return { ...layout, qMeta: document.meta(id), qSelectionInfo: {} };
}

/** The properties that hold for an object: of one that shows a master, the master's. */
export function effective(document: AppDocument, id: string): Properties {
  const own = document.properties(id);
  if (!own.qExtendsId || own.qExtendsId.includes('qlik-compound-context')) return own;
  if (!document.objects.has(own.qExtendsId)) throw new EngineError(8001, own.qExtendsId);
  return { ...document.properties(own.qExtendsId), qInfo: own.qInfo, qExtendsId: own.qExtendsId };
}

/** What JSON pointers find in an object; one that finds nothing yields no member. */
export function pick(source: unknown, pointers: Record<string, unknown>): Record<string, unknown> {
  const found = Object.entries(pointers).map(([name, pointer]) => [name, follow(source, String(pointer))] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** What a master dimension's layout says of its fields. */
export function dimensionInfos({ qDim }: Properties): object[] {
  const { qFieldDefs = [] } = (qDim ?? {}) as { qFieldDefs?: string[] };
  return qFieldDefs.map((name) => ({ qName: name, qTags: ['$text'], qIsSemantic: false }));
}

function evaluatedMember([name, value]: [string, unknown], withData: boolean): [string, unknown] {
  if (name === 'qStaticContentUrlDef') return ['qStaticContentUrl', value];
  if (name === 'qHyperCubeDef' && isRecord(value)) return ['qHyperCube', hyperCube(value, withData)];
  if (name === 'qListObjectDef' && isRecord(value)) return ['qListObject', listObject(withData)];
  if (name === 'showCondition') return [name, computed(String(value), withData)];
  return [name, evaluated(value, withData)];
}

function hyperCube({ qDimensions = [], qMeasures = [] }: Record<string, unknown>, withData: boolean): object {
  const [dimensions, measures] = [qDimensions as unknown[], qMeasures as unknown[]];
  return {
    qSize: { qcx: dimensions.length + measures.length, qcy: withData ? ROWS : 0 },
    qDimensionInfo: dimensions.map((_, index) => ({ qFallbackTitle: `Dimension ${index}`, ...NO_RANGE })),
    qMeasureInfo: measures.map((_, index) => ({
      qFallbackTitle: `Measure ${index}`,
      ...(withData ? { qMin: 0, qMax: ROWS - 1 } : NO_RANGE),
    })),
    qDataPages: withData ? [{ qMatrix: rows(dimensions.length + measures.length) }] : [],
  };
}

function listObject(withData: boolean): object {
  return { qSize: { qcx: 1, qcy: withData ? ROWS : 0 }, qDataPages: withData ? [{ qMatrix: rows(1) }] : [] };
}

function rows(columns: number): object[][] {
  const row = (index: number) => Array.from({ length: columns }, (_, column) => `${ROW_DATA_MARK}${index}-${column}`);
  return Array.from({ length: ROWS }, (_, index) => row(index).map((qText) => ({ qText, qNum: index, qState: 'O' })));
}

function childItems(document: AppDocument, id: string, withData: boolean): object[] {
  return document.childIds(id).map((childId) => {
    const { qInfo, title } = document.properties(childId);
    return { qInfo, qMeta: document.meta(childId), qData: { title: evaluated(title, withData) } };
  });
}

/** Texts put together and plain numbers; all else depends on data. */
function computed(expression: string, withData: boolean): string {
  const body = expression.replace(/^=/, '').trim();
  if (/^[\d.]+$/.test(body)) return body;
  const parts = body.split('&').map((part) => /^\s*'([^']*)'\s*$/.exec(part)?.[1]);
  if (parts.every((part) => part !== undefined)) return parts.join('');
  return withData ? '2026' : '';
}

function follow(source: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof at === 'object' && at !== null && Object.hasOwn(at, name)
      ? (at as Record<string, unknown>)[name]
      : undefined;
  }, source);
}
