import { expect, test } from 'vitest';
import { conditionIn } from './container-condition.ts';

const parts = {
  objects: [{ childRefId: 'a', condition: { qValueExpression: { qExpr: '=vA' } } }, { childRefId: 'b' }],
};
const tabs = {
  children: [{ refId: 'a', condition: 'vTab=1' }, { refId: 'master', condition: 'vTab=2' }, { refId: '' }],
};

test.each<[what: string, container: object | undefined, child: object, expected: string | null]>([
  ['of a part', parts, { childRefId: 'a' }, '=vA'],
  ['of a part that has none', parts, { childRefId: 'b' }, null],
  ['of a tab', tabs, { containerChildId: 'a' }, 'vTab=1'],
  ['of a tab that shows a master', tabs, { qExtendsId: 'master' }, 'vTab=2'],
  ['of what no tab names', tabs, { containerChildId: 'c', qExtendsId: '' }, null],
  ['of what has no reference', { objects: [{ condition: 'x' }] }, {}, null],
  ['on the sheet itself', undefined, { childRefId: 'a' }, null],
  ['in a container of another shape', { objects: 'none', children: [null, 7] }, { childRefId: 'a' }, null],
])('the condition %s', (_, container, child, expected) => {
  expect(conditionIn(container as never, child as never)).toBe(expected);
});
