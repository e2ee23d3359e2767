import type { Chart } from '../../generated/charts.ts';
import type { Properties, PropertyTree } from '../../qlik/app-objects.ts';
import { actionsOf, OF_ACTIONS } from './chart-actions.ts';
import { columnsOf } from './chart-columns.ts';
import type { StoredExpression } from './chart-contents.ts';
import { chartText } from './chart-text.ts';
import { drawn, masterIn, partsOf } from './drawn-parts.ts';
import type { Library } from './library.ts';
import { expressionIn, expressionOrText, textIn } from './property.ts';

type ChartProperties = Omit<
  Chart,
  'appId' | 'sheetId' | 'id' | 'parentId' | 'position' | 'sheetModifiedDate' | 'url' | `_ab_cdc_${string}`
>;

/** Expressions of the object itself that have columns of their own. */
const OF_CHART = /^(?:\/qUndoExclude\/generated)?\/(?:title|subtitle|footnote|showCondition)(?:\/|$)/;

/** When a table of the object itself is computed; layers of a map have conditions of their own. */
const CALCULATION = /^(?!\/qChildren\/|.*\/gaLayers\/).*\/qHyperCubeDef\/(?:qCalcCondition\/qCond|qCalcCond)\/qv$/;

/**
 * What a chart is, from its stored properties, with what it takes over from the app's library filled in. A tree with objects below
 * the topmost one shows what they compute as well: those of a master have no rows of their own.
 */
export function chartProperties(tree: PropertyTree, library: Library): ChartProperties {
  const stored = tree.qProperty;
  const { qType } = (stored.qInfo ?? {}) as { qType?: unknown };
  const masterItemId = masterIn(stored);
  const own = drawn(stored).properties;
  const master = drawn(library.masters.get(masterItemId ?? '')?.qProperty ?? {}).properties;
  const parts = partsOf(tree, library);
  const alternatives = columnsOf(
    parts.flatMap(({ contents }) => contents.alternatives),
    library,
  );
  const expressions = firstOfEachPlace(parts.flatMap(({ contents }) => contents.expressions));
  const calculation = expressions.find(({ place, role }) => role === 'condition' && CALCULATION.test(place));
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
    text: parts.flatMap(({ properties }) => chartText(properties) ?? []).join('\n') || null,
    showCondition:
      [own, stored, master].map((one) => expressionOrText(one.showCondition)).find((one) => one !== null) ?? null,
    calculationCondition: calculation?.expression ?? null,
    ...columnsOf(
      parts.flatMap(({ contents }) => contents.cubes),
      library,
    ),
    alternativeDimensions: alternatives.dimensions,
    alternativeMeasures: alternatives.measures,
    actions: parts.flatMap(({ properties }) => actionsOf(properties)),
    expressions: expressions.filter(
      (one) => one !== calculation && !OF_CHART.test(one.place) && !OF_ACTIONS.test(one.place),
    ),
  };
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

/** What a chart has of its own counts where its master has something at the same place. */
function firstOfEachPlace(expressions: readonly StoredExpression[]): StoredExpression[] {
  const places = new Set<string>();
  return expressions.filter(({ place }) => places.size < places.add(place).size);
}
