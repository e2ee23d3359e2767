import { expect, test } from 'vitest';
import type { Schema } from '../protocol/messages.ts';
import { rowShape } from './shape.ts';

const text: Schema = { type: ['null', 'string'] };
const time: Schema = { ...text, format: 'date-time' };

/** The shape of rows with these fields, beside an id. */
function shapeOf(properties: { [field: string]: Schema }, selected?: readonly string[]) {
  return rowShape({ type: 'object', properties: { id: text, ...properties } }, selected && new Set(selected));
}

test('fields that the schema does not declare are cut off, nested ones stay', () => {
  const shelf: Schema = { type: 'object', properties: { room: { type: 'integer' } } };
  const row = { id: 'b1', colour: 'red', shelf: { room: 1, key: 'brass' } };
  expect(shapeOf({ shelf })(row)).toStrictEqual({ id: 'b1', shelf: { room: 1, key: 'brass' } });
});

test('of the declared fields only the selected ones are kept', () => {
  const shape = shapeOf({ title: text, lentAt: time }, ['id', 'lentAt', 'undeclared']);
  expect(shape({ id: 'b1', title: 'Emma', lentAt: '', undeclared: 1 })).toStrictEqual({ id: 'b1', lentAt: null });
});

test('the change columns are not the row’s own', () => {
  const shape = shapeOf({ _ab_cdc_updated_at: time, _ab_cdc_deleted_at: time }, ['id', '_ab_cdc_updated_at']);
  expect(shape({ id: 'b1', _ab_cdc_updated_at: 'x', _ab_cdc_deleted_at: 'y' })).toStrictEqual({ id: 'b1' });
});

test('a field that is absent or undefined is left out', () => {
  expect(shapeOf({ title: text, lentAt: time })({ id: 'b1', title: undefined })).toStrictEqual({ id: 'b1' });
});

test.each([null, false, 0, '', []])('a falsy value such as %j is kept', (value) => {
  expect(shapeOf({ field: {} })({ field: value })).toStrictEqual({ field: value });
});

test('times are written alike at any depth, an empty text is null where one belongs, and nowhere else', () => {
  const loan: Schema = { type: 'object', properties: { from: time, to: time, note: text } };
  const shape = shapeOf({
    title: text,
    lentAt: time,
    loan,
    loans: { type: 'array', items: loan },
    days: { type: 'array', items: time },
    deep: { type: 'object', properties: { loans: { type: 'array', items: { type: 'object', properties: { loan } } } } },
  });
  const empty = { from: '', to: '2026-01-01T00:00:00.1Z', note: '', other: '2026-01-01T00:00:00.1Z' };
  const nulled = { from: null, to: '2026-01-01T00:00:00.100Z', note: '', other: '2026-01-01T00:00:00.1Z' };
  expect(
    shape({
      id: '',
      title: '',
      lentAt: '',
      loan: empty,
      loans: [empty, { note: '' }, null],
      days: ['', '2026-01-01', null],
      deep: { loans: [{ loan: empty }] },
    }),
  ).toStrictEqual({
    id: '',
    title: '',
    lentAt: null,
    loan: nulled,
    loans: [nulled, { note: '' }, null],
    days: [null, '2026-01-01T00:00:00Z', null],
    deep: { loans: [{ loan: nulled }] },
  });
});

test('what is not a time is null where one belongs, and told; null is nothing odd', () => {
  const properties = { lentAt: time, loans: { type: 'array', items: { type: 'object', properties: { from: time } } } };
  const odd: unknown[] = [];
  const shape = rowShape({ type: 'object', properties }, undefined, (column) => odd.push(column));
  const loans = [{ from: 'soon' }, { from: null }, { from: '2026-01-01T00:00:00Z' }];
  expect(shape({ lentAt: 7, loans })).toStrictEqual({ lentAt: null, loans: [{ from: null }, ...loans.slice(1)] });
  expect(odd).toEqual(['lentAt', 'loans']);
});

test('a value in whose place something with times is declared passes as it came', () => {
  const shape = shapeOf({ loan: { type: 'object', properties: { from: time } } });
  expect(shape({ id: 'b1', loan: 'none' })).toStrictEqual({ id: 'b1', loan: 'none' });
});

test('an object whose times are fine is not copied', () => {
  const loan = { from: '2026-01-01T00:00:00Z' };
  expect(shapeOf({ loan: { type: 'object', properties: { from: time } } })({ id: 'b1', loan }).loan).toBe(loan);
});

test('the row itself is not changed', () => {
  const row = { id: 'b1', loan: { from: '' } };
  shapeOf({ loan: { type: 'object', properties: { from: time } } })(row);
  expect(row).toStrictEqual({ id: 'b1', loan: { from: '' } });
});

test('fields named like parts of an object’s prototype are data', () => {
  const row = JSON.parse('{"id":"b1","__proto__":{"id":"evil"},"loan":{"__proto__":{"polluted":1},"from":""}}');
  const shape = shapeOf({ constructor: text, loan: { type: 'object', properties: { from: time } } });
  const shaped = shape(row);
  expect(JSON.stringify(shaped)).toBe('{"id":"b1","loan":{"__proto__":{"polluted":1},"from":null}}');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a schema without properties leaves nothing', () => {
  expect(rowShape({ type: 'object' })({ id: 'b1' })).toStrictEqual({});
});
