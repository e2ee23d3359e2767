import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { ANSWER_LIMITS } from './answer-time.ts';
import { type Credentials, openAuthentication } from './authentication.ts';
import { Http } from './http.ts';
import { Limiter } from './limiter.ts';
import { GONE_MS, Reachability } from './reachability.ts';

const TOKEN = 'token-of-the-tenant';
const CLIENT: Credentials = { type: 'oauth2_client_credentials', clientId: 'client', clientSecret: 'client-secret' };

interface TokenAnswer {
  readonly status?: number;
  readonly body?: string;
}

const GOOD: TokenAnswer = { body: JSON.stringify({ access_token: TOKEN, expires_in: 3_600 }) };

/** What one call comes to at a tenant whose token requests are answered so, one after the other; the last stays. */
async function callWith(credentials: Credentials, ...answers: TokenAnswer[]) {
  let tokenRequests = 0;
  const authorizations: (string | undefined)[] = [];
  const server = createServer((call, response) => {
    if (call.url !== '/oauth/token') {
      authorizations.push(call.headers.authorization);
      response.end('"read"');
      return;
    }
    const { status = 200, body } = answers[Math.min(tokenRequests, answers.length - 1)] ?? {};
    tokenRequests += 1;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispatcher = new Agent();
  const tokens: string[] = [];
  const http = new Http({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    dispatcher,
    limiter: new Limiter({ calls: 100, windowMs: 1_000 }, () => {}),
    patience: { retryMs: 1_100, pauseMs: 0 },
    limits: ANSWER_LIMITS,
    reach: new Reachability({ name: 'The tenant', goneMs: GONE_MS, remedy: '' }),
    stop: new AbortController().signal,
    onToken: (token) => tokens.push(token),
    onCall: () => {},
  });
  const [outcome] = await Promise.allSettled([http.get({ path: '/api/v1/spaces', parse: (json) => json })]);
  await dispatcher.destroy();
  await new Promise((resolve) => server.close(resolve));
  return { outcome, tokenRequests, authorizations, tokens };
}

describe.concurrent('a token request', () => {
  const garbled: readonly [what: string, answer: TokenAnswer][] = [
    ['a page for people', { body: '<!doctype html><title>Log in</title>' }],
    ['half a token', { body: `{"access_token":"${TOKEN}` }],
    ['a token and more', { body: `{"access_token":"${TOKEN}"}garbage` }],
    ['the token alone', { body: TOKEN }],
    ['nothing', { body: '' }],
    ['null', { body: 'null' }],
    ['a number', { body: '7' }],
    ['a list', { body: '[]' }],
    ['no access_token', { body: `{"token":"${TOKEN}"}` }],
    ['an empty access_token', { body: '{"access_token":""}' }],
    ['an access_token that is no text', { body: `{"access_token":{"value":"${TOKEN}"}}` }],
    ['a failure', { status: 503, body: TOKEN }],
  ];

  test.each(garbled)('answered with %s is made again, and then a matter of time', async (_, answer) => {
    const { outcome, tokenRequests, authorizations } = await callWith(CLIENT, answer);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { failureType: 'transient_error' } });
    expect(tokenRequests).toBeGreaterThan(1);
    expect(tokenRequests).toBeLessThan(5);
    expect(authorizations).toEqual([]);
    const told = inspect((outcome as PromiseRejectedResult).reason, { depth: 9, showHidden: true });
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain('client-secret');
  });

  test.each(garbled)('answered with %s heals', async (_, answer) => {
    const { outcome, tokenRequests, authorizations, tokens } = await callWith(CLIENT, answer, GOOD);
    expect(outcome).toEqual({ status: 'fulfilled', value: 'read' });
    expect(tokenRequests).toBe(2);
    expect(tokens).toEqual([TOKEN]);
    expect(authorizations).toEqual([`Bearer ${TOKEN}`]);
  });

  test('serves whatever is said of its life', async () => {
    const strange = { toString: null, valueOf: null };
    const body = JSON.stringify({ access_token: TOKEN, expires_in: strange, expires_at: strange });
    const { outcome } = await callWith(CLIENT, { body });
    expect(outcome).toEqual({ status: 'fulfilled', value: 'read' });
  });

  test.each([301, 302, 304])('answered with %d and nothing else is a matter of the settings', async (status) => {
    const { outcome, tokenRequests } = await callWith(CLIENT, { status });
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { failureType: 'config_error', message: expect.stringMatching(new RegExp(`${status}.*tenant_url`)) },
    });
    expect(tokenRequests).toBe(1);
  });

  test.each([400, 401, 403])('refused with %d is a matter of the settings', async (status) => {
    const { outcome, tokenRequests } = await callWith(CLIENT, { status, body: 'null' });
    expect(outcome).toMatchObject({
      reason: { failureType: 'config_error', message: expect.stringContaining('client_secret'), fatal: true },
    });
    expect(tokenRequests).toBe(1);
  });
});

describe.concurrent('an API key', () => {
  test.each(['key-\nbroken', 'key-\r\nx-injected: 1', 'key-\u0000', 'key-\u2028', 'käy-', ''])(
    'that cannot be one (%j) is never sent, and not shown',
    async (apiKey) => {
      const { outcome, authorizations } = await callWith({ type: 'api_key', apiKey });
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { failureType: 'config_error', message: expect.stringContaining('api_key') },
      });
      if (apiKey !== '') expect(inspect((outcome as PromiseRejectedResult).reason)).not.toContain(apiKey);
      expect(authorizations).toEqual([]);
    },
  );

  test('is sent as it is', async () => {
    const { outcome, authorizations, tokenRequests } = await callWith({ type: 'api_key', apiKey: 'key-1 + more' });
    expect(outcome).toEqual({ status: 'fulfilled', value: 'read' });
    expect({ authorizations, tokenRequests }).toEqual({ authorizations: ['Bearer key-1 + more'], tokenRequests: 0 });
  });
});

test('a token is renewed once for a call, and again as long as the one refused had been taken before', async () => {
  let fetched = 0;
  const authentication = openAuthentication(
    CLIENT,
    async (_, parse) => parse({ access_token: `token ${++fetched}` }),
    () => {},
  );
  const first = await authentication.token();
  expect(authentication.renew(first, false)).toBe(true);
  const second = await authentication.token();
  expect(second).not.toBe(first);
  expect(authentication.renew(second, true)).toBe(false);
  authentication.accept(second);
  // The answer to a call that was made with the first one comes late.
  authentication.accept(first);
  expect(authentication.renew(second, true)).toBe(true);
  expect(await authentication.token()).toBe('token 3');
});
