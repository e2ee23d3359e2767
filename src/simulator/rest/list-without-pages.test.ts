import { expect, test } from 'vitest';
import { RowList } from '../data/row-list.ts';
import { seededRows } from '../data/seeded-rows.ts';
import { NOW } from '../data/timeline.ts';
import { answerList } from './answer-list.ts';
import { defaultDials } from './dials.ts';
import { spoiled } from './faults.ts';

const rows = new RowList(
  seededRows({ era: { seed: 1, nowMs: NOW }, name: 'theme', size: 130, ids: [] }, ({ id }) => ({ id })),
);
const callOf = (query: string) => ({
  method: 'GET',
  url: new URL(`http://tenant/api/v1/themes${query}`),
  callerId: 'me',
});
const ask = (query: string) => answerList({ prefix: 'THEMES', sorts: [] }, rows, callOf(query), defaultDials());

test('a list without a cursor is one answer without links', () => {
  expect(ask('')).toEqual({ status: 200, body: { data: [...rows.all()] } });
});

test.each(['limit', 'sort', 'next', 'totalResults'])('it takes no %s', (parameter) => {
  expect(ask(`?${parameter}=1`)).toMatchObject({ status: 400, body: { errors: [{ source: { parameter } }] } });
});

test('its answer can lack rows by a fault', () => {
  const faulty = (how: object) => spoiled(ask(''), { path: '/api/v1/themes', ...how }, callOf(''));
  expect(JSON.stringify(faulty({ empty: true }).body)).toBe('{"data":[]}');
  expect(faulty({ partial: true }).body).toMatchObject({
    data: [...rows.all()].slice(0, -1),
    errors: [{ status: 502 }],
  });
});
