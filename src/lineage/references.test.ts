import { describe, expect, it } from 'vitest';
import type { AppContent } from './app-names.ts';
import type { PlacedExpression } from './placed-uses.ts';
import { AppReferences, type Owner } from './references.ts';

const APP: AppContent = {
  fieldNames: ['Sales', 'Cost', 'Region', 'OrderDate', 'Both', 'In three', '$Table', 'A.B', 'Net ] Sales'],
  variables: [
    { id: 'v1', name: 'vText', definition: 'Cost' },
    { id: 'v2', name: 'vComputed', definition: '=Sum(Cost) * $(vRate)' },
    { id: 'v3', name: 'vRate', definition: '=Max(OrderDate)' },
    { id: 'v4', name: 'Both', definition: '=Region' },
    { id: 'v5', name: 'vSecret', definition: undefined },
    { id: 'v6', name: 'vLoop', definition: '=vLoop + Region' },
    { id: null, name: 'vChoice', definition: "=If(1, 'Sales', 'Cost')" },
    { id: 'v8', name: 'In three', definition: '5' },
  ],
  dimensions: [
    { id: 'd1', title: 'Area', fieldDefs: ['Region'] },
    { id: 'd2', title: 'Period', fieldDefs: ['=Year(OrderDate)', 'A.B'] },
  ],
  measures: [
    { id: 'm1', title: 'Revenue', label: 'Rev', expression: 'Sum(Sales)' },
    { id: 'm2', title: 'Margin', expression: '[Revenue] - Sum($(vText))' },
    { id: 'm3', title: 'Loop', expression: '[Loop] + Sum(Sales)' },
    { id: 'm4', title: 'In three', expression: 'Sum(Cost)' },
    { id: 'm5', title: 'Unsure', expression: '[Margin] + [$(vChoice)]' },
  ],
  states: ['State1'],
};

const app = new AppReferences(APP);

const measure = (expression: string): PlacedExpression => ({ place: '/m', role: 'measure', expression });
const of = (expression: string, owner: Omit<Owner, 'expressions'> = {}) =>
  app.of({ expressions: [measure(expression)], ...owner });

/** What the names of an expression are of: kind, what of, and how certain, where it is not exact. */
function kindsIn(expression: string, owner?: Omit<Owner, 'expressions'>): string[] {
  return of(expression, owner).names.map(({ kind, name, fieldName, refId, exactness }) =>
    [kind, name, fieldName === name ? null : fieldName, refId, exactness === 'exact' ? null : exactness]
      .filter((one) => one !== null)
      .join(' '),
  );
}

describe('a name is of', () => {
  it.each([
    ['a field', 'Sum(Sales)', ['field Sales']],
    ['a field in other letters', 'Sum(SALES)', ['field SALES Sales case']],
    ['a field with a bracket', 'Sum([Net ]] Sales])', ['field Net ] Sales']],
    ['a field with a dot', 'Sum(A.B)', ['field A.B']],
    ['a derived field', 'OrderDate.autoCalendar.Month', ['derived_field OrderDate.autoCalendar.Month OrderDate']],
    ['a derived field of another calendar', 'OrderDate.Year', ['derived_field OrderDate.Year OrderDate possible']],
    ['a system field', 'Concat($Table)', ['system_field $Table']],
    ['a variable', 'vText', ['variable vText v1']],
    ['a variable that is expanded, and what it holds', 'Sum($(vText))', ['variable vText v1', 'field Cost']],
    ['a variable in other letters', '$(VCOMPUTED)', ['variable VCOMPUTED v2 case']],
    ['a variable that nobody may know', '$(vSecret)', ['variable vSecret v5 opaque']],
    ['a measure', '[Revenue] * 2', ['measure Revenue m1']],
    ['a measure, by its label', 'Rev * 2', ['measure Rev m1']],
    ['a measure in an aggregation, which Qlik does not promise', 'Sum([Revenue])', ['measure Revenue m1 possible']],
    ['a dimension as a field of a set', 'Sum({<Area={1}>} Sales)', ['dimension Area d1 possible', 'field Sales']],
    ['a state', 'Sum({State1} Sales)', ['state State1', 'field Sales']],
    ['a bookmark', 'Sum({BM01} Sales)', ['bookmark BM01 unknown', 'field Sales']],
    ['a state before a field', 'Sum({<Region=State1::Region>} Sales)', ['field Region', 'state State1', 'field Sales']],
    ['nothing', 'Sum(Salez)', ['unknown Salez unknown']],
    ['a variable that is not there', '$(vGone)', ['unknown vGone unknown']],
    ['nobody knows what', '[$(vComputed)]', ['variable vComputed v2', 'dynamic $(vComputed) dynamic']],
    [
      'what a variable chooses from',
      'Sum([$(vChoice)])',
      ['variable vChoice', 'field Sales possible', 'field Cost possible'],
    ],
    ['nothing, where only that is possible', "Sum([$(=If(1, 'x', 'Sales'))])", ['field Sales possible']],
  ])('%s', (_, expression, expected) => {
    expect(kindsIn(expression)).toEqual(expected);
  });

  it.each([
    ['a field before a variable, in an aggregation', 'Sum(Both)', ['field Both']],
    ['a variable before a field, elsewhere', 'Both', ['variable Both v4']],
    ['a measure before a variable and a field', '[In three]', ['measure In three m4']],
    ['a field before all others, in an aggregation', 'Sum([In three])', ['field In three']],
    ['a field, in a set', 'Sum({<Both={1}>} Sales)', ['field Both', 'field Sales']],
    ['a field, as a dimension of Aggr', 'Aggr(Sum(Sales), Both)', ['field Sales', 'field Both']],
  ])('%s', (_, expression, expected) => {
    expect(kindsIn(expression)).toEqual(expected);
  });

  it.each([
    ["the chart's own measure", 'Own', [{ label: 'Own', libraryId: null }], ['chart_measure Own']],
    ['its own, which shows a master measure', 'Rev', [{ label: 'Rev', libraryId: 'm1' }], ['measure Rev m1']],
    ['its own or the library’s', 'Rev', [{ label: 'Rev', libraryId: null }], ['chart_measure Rev m1 ambiguous']],
    ['its own, not in an aggregation', 'Sum(Sales)', [{ label: 'Sales', libraryId: null }], ['field Sales']],
  ])('%s', (_, expression, labels, expected) => {
    expect(kindsIn(expression, { labels })).toEqual(expected);
  });

  it('a field, where fields may not be read', () => {
    const blind = new AppReferences({ ...APP, fieldNames: undefined });
    const { names, fields } = blind.of({
      expressions: [measure('Sum({<Area={1}>} Sales) + [Revenue] + $(vText) + Sum(Both) + Other')],
    });
    const kinds = names.map(({ kind, name, fieldName, exactness }) => [kind, name, fieldName, exactness]);
    expect(kinds).toEqual([
      ['variable', 'vText', null, 'exact'],
      ['field', 'Area', null, 'possible'],
      ['field', 'Sales', null, 'possible'],
      ['measure', 'Revenue', null, 'exact'],
      ['field', 'Cost', null, 'possible'],
      ['variable', 'Both', null, 'ambiguous'],
      ['field', 'Other', null, 'possible'],
    ]);
    expect(fields).toEqual([]);
  });
});

describe('the names of an object', () => {
  it('come in the order of places, each once a place, with where they stand and how often', () => {
    const { names } = app.of({
      expressions: [
        { place: '/b', role: 'color', expression: 'Sum(Sales) / Sum(Sales) + Aggr(Cost, Sales)' },
        { place: '/a', role: 'measure', expression: 'Sum(Sales)' },
      ],
    });
    expect(names).toEqual([
      {
        ...{ place: '/b', role: 'color', name: 'Sales', kind: 'field', fieldName: 'Sales', refId: null },
        ...{ exactness: 'exact', contexts: ['aggregated', 'aggr_dimension'], count: 3 },
      },
      {
        ...{ place: '/b', role: 'color', name: 'Cost', kind: 'field', fieldName: 'Cost', refId: null },
        ...{ exactness: 'exact', contexts: ['aggregated'], count: 1 },
      },
      {
        ...{ place: '/a', role: 'measure', name: 'Sales', kind: 'field', fieldName: 'Sales', refId: null },
        ...{ exactness: 'exact', contexts: ['aggregated'], count: 1 },
      },
    ]);
  });

  it.each([
    ['Region', ['field Region']],
    ['[Region]', ['field Region']],
    ['"Region"', ['field Region']],
    [' Region ', ['field Region']],
    ['A.B', ['field A.B']],
    ['[Net ]] Sales]', ['field Net ] Sales']],
    ['Sum(Sales)', ['unknown Sum(Sales) unknown']],
    ['=Upper(Region)', ['field Region']],
    ['Sales (gone)', ['unknown Sales (gone) unknown']],
    ['$(vText)', ['variable vText', 'field Cost']],
    ['[$(vText)]', ['variable vText', 'field Cost']],
    ['$(vChoice)', ['variable vChoice', 'field Sales possible', 'field Cost possible']],
    ['OrderDate.autoCalendar.Year', ['derived_field OrderDate.autoCalendar.Year']],
    ['Both', ['field Both']],
  ])('are the whole definition of a dimension, without an equals sign: %s', (expression, expected) => {
    const { names } = app.of({ expressions: [{ place: '', role: 'dimension', expression, isFieldDef: true }] });
    const shown = names.map(
      ({ kind, name, exactness }) => `${kind} ${name}${exactness === 'exact' ? '' : ` ${exactness}`}`,
    );
    expect(shown).toEqual(expected);
  });

  it.each(['title', 'label', 'text', 'description', 'tooltip'])('are none in a %s without an equals sign', (role) => {
    const namesOf = (expression: string) =>
      app.of({ expressions: [{ place: '', role, expression }] }).names.map(({ name }) => name);
    expect(namesOf('Sales by Region')).toEqual([]);
    expect(namesOf('Sales by $(vText), $(=Max(Cost))')).toEqual(['vText', 'Cost']);
    expect(namesOf("='Sales by ' & Region")).toEqual(['Region']);
  });
});

describe('a column that a master item fills', () => {
  const item = (kind: 'dimension' | 'measure', id: string) => ({ place: `/${id}`, role: kind, item: { kind, id } });

  it('names that, and reaches its fields', () => {
    const { names, fields } = app.of({ expressions: [item('dimension', 'd1'), item('measure', 'm2')] });
    expect(names).toMatchObject([
      { place: '/d1', role: 'dimension', kind: 'dimension', name: 'Area', refId: 'd1', contexts: ['library'] },
      { place: '/m2', role: 'measure', kind: 'measure', name: 'Margin', refId: 'm2', exactness: 'exact' },
    ]);
    expect(fields.map(({ fieldName, via }) => [fieldName, ...via.map(({ name }) => name)])).toEqual([
      ['Cost', 'Margin'],
      ['Region', 'Area'],
      ['Sales', 'Margin', 'Revenue'],
    ]);
  });

  it('names an item that is gone by its id', () => {
    const { names, fields } = app.of({ expressions: [item('measure', 'm9')] });
    expect(names).toMatchObject([{ kind: 'measure', name: 'm9', refId: 'm9', exactness: 'unknown' }]);
    expect(fields).toEqual([]);
  });
});

describe('the fields that an object reaches', () => {
  const reached = (expression: string, owner?: Omit<Owner, 'expressions'>) =>
    of(expression, owner).fields.map(({ fieldName, via, exactness }) =>
      [fieldName, ...via.map(({ kind, name }) => `${kind} ${name}`), exactness === 'exact' ? [] : exactness]
        .flat()
        .join(' < '),
    );

  it.each([
    ['Sum(Sales)', ['Sales']],
    ['[Revenue]', ['Sales < measure Revenue']],
    ['[Margin]', ['Cost < measure Margin', 'Sales < measure Margin < measure Revenue']],
    ['[Margin] + Sum(Sales)', ['Cost < measure Margin', 'Sales']],
    ['[Margin] + [Revenue]', ['Cost < measure Margin', 'Sales < measure Revenue']],
    ['$(vComputed)', ['Cost < variable vComputed', 'OrderDate < variable vComputed < variable vRate']],
    ['vComputed', ['Cost < variable vComputed', 'OrderDate < variable vComputed < variable vRate']],
    ['$(vText)', ['Cost']],
    ['vText', []],
    ['Both', ['Region < variable Both']],
    ['$(vLoop)', ['Region < variable vLoop']],
    ['[Loop]', ['Sales < measure Loop']],
    [
      'Aggr(Sum(Sales), Period)',
      ['A.B < dimension Period < possible', 'OrderDate < dimension Period < possible', 'Sales'],
    ],
    ['OrderDate.autoCalendar.Month', ['OrderDate']],
    ['Sum($Table)', []],
    ['Sum(SALES)', ['Sales < case']],
    ['Sum(SALES) + Sum(Sales)', ['Sales']],
    [
      '[Unsure]',
      ['Cost < measure Unsure < measure Margin', 'Sales < measure Unsure < measure Margin < measure Revenue'],
    ],
    ['[$(vChoice)]', ['Cost < possible', 'Sales < possible']],
    ['Gone', []],
  ])('%s', (expression, expected) => {
    expect(reached(expression)).toEqual(expected);
  });

  it('are told by name, with the roles of all places that lead to them', () => {
    const { fields } = app.of({
      expressions: [
        { place: '/1', role: 'measure', expression: '[Revenue]' },
        { place: '/2', role: 'color', expression: '[Revenue] + Sum(Cost)' },
        { place: '/3', role: 'dimension', expression: 'Region', isFieldDef: true },
      ],
    });
    expect(fields.map(({ fieldName, roles, isDirect }) => [fieldName, roles, isDirect])).toEqual([
      ['Cost', ['color'], true],
      ['Region', ['dimension'], true],
      ['Sales', ['measure', 'color'], false],
    ]);
  });

  it('are those of the library, where its measure may be meant', () => {
    expect(reached('Rev', { labels: [{ label: 'Rev', libraryId: null }] })).toEqual([
      'Sales < chart_measure Rev < ambiguous',
    ]);
  });
});
