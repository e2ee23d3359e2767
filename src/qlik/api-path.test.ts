import { expect, test } from 'vitest';
import { apiPath, wellFormed } from './api-path.ts';

const refusal = (id: string) =>
  expect.objectContaining({ partitionOut: 'denied', said: expect.stringContaining(JSON.stringify(id)) });

test.each([
  ['a/b', 'a%2Fb'],
  ['../x', '..%2Fx'],
  ['...', '...'],
  ['%2e%2e', '%252e%252e'],
  ['?x#y', '%3Fx%23y'],
  ['\u{1f642}', '%F0%9F%99%82'],
])('a path holds the id %j', (id, segment) => {
  const path = apiPath`/api/v1/apps/${id}/data/metadata`;
  expect(path).toBe(`/api/v1/apps/${segment}/data/metadata`);
  expect(new URL(path, 'https://acme.us.qlikcloud.com').pathname).toBe(path);
});

test.each(['.', '..', '', '\ud800', 'a\udfffb'])('a path cannot hold the id %j, which is named', (id) => {
  expect(() => apiPath`/api/v1/apps/${id}/data/metadata`).toThrow(refusal(id));
});

test('a query cannot hold half a character', () => {
  expect(wellFormed('..')).toBe('..');
  expect(() => wellFormed('\ud800')).toThrow(refusal('\ud800'));
});
