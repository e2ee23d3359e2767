import { describe, expect, test } from 'vitest';
import { contentsOf } from './chart-contents.ts';

const told = (properties: object) =>
  contentsOf(properties as { [field: string]: unknown }).expressions.map(
    ({ place, role, expression }) => `${role} ${place} ${expression}`,
  );

describe('an expression is found', () => {
  test.each<[what: string, properties: object, expected: string]>([
    ['of a color', { color: { colorExpression: 'If(A>1,Red())' } }, 'color /color/colorExpression If(A>1,Red())'],
    [
      'of a color, in the newer form',
      { style: { background: { colorExpression: { qStringExpression: { qExpr: 'Red()' } } } } },
      'color /style/background/colorExpression/qStringExpression/qExpr Red()',
    ],
    [
      'that colors, and is no master item',
      { color: { byMeasureDef: { type: 'expression', key: 'Sum(A)', label: 'A' } } },
      'color /color/byMeasureDef/key Sum(A)',
    ],
    [
      'of an attribute that colors',
      {
        qHyperCubeDef: {
          qMeasures: [{ qAttributeExpressions: [{ qExpression: 'Red()', id: 'cellForegroundColor' }] }],
        },
      },
      'color /qHyperCubeDef/qMeasures/0/qAttributeExpressions/0/qExpression Red()',
    ],
    [
      'of an attribute',
      { qHyperCubeDef: { qDimensions: [{ qAttributeExpressions: [{ qExpression: 'Url', id: 'imageUrl' }] }] } },
      'attribute /qHyperCubeDef/qDimensions/0/qAttributeExpressions/0/qExpression Url',
    ],
    [
      'of an attribute that is a dimension',
      { qHyperCubeDef: { qDimensions: [{ qAttributeDimensions: [{ qDef: 'City' }] }] } },
      'attribute /qHyperCubeDef/qDimensions/0/qAttributeDimensions/0/qDef City',
    ],
    [
      'of a label that no column shows',
      { qHyperCubeDef: { qDimensions: [{ qDef: { qFieldDefs: ['A', 'B'], qFieldLabels: ['=1', '=Two(B)'] } }] } },
      'label /qHyperCubeDef/qDimensions/0/qDef/qFieldLabels/1 =Two(B)',
    ],
    [
      'of a reference line',
      { refLine: { refLines: [{ refLineExpr: { value: { qValueExpression: { qExpr: 'vGoal' } } } }] } },
      'reference_line /refLine/refLines/0/refLineExpr/value/qValueExpression/qExpr vGoal',
    ],
    [
      'of a limit',
      { measureAxis: { max: { qValueExpression: { qExpr: '=Max(A)' } } } },
      'limit /measureAxis/max/qValueExpression/qExpr =Max(A)',
    ],
    [
      'of a target',
      { qHyperCubeDef: { qMeasures: [{ qDef: { target: 'Sum(Goal)' } }] } },
      'limit /qHyperCubeDef/qMeasures/0/qDef/target Sum(Goal)',
    ],
    [
      'of an order',
      { qListObjectDef: { qDef: { qSortCriterias: [{ qExpression: { qv: 'Sum(A)' } }] } } },
      'sort /qListObjectDef/qDef/qSortCriterias/0/qExpression/qv Sum(A)',
    ],
    ['of a tab', { children: [{ condition: 'vTab=1' }] }, 'condition /children/0/condition vTab=1'],
    [
      'of a button',
      { enabledCondition: { qValueExpression: { qExpr: 'vOn' } } },
      'condition /enabledCondition/qValueExpression/qExpr vOn',
    ],
    [
      'of a modifier',
      { qHyperCubeDef: { qMeasures: [{ qDef: { modifiers: [{ outputExpression: 'Above(A)' }] } }] } },
      'measure /qHyperCubeDef/qMeasures/0/qDef/modifiers/0/outputExpression Above(A)',
    ],
    [
      'of a description',
      {
        qHyperCubeDef: { qDimensions: [{ qDef: { descriptionExpression: { qStringExpression: { qExpr: "'A'" } } } }] },
      },
      "description /qHyperCubeDef/qDimensions/0/qDef/descriptionExpression/qStringExpression/qExpr 'A'",
    ],
    ['of a tooltip', { tooltip: { title: '=Only(A)' } }, 'tooltip /tooltip/title =Only(A)'],
    [
      'of a name',
      { labelExpression: { qStringExpression: '=vName' } },
      'title /labelExpression/qStringExpression =vName',
    ],
    ['of a label', { dimensionAxis: { label: '=vLabel' } }, 'label /dimensionAxis/label =vLabel'],
    ['of a variable that a button sets', { variableValue: '=vNext' }, 'action /variableValue =vNext'],
    [
      'in a text of the engine',
      { qCalcCondition: { qMsg: { qv: 'Not $(vYet)' } } },
      'text /qCalcCondition/qMsg/qv Not $(vYet)',
    ],
    [
      'that an extension keeps under a name of its own',
      { deep: [[{ 'a/b~': '=1+1' }]] },
      'attribute /deep/0/0/a~1b~0 =1+1',
    ],
    [
      'that is switched off',
      { qLayoutExclude: { disabled: { color: { colorExpression: 'Red()' } } } },
      'excluded /qLayoutExclude/disabled/color/colorExpression Red()',
    ],
  ])('%s', (_, properties, expected) => {
    expect(told(properties)).toEqual([expected]);
  });
});

test.each<[what: string, properties: object]>([
  ['a number', { qOtherTotalSpec: { qOtherCounted: { qv: '10' } }, max: { qValueExpression: { qExpr: '-1.5' } } }],
  ['nothing', { colorExpression: '', condition: ' ', title: '=' }],
  ['a text', { title: 'Sum(A)', qOtherLabel: { qv: 'Others' }, note: 'a = b' }],
  ['the id of a master item', { color: { byDimDef: { type: 'libraryItem', key: 'abc' } } }],
  ['a target elsewhere', { link: { target: '_blank' } }],
  ['which rows are unfolded', { qHyperCubeDef: { qExpansionState: [{ qPos: { qDimName: '=Year(A)' } }] } }],
  ['what is listed of objects below', { qChildListDef: { qData: { showCondition: '/showCondition' } } }],
  ['what an undo would bring back', { qUndoExclude: { colorExpression: 'Red()' } }],
  [
    'what dimensions and measures show',
    {
      qHyperCubeDef: {
        qDimensions: [{ qDef: { qFieldDefs: ['=Year(A)'], qFieldLabels: ['=vLabel'], qLabelExpression: '=vLabel' } }],
        qMeasures: [
          { qDef: { qDef: 'Sum(A)', qLabel: '=x', qLabelExpression: { qStringExpression: { qExpr: '=y' } } } },
        ],
        qLayoutExclude: { qHyperCubeDef: { qMeasures: [{ qDef: { qDef: 'Sum(B)' } }] } },
      },
    },
  ],
])('%s is no other expression', (_, properties) => {
  expect(told(properties)).toEqual([]);
});

test('places are those in the tree that an object is part of', () => {
  const { expressions } = contentsOf({ label: '=1+1' }, '/qChildren/2/qProperty');
  expect(expressions).toEqual([{ place: '/qChildren/2/qProperty/label', role: 'label', expression: '=1+1' }]);
});
