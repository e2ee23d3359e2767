import type { Chart } from '../../generated/charts.ts';
import type { Properties } from '../../qlik/app-objects.ts';
import type { Cube } from './chart-contents.ts';
import type { Library } from './library.ts';
import { expressionOrText, textIn } from './property.ts';

export interface Columns {
  readonly dimensions: NonNullable<Chart['dimensions']>;
  readonly measures: NonNullable<Chart['measures']>;
}

/** The columns of some cubes, with what they take over from the app's library filled in. */
export function columnsOf(cubes: readonly Cube[], library: Library): Columns {
  return {
    dimensions: cubes.flatMap(({ qDimensions }) => entries(qDimensions)).map((entry) => dimensionOf(entry, library)),
    measures: cubes.flatMap(({ qMeasures }) => entries(qMeasures)).map((entry) => measureOf(entry, library)),
  };
}

export function hasColumns({ qDimensions, qMeasures }: Cube): boolean {
  return entries(qDimensions).length + entries(qMeasures).length > 0;
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
  // A modifier, such as one that accumulates, writes its own expression around that of the master measure.
  const base = (own.base ?? {}) as { qLibraryId?: unknown };
  const libraryId = textIn(qLibraryId) || textIn(base.qLibraryId) || null;
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
