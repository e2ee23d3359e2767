import { chance, type Die, pick } from './dice.ts';
import type { Branch } from './stored-object.ts';

/** What the charts of an app may name: master dimensions, measures and visualisations, and ids of some that are gone. */
interface Library {
  dimensionIds: string[];
  measureIds: string[];
  visualizationIds: string[];
  goneId: string;
}

/** What chart makers need. */
export interface Kit {
  die: Die;
  newId(): string;
  library: Library;
}

/** The fields of every app. */
export const FIELDS = ['Region', 'Customer', 'OrderDate', 'Product Group', 'Größe', 'Kanal', 'Country', 'City'];

/** Measures of every app, by name. */
export const FORMULAS = [
  ['Sales', 'Sum(Amount)'],
  ['Users', 'Count(distinct user_id)'],
  ['Margin %', 'Sum(Margin)/Sum(Amount)'],
  ['Sales last year', 'Sum({<Year={$(=Max(Year)-1)}>} Amount)'],
  ['Größte Bestellung', 'Max(Amount)'],
] as const;

/** The name, the fields and whether an expression names it, of the master dimensions. */
const DIMENSIONS: [title: string, fields: string[], labelExpression?: string][] = [
  ['Region', ['Region']],
  ['Year', ['=Year(OrderDate)'], "='Year of order'"],
  ['Geography', ['Country', 'Region', 'City']],
  ['Product Group', ['[Product Group]']],
];

/** Master dimensions: plain, calculated, a drill-down, labelled by an expression. */
export function masterDimensions(newId: () => string): Branch[] {
  return DIMENSIONS.map(([title, fields, labelExpression]) => ({
    properties: {
      qInfo: { qId: newId(), qType: 'dimension' },
      qDim: {
        qGrouping: fields.length > 1 ? 'H' : 'N',
        qFieldDefs: fields,
        qFieldLabels: fields.length > 1 ? fields : [title],
        qLabelExpression: labelExpression ?? '',
        title,
        coloring: { changeHash: '0.5' },
      },
      qMetaDef: { title, description: '', tags: title === 'Region' ? ['geo'] : [] },
    },
    children: [],
  }));
}

/** Master measures, one of them labelled by an expression. */
export function masterMeasures(newId: () => string): Branch[] {
  return FORMULAS.map(([title, formula], index) => ({
    properties: {
      qInfo: { qId: newId(), qType: 'measure' },
      qMeasure: {
        qLabel: title,
        qDef: formula,
        qGrouping: 'N',
        qExpressions: [],
        qActiveExpression: 0,
        qLabelExpression: index === 1 ? "='Number of '&'users'" : '',
        qNumFormat: index === 2 ? { qType: 'F', qnDec: 2, qUseThou: 0, qFmt: '0.0%', qDec: '.' } : {},
        coloring: {},
        isCustomFormatted: false,
      },
      qMetaDef: { title, description: index ? '' : 'All that was sold', tags: [] },
    },
    children: [],
  }));
}

/** A title, or the like: a text, an expression, or nothing. */
export function someText(die: Die, words: readonly string[]): string | { qStringExpression: { qExpr: string } } {
  const way = die(10);
  if (way < 2) return '';
  const text = pick(die, words);
  if (way > 7)
    return { qStringExpression: { qExpr: chance(die, 50) ? `='${text} '&'2026'` : `='${text} '&Max(Year)` } };
  return text;
}
