import type { AppDocument, Placed } from '../../../src/simulator/data/document.ts';
import type { Cell, Properties } from '../../../src/simulator/data/stored-object.ts';
import { type Column, drawnAs, formulaOf } from './drawn-rows.ts';

/** How a caller looks into apps: at which address, as whom, and whether lists show expressions evaluated. */
export interface View {
  readonly url: string;
  readonly viewer: string | undefined;
  readonly isEvaluated: boolean;
}

export function sheetsIn(document: AppDocument, view: View): object[] {
  return document.sheetIds(view.viewer).map((id) => sheetIn(document, id, view));
}

export function chartsIn(document: AppDocument, { viewer, url }: View): object[] {
  const visible = document.charts(viewer).filter(({ id }) => document.isVisible(id, viewer));
  return visible.map((placed) => chartIn(document, placed, url));
}

export function dimensionsIn(document: AppDocument, { viewer }: View): object[] {
  return itemsIn(document, 'dimension', viewer).map(dimensionOf);
}

export function measuresIn(document: AppDocument, { viewer }: View): object[] {
  return itemsIn(document, 'measure', viewer).map(measureOf);
}

export function mastersIn(document: AppDocument, { viewer }: View): object[] {
  return itemsIn(document, 'masterobject', viewer).map((item) => masterOf(document, item));
}

/** Variables, with the secrets that the simulated tenant's definitions hold masked. */
export function variablesIn(document: AppDocument): object[] {
  const variables = [...document.objects].filter(([, { properties }]) => properties.qInfo.qType === 'variable');
  return variables.map(([id, { properties }]) => {
    const { qName, qDefinition, qComment, isScriptCreated, tags } = properties;
    const definition = qName === 'vApiKey' ? '***' : String(qDefinition).replace(/(apikey=)[^&]*/, '$1***');
    return {
      ...{ appId: document.appId, name: qName, id, definition, isExpression: definition.startsWith('=') },
      ...{ description: qComment || null, tags: tags ?? null, isScriptCreated: isScriptCreated || null },
    };
  });
}

/** An item of an app's library, with the columns that all of them have. Of what stands or stood on a sheet, the engine knows no id. */
function itemsIn(document: AppDocument, type: string, viewer: string | undefined) {
  const ids = document.idsOfType(type, viewer).filter((id) => document.meta(id).id !== undefined);
  return ids.map((id) => {
    const properties = document.properties(id);
    const { title, description, ownerId, approved, published, createdDate, modifiedDate } = document.meta(id);
    const { tags } = properties.qMetaDef as { tags?: string[] };
    const times = { createdDate: createdDate ?? null, modifiedDate: modifiedDate ?? null };
    const meta = { title, description, tags: tags ?? null, ownerId, approved, published, ...times };
    return { properties, row: { appId: document.appId, id, ...meta } };
  });
}

type Item = ReturnType<typeof itemsIn>[number];

function dimensionOf({ properties, row }: Item) {
  const { qGrouping, qFieldDefs, qFieldLabels, qLabelExpression } = properties.qDim as Column['qDef'];
  const columns = { grouping: qGrouping, fieldDefs: qFieldDefs, fieldLabels: qFieldLabels };
  return { ...row, ...columns, labelExpression: qLabelExpression || null };
}

function measureOf({ properties, row }: Item) {
  const stored = properties.qMeasure as Column['qDef'] & { qNumFormat: object };
  const { qLabel, qLabelExpression, qDef, qGrouping, qNumFormat } = stored;
  const more = { grouping: qGrouping ?? null, numberFormat: qNumFormat ?? null };
  const columns = { label: qLabel, expression: qDef, ...more };
  return { ...row, ...columns, labelExpression: qLabelExpression || null };
}

function masterOf(document: AppDocument, { row }: Item) {
  const { title, masterItemId, ...drawn } = drawnAs(document, row.id, 'masterobject', 'with all below it');
  return { ...row, ...drawn };
}

function sheetIn(document: AppDocument, id: string, { url, isEvaluated }: View) {
  const { appId, item } = document;
  const { rank, cells, columns, rows, gridResolution, thumbnail, ...more } = document.properties(id);
  const { id: objectId, title, description, ownerId, approved, published, ...meta } = document.meta(id);
  const ofPublishedApp = item.resourceAttributes.publishTime !== '';
  const shared = approved || !ofPublishedApp ? 'public' : 'community';
  const told = isEvaluated ? resultOf : formulaOf;
  return {
    appId,
    id,
    objectId,
    title,
    description,
    rank,
    ownerId,
    approved,
    published,
    visibility: published ? shared : 'private',
    createdDate: meta.createdDate,
    modifiedDate: meta.modifiedDate ?? null,
    columns,
    rows,
    gridResolution,
    cells,
    thumbnail: (thumbnail as { qStaticContentUrlDef: { qUrl: string } }).qStaticContentUrlDef.qUrl || null,
    labelExpression: told(more.labelExpression) || null,
    descriptionExpression: told(more.descriptionExpression) || null,
    showCondition: isEvaluated ? null : (more.showCondition ?? null),
    url: `${url}/sense/app/${appId}/sheet/${id}/state/analysis`,
  };
}

/** What it comes to without data: constant texts are put together, all else is empty. */
function resultOf(stored: unknown): string | null {
  const formula = formulaOf(stored);
  if (formula === null || typeof stored === 'string') return formula;
  return /^=('[^']*'&?)+$/.test(formula) ? [...formula.matchAll(/'([^']*)'/g)].map(([, text]) => text).join('') : '';
}

function chartIn(document: AppDocument, { id, sheetId, parentId, type }: Placed, url: string) {
  const { objects, appId } = document;
  const cells = objects.get(sheetId)?.properties.cells as Cell[];
  const drawn = drawnAs(document, id, type, 'alone');
  const place = parentId === null ? cells.find(({ name }) => name === id) : undefined;
  return {
    appId,
    sheetId,
    id,
    parentId,
    ...drawn,
    showCondition:
      drawn.showCondition ?? conditionIn(objects.get(parentId ?? '')?.properties, objects.get(id)?.properties),
    position: place ? { col: place.col, row: place.row, colspan: place.colspan, rowspan: place.rowspan } : null,
    sheetModifiedDate: document.meta(sheetId).modifiedDate ?? null,
    url: `${url}/single/?appid=${appId}&obj=${id}`,
  };
}

interface Place {
  readonly childRefId: string;
  readonly condition: string | { readonly qValueExpression: { readonly qExpr: string } };
}

/** When a container shows what stands in it; the older kind of the simulated tenant always does. */
function conditionIn(container?: Properties, inside?: Properties): string | null {
  const places = (container?.objects ?? []) as Place[];
  const { condition = '' } = places.find(({ childRefId }) => childRefId === inside?.childRefId) ?? {};
  return (typeof condition === 'string' ? condition : condition.qValueExpression.qExpr) || null;
}
