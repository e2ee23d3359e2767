import { expect, test } from 'vitest';
import { tenantOrigin } from './tenant-url.ts';

test.each([
  ['https://acme.us.qlikcloud.com', 'https://acme.us.qlikcloud.com'],
  ['https://acme.us.qlikcloud.com/', 'https://acme.us.qlikcloud.com'],
  ['https://acme.us.qlikcloud.com/sense/app/1/sheet/2?x=1#y', 'https://acme.us.qlikcloud.com'],
  ['acme.us.qlikcloud.com', 'https://acme.us.qlikcloud.com'],
  ['acme.us.qlikcloud.com/hub', 'https://acme.us.qlikcloud.com'],
  ['  acme.us.qlikcloud.com \n', 'https://acme.us.qlikcloud.com'],
  ['HTTPS://Acme.US.QlikCloud.com', 'https://acme.us.qlikcloud.com'],
  ['acme.us.qlikcloud.com:443', 'https://acme.us.qlikcloud.com'],
  ['https://acme.example.com:8443/', 'https://acme.example.com:8443'],
  ['acme.example.com:8443', 'https://acme.example.com:8443'],
  ['localhost:8787', 'https://localhost:8787'],
  ['http://localhost:8787', 'http://localhost:8787'],
  ['http://LOCALHOST', 'http://localhost'],
  ['http://127.0.0.1:8787/api/v1', 'http://127.0.0.1:8787'],
  ['http://127.1', 'http://127.0.0.1'],
  ['http://[::1]:8787', 'http://[::1]:8787'],
])('%j is the tenant %s', (pasted, origin) => {
  expect(tenantOrigin(pasted)).toBe(origin);
});

test.each<[pasted: string, words: RegExp]>([
  ['', /is no address/],
  ['   ', /is no address/],
  ['https://', /is no address/],
  ['acme marked4711 com', /is no address/],
  ['https://marked4711:99999', /is no address/],
  ['http://marked4711.us.qlikcloud.com', /https:\/\/.*in the clear/],
  ['http://localhost.marked4711.com', /in the clear/],
  ['http://127.0.0.1.marked4711.com', /in the clear/],
  ['http://marked4711.localhost', /in the clear/],
  ['http://[::2]', /in the clear/],
  ['http://128.0.0.1', /in the clear/],
  ['http://0.0.0.0', /in the clear/],
  ['https://jane:marked4711@acme.us.qlikcloud.com', /user name or password/],
  ['https://:marked4711@acme.us.qlikcloud.com', /user name or password/],
  ['marked4711@acme.us.qlikcloud.com', /user name or password/],
  ['http://localhost:marked4711@evil.com', /user name or password/],
  ['wss://marked4711.us.qlikcloud.com', /must begin with https/],
  ['ftp://marked4711.us.qlikcloud.com', /must begin with https/],
  ['file:///etc/marked4711', /is no address/],
])('%j is refused in words that do not repeat it', (pasted, words) => {
  let refusal: unknown;
  try {
    tenantOrigin(pasted);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ failureType: 'config_error', message: expect.stringMatching(words) });
  expect((refusal as Error).message).toMatch(/^tenant_url /);
  expect((refusal as Error).stack).not.toContain('marked4711');
});
