import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Tenant } from './tenant.ts';

/** A tenant that answers everything with a body, and how often it was asked. */
async function tenantOf(status: number, body: string) {
  const asked: string[] = [];
  const answers: number[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tenant = new Tenant(
    {
      tenantUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { type: 'api_key', apiKey: 'key-1' },
      scope: { includeSpaces: [], excludeSpaces: [], includePersonalApps: true },
    },
    {
      patience: { retryMs: 1_500, pauseMs: 0 },
      stop: new AbortController().signal,
      onSecret: () => {},
      onWait: () => {},
      onCall: () => {},
      onAnswer: () => answers.push(status),
      onWarning: () => {},
    },
  );
  return {
    tenant,
    asked,
    answers,
    [Symbol.asyncDispose]: async () => {
      await tenant[Symbol.asyncDispose]();
      server.close();
    },
  };
}

test('the id of a tenant is what it says', async () => {
  await using scene = await tenantOf(200, '{"id":"tenant-1"}');
  expect(await scene.tenant.id()).toBe('tenant-1');
});

test.each([403, 404])('a caller who is told %d may not know it', async (status) => {
  await using scene = await tenantOf(status, '{}');
  expect(await scene.tenant.id()).toBeUndefined();
  // A refusal is an answer too.
  expect(scene.answers).toEqual([status]);
});

test('one that has no id to tell has none', async () => {
  await using scene = await tenantOf(200, '{}');
  expect(await scene.tenant.id()).toBeUndefined();
});

test.concurrent.each(['{"id":""}', '{"id":7}', 'null', '[]'])(
  'half an answer (%s) is asked for again',
  async (body) => {
    await using scene = await tenantOf(200, body);
    await expect(scene.tenant.id()).rejects.toMatchObject({ failureType: 'transient_error' });
    expect(scene.asked.length).toBeGreaterThan(1);
  },
);
