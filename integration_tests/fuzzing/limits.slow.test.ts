import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json, Message } from '../support/messages.ts';
import { LIST_NAMES, only, type Run, run } from '../support/program.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';
import { nested } from './changes.ts';
import { IN_A_HURRY, MiB, sizeOf } from './hurry.ts';
import { smallTenant } from './small-tenant.ts';
import { inexact, misfits, syncOf } from './tenant.ts';

const OTHERS = LIST_NAMES.filter((name) => name !== 'users');

/** In place of the tenant, this answers whoever asks for users. */
function usersAre(tenant: SimulatedTenant, answer: (response: ServerResponse) => void): void {
  tenant.faults.add({ path: '/api/v1/users', silent: true });
  tenant.server.prependListener('request', ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    if (url.startsWith('/api/v1/users?')) answer(response);
  });
}

async function readLists(tenant: SimulatedTenant): Promise<Run> {
  return run('read', { tenant, catalog: await only(...LIST_NAMES), preload: IN_A_HURRY });
}

function expectOthersExact(result: Run, tenant: SimulatedTenant): void {
  expect(deliveredBy(result, OTHERS)).toEqual(truthOf(tenant, OTHERS));
  expect(OTHERS.map((name) => result.ends[name])).toEqual(OTHERS.map(() => 'COMPLETE'));
}

/** So many bytes of blanks in an answer that is sent piece by piece, as they are taken. */
function stream(response: ServerResponse, bytes: number): void {
  const piece = Buffer.alloc(MiB, ' ');
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":[');
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end(']}');
  };
  more();
}

function send(response: ServerResponse, encoding: string, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body);
}

describe.concurrent('an answer of more than 128 MiB', () => {
  it.each<[what: string, answer: (response: ServerResponse) => void]>([
    ['as it comes', (response) => stream(response, 1_000 * MiB)],
    [
      'of gzip, when it is decompressed',
      (response) => send(response, 'gzip', Buffer.concat(Array(300).fill(gzipSync(Buffer.alloc(MiB, ' '))))),
    ],
    [
      'of brotli, when it is decompressed',
      (response) => send(response, 'br', brotliCompressSync(Buffer.alloc(200 * MiB, ' '), { params: { 1: 1 } })),
    ],
  ])('%s is refused by that limit, and all else is read', async (_, answer) => {
    await using tenant = await smallTenant();
    usersAre(tenant, answer);
    const result = await readLists(tenant);
    expect(result.ends.users).toBe('INCOMPLETE');
    expect(result.errorOf('users')?.message).toContain('128 MiB');
    expectOthersExact(result, tenant);
    expect(sizeOf(result)).toBeLessThan(700);
  });
});

describe.concurrent('an answer of less than 128 MiB', () => {
  it('that is nothing but brackets is no JSON', async () => {
    await using tenant = await smallTenant();
    usersAre(tenant, (response) => send(response, 'gzip', gzipSync('['.repeat(100_000))));
    const result = await readLists(tenant);
    expect(result.errorOf('users')).toMatchObject({
      failure_type: 'transient_error',
      message: expect.stringContaining('no JSON'),
    });
    expectOthersExact(result, tenant);
  });

  it('with a field of 5 MB is a row like others', async () => {
    await using tenant = await smallTenant();
    const [user] = tenant.data.users.all();
    Object.assign(user as object, { name: '日本 \u2028"\\'.repeat(800_000) });
    const result = await readLists(tenant);
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
  });
});

describe.concurrent('what no tenant does is told as such, and all else is read:', () => {
  it('redirects without end', async () => {
    await using tenant = await smallTenant();
    tenant.faults.add({ path: '/api/v1/users', redirect: '/api/v1/users?once=more' });
    const result = await readLists(tenant);
    expect(result.errorOf('users')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('redirected without end'),
    });
    expect(tenant.counts.calls).toBeLessThan(30);
    expectOthersExact(result, tenant);
  });

  it('headers of 100 kB', async () => {
    await using tenant = await smallTenant();
    usersAre(tenant, (response) => response.writeHead(200, { 'x-large': 'x'.repeat(100_000) }).end('{"data":[]}'));
    const result = await readLists(tenant);
    expect(result.ends.users).toBe('INCOMPLETE');
    expect(result.errorOf('users')?.message).toMatch(/\/api\/v1\/users.*[Hh]eader/);
    expectOthersExact(result, tenant);
  });

  it.each(['createdAt', 'name'])('a list that is nested 100,000 times: %s', async (field) => {
    await using tenant = await smallTenant();
    tenant.faults.mutate = (text, url) =>
      url.pathname === '/api/v1/users'
        ? text.replace(new RegExp(`"${field}":"[^"]*"`), `"${field}":${nested(100_000)}`)
        : text;
    const result = await readLists(tenant);
    // Where a time belongs it is looked into; anything else passes as it is.
    const failure = { failure_type: 'transient_error', message: expect.stringContaining('nested') };
    if (field === 'createdAt') expect(result.errorOf('users')).toMatchObject(failure);
    else expect(result.ends.users).toBe('COMPLETE');
    expectOthersExact(result, tenant);
  });
});

describe('names that JavaScript gives a meaning to', () => {
  const trap =
    '"__proto__":{"polluted":true,"name":"trap"},"constructor":{"prototype":{"polluted":true}},"toString":1,';

  it('may stand in every object that a tenant sends', async () => {
    await using tenant = await smallTenant();
    const trapped = (text: string) => text.replaceAll(/\{(?=")/g, `{${trap}`);
    tenant.faults.mutate = trapped;
    tenant.engine.faults.mutate = trapped;
    const first = await syncOf(tenant, []);
    expect(first.faults).toEqual([]);
    expect(first.exitCode).toBe(0);
    expect(misfits(first)).toEqual([]);
    const cleaned = first.messages.map(({ record, ...more }) =>
      record ? { ...more, record: { ...record, data: withoutTraps(record.data) as Json } } : more,
    );
    expect(inexact(tenant, cleaned)).toEqual([]);
    tenant.faults.clear();
    tenant.engine.faults.clear();
    const healed = await syncOf(tenant, first.messages);
    // What measures an app is told again when the app moves, and not before.
    const isHealed = ({ record }: Message) => record?.stream !== 'app_data_models';
    const before = [...first.messages.filter(isHealed), ...cleaned.filter((message) => !isHealed(message))];
    expect(inexact(tenant, [...before, ...healed.messages])).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  function withoutTraps(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutTraps);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => !['__proto__', 'constructor', 'toString'].includes(name));
    return Object.fromEntries(kept.map(([name, below]) => [name, withoutTraps(below)]));
  }
});
