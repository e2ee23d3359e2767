import type { Chart } from '../../generated/charts.ts';
import type { Properties } from '../../qlik/app-objects.ts';
import type { Library } from './library.ts';
import { expressionIn, expressionOrText, textIn } from './property.ts';

type ChartProperties = Pick<
  Chart,
  | 'type'
  | 'objectType'
  | 'title'
  | 'subtitle'
  | 'footnote'
  | 'titleExpression'
  | 'subtitleExpression'
  | 'footnoteExpression'
  | 'masterItemId'
  | 'dimensions'
  | 'measures'
>;

/** What a chart is, from its stored properties, with what it takes over from the app's library filled in. */
export function chartProperties(stored: Properties, library: Library): ChartProperties {
  const { qType } = (stored.qInfo ?? {}) as { qType?: unknown };
  const masterItemId = masterIn(stored);
  const own = drawn(stored);
  const master = drawn(library.masters.get(masterItemId ?? '') ?? {});
  const columns = columnsOf(cubesIn(own), library);
  const isThin = columns.dimensions.length + columns.measures.length === 0;
  const texts = (field: string) => firstText(own[field], stored[field], master[field]);
  const title = firstText(own.title, stored.title, metaTitle(stored), master.title, metaTitle(master));
  return {
    type: textIn(own.visualization) || textIn(master.visualization) || textIn(qType),
    objectType: textIn(qType),
    title: title.text,
    subtitle: texts('subtitle').text,
    footnote: texts('footnote').text,
    titleExpression: title.expression,
    subtitleExpression: texts('subtitle').expression,
    footnoteExpression: texts('footnote').expression,
    masterItemId,
    ...(isThin ? columnsOf(cubesIn(master), library) : columns),
  };
}

/** The properties that are drawn: an auto-chart draws what it has generated. */
function drawn(stored: Properties): Properties {
  const { generated } = (stored.qUndoExclude ?? {}) as { generated?: unknown };
  return typeof generated === 'object' && generated !== null ? (generated as Properties) : stored;
}

function masterIn({ qExtendsId }: Properties): string | null {
  // Qlik's client writes such ids into charts that it puts together by itself; they name no object.
  if (typeof qExtendsId !== 'string' || qExtendsId.includes('qlik-compound-context')) return null;
  return qExtendsId || null;
}

function metaTitle({ qMetaDef }: Properties): unknown {
  return (qMetaDef as { title?: unknown } | undefined)?.title;
}

function firstText(...properties: unknown[]): { text: string | null; expression: string | null } {
  for (const property of properties) {
    const expression = expressionIn(property);
    if (expression !== null) return { text: null, expression };
    if (typeof property === 'string' && property !== '') return { text: property, expression: null };
  }
  return { text: null, expression: null };
}

/** A table that a chart computes, or one field that it lists. */
type Cube = { readonly qDimensions?: unknown; readonly qMeasures?: unknown };

/** Parts of a chart's properties that are not drawn: alternates that are switched off, and what an undo would bring back. */
const NOT_DRAWN = new Set(['qLayoutExclude', 'qUndoExclude']);

/** No chart keeps its cubes deeper. */
const DEEPEST = 100;

/**
 * Cubes wherever an extension or a map's layers keep them, in order. Of all that is done with a chart, this looks at the most
 * objects: lists of their fields and of what each holds, made on the way, cost ten times as much.
 */
function cubesIn(properties: unknown, depth = 0, found: Cube[] = []): Cube[] {
  if (typeof properties !== 'object' || properties === null || depth > DEEPEST) return found;
  if (Array.isArray(properties)) {
    for (const value of properties) cubesIn(value, depth + 1, found);
    return found;
  }
  for (const field in properties) {
    const value = (properties as Properties)[field];
    if (typeof value !== 'object' || value === null || NOT_DRAWN.has(field)) continue;
    if (field === 'qHyperCubeDef') found.push(value);
    else if (field === 'qListObjectDef') found.push({ qDimensions: [value] });
    else cubesIn(value, depth + 1, found);
  }
  return found;
}

function columnsOf(
  cubes: readonly Cube[],
  library: Library,
): {
  dimensions: NonNullable<Chart['dimensions']>;
  measures: NonNullable<Chart['measures']>;
} {
  return {
    dimensions: cubes.flatMap(({ qDimensions }) => entries(qDimensions)).map((entry) => dimensionOf(entry, library)),
    measures: cubes.flatMap(({ qMeasures }) => entries(qMeasures)).map((entry) => measureOf(entry, library)),
  };
}

interface Column {
  readonly qLibraryId?: unknown;
  readonly qDef?: Properties | null;
}

function entries(columns: unknown): Column[] {
  return Array.isArray(columns) ? columns.filter((column) => typeof column === 'object' && column !== null) : [];
}

function dimensionOf({ qLibraryId, qDef }: Column, library: Library) {
  const own = qDef ?? {};
  const libraryId = textIn(qLibraryId) || null;
  const item = library.dimensions.get(libraryId ?? '');
  const shared = (item?.qDim ?? {}) as Properties;
  const fieldDefs = texts(own.qFieldDefs);
  return {
    label: texts(own.qFieldLabels)[0] ?? textIn(item?.title) ?? texts(shared.qFieldLabels)[0] ?? null,
    libraryId,
    fieldDefs: fieldDefs.length > 0 ? fieldDefs : texts(shared.qFieldDefs),
    labelExpression: labelExpression(own, shared),
    grouping: textIn(libraryId === null ? own.qGrouping : (shared.qGrouping ?? own.qGrouping)),
  };
}

function measureOf({ qLibraryId, qDef }: Column, library: Library) {
  const own = qDef ?? {};
  const libraryId = textIn(qLibraryId) || null;
  const item = library.measures.get(libraryId ?? '');
  const shared = (item?.qMeasure ?? {}) as Properties;
  return {
    label: textIn(own.qLabel) || textIn(shared.qLabel) || textIn(item?.title),
    libraryId,
    expression: textIn(own.qDef) || textIn(shared.qDef) || null,
    labelExpression: labelExpression(own, shared),
  };
}

function labelExpression(own: Properties, shared: Properties): string | null {
  return expressionOrText(own.qLabelExpression) ?? expressionOrText(shared.qLabelExpression);
}

/** The texts of a list; Qlik pads such lists with empty ones. */
function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((text) => typeof text === 'string' && text !== '') : [];
}
