import { chance, type Die, dice, pick } from './dice.ts';
import type { Properties } from './stored-object.ts';

/** A chart's table, as far as details are added to it. */
interface Cube {
  readonly qDimensions: readonly object[];
  readonly qMeasures: readonly Measure[];
  readonly [member: string]: unknown;
}

interface Measure {
  readonly qLibraryId: string;
  readonly qDef: object;
  readonly [member: string]: unknown;
}

const CONDITIONS = ['=GetSelectedCount(Region)>0', 'Count(Country)>0', '$(vIsShown)=1'];
const COLORS = ['If(Sum(Amount)>0,Green(),Red())', "=if('$(vTheme)'='dark',White(),Black())"];

const text = (qExpr: string) => ({ qStringExpression: { qExpr } });
const value = (qExpr: string) => ({ qValueExpression: { qExpr } });
const byExpression = (die: Die) => ({ auto: false, mode: 'byExpression', colorExpression: pick(die, COLORS) });

/**
 * What real charts have besides columns: conditions, colours, lines, texts and actions. The dice depend on nothing but the chart's
 * id, so that what else an app holds is the same with and without them.
 */
export function withDetails(properties: Properties): Properties {
  const { qInfo, qHyperCubeDef } = properties;
  const die = dice(0, `details of ${qInfo.qId}`)(0);
  const cube = qHyperCubeDef as Cube | undefined;
  return {
    ...properties,
    ...(cube && { qHyperCubeDef: detailedCube(cube, die, qInfo.qType) }),
    ...DETAILS[qInfo.qType]?.(die),
    ...(chance(die, 10) && { showCondition: chance(die, 50) ? pick(die, CONDITIONS) : text(pick(die, CONDITIONS)) }),
    ...(chance(die, 10) && { qLayoutExclude: { disabled: { color: byExpression(die) }, quarantine: {} } }),
  };
}

/** Of the types that have some of their own. */
const DETAILS: { readonly [type: string]: (die: Die) => object } = {
  barchart: lined,
  linechart: lined,
  combochart: lined,
  piechart: (die) => ({
    color: chance(die, 50)
      ? { mode: 'byMeasure', byMeasureDef: { type: 'expression', key: 'Sum(Margin)', label: 'Margin' } }
      : { mode: 'byDimension', byDimDef: { type: 'libraryItem', key: 'abc', label: 'Region' } },
  }),
  'text-image': () => ({ markdown: '**Sales** of [this year](https://example.com/): =[](abcde)' }),
  'sn-text': () => ({ text: JSON.stringify({ root: { type: 'root', children: PARAGRAPHS } }) }),
  'action-button': button,
};

function lined(die: Die): object {
  const line = { show: value('=1=1'), refLineExpr: { value: value('Avg(Amount)'), label: text("='Average'") } };
  return {
    ...(chance(die, 40) && { color: byExpression(die) }),
    ...(chance(die, 40) && { refLine: { refLines: [{ label: 'Average', ...line }] } }),
    ...(chance(die, 30) && { measureAxis: { max: value('Max(Amount)*1.1'), min: value('0') } }),
  };
}

const PARAGRAPHS = [
  {
    type: 'paragraph',
    children: [
      { type: 'text', text: 'Sold: ' },
      { type: 'qlik.expression.node', expressionId: 'abcde' },
    ],
  },
  { type: 'paragraph', children: [{ type: 'link', children: [{ type: 'text', text: 'More' }] }] },
];

function button(die: Die): object {
  const common = { actionLabel: '', bookmark: '', field: '', variable: '', value: '', softLock: false };
  const actions = [
    { ...common, actionType: 'setVariable', variable: 'vTab', value: text("='Details'") },
    { ...common, actionType: 'selectValues', actionLabel: 'North', field: 'Region', value: 'North' },
    { ...common, actionType: 'applyBookmark', bookmark: 'fXyzQ' },
    { ...common, actionType: 'clearAll' },
  ];
  const ways = [
    { action: 'none', sheet: '', websiteUrl: '' },
    { action: 'goToSheet', sheet: 'sheet-1', websiteUrl: '' },
    { action: 'openWebsite', sheet: '', websiteUrl: text("='https://example.com/'&Region") },
  ];
  return {
    actions: actions.slice(die(actions.length)),
    navigation: pick(die, ways),
    enabledCondition: chance(die, 50) ? 1 : value(pick(die, CONDITIONS)),
    style: { label: 'Go', background: { useColorExpression: true, colorExpression: text(pick(die, COLORS)) } },
  };
}

function detailedCube(cube: Cube, die: Die, type: string): Cube {
  const [first, ...measures] = cube.qMeasures;
  const condition = { qv: pick(die, CONDITIONS) };
  const isOld = chance(die, 20);
  return {
    ...cube,
    ...(first && { qMeasures: [detailedMeasure(first, die, type), ...measures] }),
    ...(chance(die, 20) && {
      qCalcCond: condition,
      qCalcCondition: isOld
        ? {}
        : { qCond: condition, qMsg: { qv: pick(die, ['Select a region', "='Select '&Region"]) } },
    }),
  };
}

/** Of tables coloured, of lines accumulated. */
function detailedMeasure(measure: Measure, die: Die, type: string): Measure {
  if (/table/.test(type) && chance(die, 50)) {
    const colored = { qExpression: pick(die, COLORS), id: 'cellForegroundColor' };
    return { ...measure, qAttributeExpressions: [colored, { qExpression: '=1', id: 'url' }] };
  }
  if (type !== 'linechart' || measure.qLibraryId === '') return measure;
  const base = { qDef: '', qLibraryId: measure.qLibraryId, qLabel: '', qLabelExpression: '' };
  const outputExpression = 'RangeSum(Above(Sum(Amount),0,RowNo()))';
  const modifiers = [{ type: 'accumulation', disabled: false, outputExpression, base }];
  return { ...measure, qLibraryId: '', qDef: { ...measure.qDef, qDef: outputExpression, modifiers, base } };
}
