import { expect, test } from 'vitest';
import type { Row } from '../../cdk/index.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import { tenantStream } from './tenant-stream.ts';

const object = { type: ['null', 'object'], properties: { name: { type: ['null', 'string'] } } };
const schema = {
  type: 'object',
  properties: {
    id: { type: ['null', 'string'] },
    meta: object,
    links: object,
    many: { type: ['null', 'array'], items: object },
  },
};

/** What a stream makes of these rows. */
async function delivered(...rows: Row[]): Promise<readonly Row[]> {
  const stream = tenantStream<Row>({
    name: 'users',
    schema,
    primaryKey: ['id'],
    updatedField: 'updatedAt',
    access: { scopes: ['admin_classic'], roles: ['Tenant Admin'], otherwise: 'refused' },
    path: '/api/v1/users',
    read: async function* () {
      yield rows;
    },
  });
  const pages = await Array.fromAsync(stream.read({} as Tenant, () => {}));
  return pages.flat();
}

test('what is read is the list at the path that the stream names, and what a refusal says is made of its facts', async () => {
  const lists: unknown[] = [];
  const stream = tenantStream<Row>({
    name: 'data_files',
    schema,
    primaryKey: ['id'],
    access: { scopes: ['admin_classic'], roles: ['Tenant Admin'], otherwise: 'refused' },
    path: '/api/v1/data-files',
    read: async function* (_, list) {
      lists.push(list);
      yield [];
    },
  });
  await Array.fromAsync(stream.read({} as Tenant, () => {}));
  const needs = 'Listing all data files requires the role Tenant Admin; an OAuth client needs the scope admin_classic.';
  expect(lists).toEqual([{ path: '/api/v1/data-files', needs }]);
  expect(stream.calls).toEqual({ rest: { '/api/v1/data-files': '100 rows' } });
});

test('a row without anything about the caller stays the very same', async () => {
  const row = { id: '1', meta: { name: 'a', deep: [{ more: {} }] }, links: {}, many: [{ name: 'b' }], other: 1 };
  expect((await delivered(row))[0]).toBe(row);
});

test('what a tenant says of the caller is left out at every depth, and of a thing its link to itself', async () => {
  const told = {
    id: '1',
    meta: { actions: ['read'], name: 'a', roles: [], deep: { isFavorited: true, roles: ['kept'], privileges: [] } },
    links: { self: { href: 'x' }, open: { href: 'y' } },
    many: [{ name: 'b' }, { actions: [], name: 'c' }],
  };
  const before = structuredClone(told);
  expect(await delivered(told)).toEqual([
    {
      id: '1',
      meta: { name: 'a', deep: { roles: ['kept'] } },
      links: { open: { href: 'y' } },
      many: [{ name: 'b' }, { name: 'c' }],
    },
  ]);
  expect(told).toEqual(before);
});

test('names that JavaScript gives a meaning to are names', async () => {
  const row = JSON.parse('{"id":"1","meta":{"actions":[],"__proto__":{"actions":[],"polluted":true}}}') as Row;
  expect(JSON.stringify(await delivered(row))).toBe('[{"id":"1","meta":{"__proto__":{"polluted":true}}}]');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
