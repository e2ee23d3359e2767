import type { Properties } from '../../../src/simulator/data/stored-object.ts';

/** Every place where a chart of the simulated tenant keeps an expression of no other column, and its role; no other text is one. */
const PLACES: { readonly [place: string]: string } = {
  '/color/colorExpression': 'color',
  '/color/byMeasureDef/key': 'color',
  '/style/background/colorExpression/qStringExpression/qExpr': 'color',
  '/refLine/refLines/*/show/qValueExpression/qExpr': 'reference_line',
  '/refLine/refLines/*/refLineExpr/value/qValueExpression/qExpr': 'reference_line',
  '/refLine/refLines/*/refLineExpr/label/qStringExpression/qExpr': 'reference_line',
  '/measureAxis/max/qValueExpression/qExpr': 'limit',
  '/enabledCondition/qValueExpression/qExpr': 'condition',
  '/objects/*/condition': 'condition',
  '/objects/*/condition/qValueExpression/qExpr': 'condition',
  '/labelExpression/qStringExpression/qExpr': 'title',
  '/qLayoutExclude/disabled/color/colorExpression': 'excluded',
  '/qHyperCubeDef/qMeasures/*/qDef/modifiers/*/outputExpression': 'measure',
};

/** Those that are told otherwise of the chart itself. */
const IN_MASTERS: { readonly [place: string]: string } = {
  '/title/qStringExpression/qExpr': 'title',
  '/subtitle/qStringExpression/qExpr': 'title',
  '/footnote/qStringExpression/qExpr': 'title',
  '/showCondition': 'condition',
  '/showCondition/qStringExpression/qExpr': 'condition',
};

const CONDITION = '/qHyperCubeDef/qCalcCondition/qCond/qv';
const OLD_CONDITION = '/qHyperCubeDef/qCalcCond/qv';
const MESSAGE = '/qHyperCubeDef/qCalcCondition/qMsg/qv';
const ATTRIBUTE = '/qHyperCubeDef/qMeasures/*/qAttributeExpressions/*/qExpression';

interface Part {
  readonly properties: Properties;
  readonly place: string;
}

/** When the first of some objects is computed, and all other expressions of them, as their rows tell them. */
export function expressionsAt(parts: readonly Part[]) {
  const all = parts.flatMap(({ properties, place }) => {
    const isInMaster = place.startsWith('/qChildren');
    const texts = textsIn(properties).filter(([, text]) => text !== '');
    const hasCondition = texts.some(([at]) => at === CONDITION);
    return texts.flatMap(([at, text]) => {
      const known = at.replaceAll(/\/\d+(?=\/|$)/g, '/*');
      const role = (isInMaster && IN_MASTERS[known]) || PLACES[known] || roleOfCube(known, text, hasCondition);
      return role
        ? [{ place: place + at, role, expression: text, isCondition: known === CONDITION || known === OLD_CONDITION }]
        : [];
    });
  });
  // What an object has of its own counts where its master has something at the same place.
  const found = [...new Map(all.toReversed().map((one) => [one.place, one])).values()].toReversed();
  const calculation = found.find(({ place, isCondition }) => isCondition && !place.startsWith('/qChildren'));
  return {
    calculationCondition: calculation?.expression ?? null,
    expressions: found.filter((one) => one !== calculation).map(({ isCondition, ...one }) => one),
  };
}

function roleOfCube(known: string, text: string, hasCondition: boolean): string | undefined {
  if (known === CONDITION || (known === OLD_CONDITION && !hasCondition)) return 'condition';
  if (known === MESSAGE && text.startsWith('=')) return 'text';
  if (known === ATTRIBUTE) return text === '=1' ? 'attribute' : 'color';
  return undefined;
}

/** All texts in an object, each with its place. */
function textsIn(value: unknown, at = ''): [place: string, text: string][] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, below]) => textsIn(below, `${at}/${field}`));
}
