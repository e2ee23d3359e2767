import { expect, test } from 'vitest';
import { chartText } from './chart-text.ts';

const document = (...paragraphs: object[][]) =>
  JSON.stringify({ root: { children: paragraphs.map((children) => ({ type: 'paragraph', children })), type: 'root' } });
const words = (text: string) => ({ type: 'text', text });

test.each<[what: string, properties: object, expected: string | null]>([
  ['markdown as it is', { markdown: '**Sales** =[](abc)' }, '**Sales** =[](abc)'],
  [
    'the paragraphs of a document',
    { text: document([words('Sales: '), { type: 'qlik.expression.node', expressionId: 'abc' }], [], [words('End')]) },
    'Sales: =[](abc)\n\nEnd',
  ],
  [
    'what links say, and lines',
    { text: document([{ type: 'link', children: [words('here')] }, { type: 'linebreak' }, words('there')]) },
    'here\nthere',
  ],
  [
    'where links lead, without what is secret in it',
    { text: document([{ type: 'link', url: 'https://example.com/?key=abc', children: [words('here')] }]) },
    '[here](https://example.com/?key=***)',
  ],
  [
    'the entries of a list, a line each',
    {
      text: JSON.stringify({
        root: {
          children: [
            { type: 'paragraph', children: [words('Fruit:')] },
            {
              type: 'list',
              children: ['apples', 'pears'].map((fruit) => ({ type: 'listitem', children: [words(fruit)] })),
            },
          ],
        },
      }),
    },
    'Fruit:\napples\npears',
  ],
  ['markdown, but for secrets in it', { markdown: '[a](https://me:pw@h/?key=abc)' }, '[a](https://***@h/?key=***)'],
  ['a text that is no document', { text: '{not JSON' }, '{not JSON'],
  ['a text', { text: 'Plain' }, 'Plain'],
  ['nothing of an empty one', { text: '', markdown: '' }, null],
  ['nothing of what has none', {}, null],
  ['nothing of what is no text', { text: { qStringExpression: { qExpr: '=1' } }, markdown: 7 }, null],
])('a text object says %s', (_, properties, expected) => {
  expect(chartText(properties as { [field: string]: unknown })).toBe(expected);
});

test.each(['{}', '{"root":7}', '{"root":null}', '{"root":{"children":[null,7,{"children":{}}]}}'])(
  'a document of the shape %s is no trouble',
  (text) => {
    expect(() => chartText({ text })).not.toThrow();
  },
);
