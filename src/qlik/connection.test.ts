import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConnection, proxyPasswords } from './connection.ts';
import { Tenant } from './tenant.ts';

const NAMES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'] as const;
const before = new Map(NAMES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  for (const name of NAMES) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const WAY = { origin: 'https://acme.example.com', responseMs: 60_000 };

/** What goes wrong as the tenant is opened, and what was said to be secret until then. */
function openTenant(): { error: unknown; secrets: string[] } {
  const secrets: string[] = [];
  const options = { onWait: () => {}, onCall: () => {}, onWarning: () => {}, stop: new AbortController().signal };
  const settings = {
    tenantUrl: 'https://acme.example.com',
    credentials: { type: 'api_key', apiKey: 'key-1' },
    scope: { includeSpaces: [], excludeSpaces: [], includePersonalApps: true },
  } as const;
  try {
    new Tenant(settings, { ...options, onSecret: (secret) => secrets.push(secret) });
    return { error: undefined, secrets };
  } catch (error) {
    return { error, secrets };
  }
}

describe('a proxy of the environment', () => {
  test.each<[(typeof NAMES)[number], login: string, password: string]>([
    ['HTTPS_PROXY', 'user:50%-off', '50%-off'],
    ['https_proxy', 'user:half%2', 'half%2'],
    ['HTTP_PROXY', 'user:%zz-top', '%zz-top'],
    ['http_proxy', 'us%er:secret-word', 'secret-word'],
  ])(
    '%s whose login %s has a percent sign that encodes nothing is a matter of the settings',
    (name, login, password) => {
      process.env[name] = `http://${login}@proxy.example.com:8080`;
      const { error, secrets } = openTenant();
      expect(error).toMatchObject({
        failureType: 'config_error',
        message: expect.stringMatching(`\\b${name}\\b.*%25`),
      });
      expect(inspect(error, { depth: 9 })).not.toContain(password);
      expect(secrets).toContain(password);
    },
  );

  test.each(['proxy.example.com:8080', 'ftp://proxy.example.com', 'https://10.0.0.1:8080', 'http://', '%'])(
    'cannot be at %s',
    (address) => {
      process.env.HTTPS_PROXY = address;
      expect(() => openConnection(WAY)).toThrow(
        expect.objectContaining({ failureType: 'config_error', message: expect.stringContaining('HTTPS_PROXY') }),
      );
    },
  );

  test.each(['http://user:50%25off@proxy.example.com:8080', 'http://10.0.0.1:8080', 'https://proxy.example.com'])(
    'may be at %s',
    async (address) => {
      process.env.HTTPS_PROXY = address;
      await openConnection(WAY).destroy();
    },
  );

  test('has a password that is told as it stands and as it is meant', () => {
    process.env.HTTPS_PROXY = 'http://user:50%25off@proxy.example.com:8080';
    process.env.http_proxy = 'http://proxy.example.com';
    expect(proxyPasswords()).toEqual(['50%25off', '50%off']);
  });
});
