import { expect, test } from 'vitest';
import { actionsOf } from './chart-actions.ts';

const NOTHING = { label: null, sheet: null, variable: null, field: null, value: null, bookmark: null, url: null };
const stored = (given: object) => ({ actionLabel: '', bookmark: '', field: '', variable: '', value: '', ...given });

test.each<[what: string, properties: object, expected: readonly object[]]>([
  [
    'sets a variable',
    {
      actions: [
        stored({ actionType: 'setVariable', variable: 'vTab', value: { qStringExpression: { qExpr: "'A'" } } }),
      ],
    },
    [{ action: 'setVariable', variable: 'vTab', value: "'A'" }],
  ],
  [
    'selects in a field, then applies a bookmark',
    {
      actions: [
        stored({ actionType: 'selectValues', actionLabel: 'This week', field: 'Day', value: '1;2' }),
        stored({ actionType: 'applyBookmark', bookmark: 'b-1' }),
      ],
      navigation: { action: 'none', sheet: '', websiteUrl: '' },
    },
    [
      { action: 'selectValues', label: 'This week', field: 'Day', value: '1;2' },
      { action: 'applyBookmark', bookmark: 'b-1' },
    ],
  ],
  [
    'clears, and leads to a sheet',
    {
      actions: [stored({ actionType: 'clearAll' })],
      navigation: { action: 'goToSheet', sheet: 's-1', websiteUrl: '' },
    },
    [{ action: 'clearAll' }, { action: 'goToSheet', sheet: 's-1' }],
  ],
  [
    'leads to a website',
    { navigation: { action: 'openWebsite', websiteUrl: { qStringExpression: { qExpr: '=vUrl' } } } },
    [{ action: 'openWebsite', url: '=vUrl' }],
  ],
  [
    'keeps its secrets',
    {
      actions: [
        stored({ actionType: 'setVariable', variable: 'vPassword', value: 'hunter2' }),
        stored({ actionType: 'setVariable', variable: 'vKeyFigure', value: 'Sales' }),
      ],
      navigation: { action: 'openWebsite', websiteUrl: 'https://me:pw@example.com/?apikey=abc&page=2' },
    },
    [
      { action: 'setVariable', variable: 'vPassword', value: '***' },
      { action: 'setVariable', variable: 'vKeyFigure', value: 'Sales' },
      { action: 'openWebsite', url: 'https://***@example.com/?apikey=***&page=2' },
    ],
  ],
  ['does nothing', { actions: [], navigation: { action: 'none' } }, []],
  ['has properties of other shapes', { actions: [null, 7], navigation: 'none' }, []],
])('a button %s', (_, properties, expected) => {
  expect(actionsOf(properties as { [field: string]: unknown })).toEqual(
    expected.map((action) => ({ ...NOTHING, ...action })),
  );
});
