import { describe, expect, it } from 'vitest';
import { shapeOf } from './shape.ts';

const schema = {
  properties: { name: {}, attributes: { properties: { usage: {} } }, tags: { items: { properties: { id: {} } } } },
};

describe('the shape of rows', () => {
  it('counts types, and tells lengths and the digits of times', () => {
    const rows = [
      { name: 'one' },
      { name: '' },
      { name: null },
      { name: 'three' },
      { at: '2026-01-02T03:04:05.1234567Z' },
    ];
    expect(shapeOf(rows, schema, true)).toEqual({
      rows: 5,
      fields: {
        name: { in: 4, types: { string: 2, 'empty text': 1, null: 1 }, lengths: [3, 5] },
        at: { in: 1, types: { string: 1 }, lengths: [28, 28], fractions: { 7: 1 } },
      },
    });
  });

  it('names no fields but those that are declared, or written as those of an API', () => {
    const rows = [{ name: 'a', resourceSubType: 'b', 'Umsatz 2025': 'c', Sales: 1, kundenNr_7: 2, __proto: 3 }];
    const { fields, unnamed } = shapeOf(rows, schema, true);
    expect([Object.keys(fields), unnamed]).toEqual([['name', 'resourceSubType'], 4]);
    const closed = shapeOf(rows, schema, false);
    expect([Object.keys(closed.fields), closed.unnamed]).toEqual([['name'], 5]);
  });

  it('names inside of a field only what is declared there, in lists too', () => {
    const rows = [
      { attributes: { usage: 'a', ourOwn: 'b' }, tags: [{ id: 'c', ourOwn: 'd' }, { id: 'e' }], map: { ourOwn: 1 } },
    ];
    const { attributes, tags, map } = shapeOf(rows, schema, true).fields;
    expect(attributes?.of).toEqual({ rows: 1, fields: { usage: expect.anything() }, unnamed: 1 });
    expect(tags).toMatchObject({ lengths: [2, 2], of: { rows: 2, fields: { id: { in: 2 } }, unnamed: 1 } });
    expect(map?.of).toEqual({ rows: 1, fields: {}, unnamed: 1 });
  });

  it('does not take what all objects have for a declared field', () => {
    expect(shapeOf([{ constructor: { a: 1 }, toString: 'b' }], {}, false)).toEqual({ rows: 1, fields: {}, unnamed: 2 });
  });
});
