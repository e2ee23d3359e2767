import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { isPartitionStream } from '../../src/cdk/stream.ts';
import { streams } from '../../src/streams/index.ts';
import { catalogViolations } from '../support/catalog-violations.ts';
import { runHere, runWordsHere } from '../support/in-process.ts';
import { configured, discovered, MAIN, type Run, run, runWords } from '../support/program.ts';
import { specViolations } from '../support/spec-violations.ts';

const config = {
  tenant_url: 'https://acme.eu.qlikcloud.com',
  credentials: { auth_type: 'api_key', api_key: 'some-key-of-no-tenant' },
};

/** Tells on file descriptor 3 which modules the program loads. */
const TELL_MODULES = `
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load(url, context, next) { writeSync(3, url + '\\n'); return next(url, context); } });`;

function networkModules({ aside }: Run): string[] {
  return aside.split('\n').filter((url) => /node_modules\/undici\/|\/src\/qlik\//.test(url));
}

describe.concurrent('spec', () => {
  it('prints settings that keep Airbyte’s conventions, without loading network code', async () => {
    const result = await run('spec', { preload: TELL_MODULES });
    expect(specViolations(result.messages.at(-1)?.spec, [config])).toEqual([]);
    expect(result.aside).toContain('/src/main.ts');
    expect(networkModules(result)).toEqual([]);
  });
});

describe.concurrent('discover', () => {
  it('prints a catalog that keeps Airbyte’s conventions, without loading network code', async () => {
    const result = await run('discover', { config, preload: TELL_MODULES });
    expect(catalogViolations(result.messages.at(-1)?.catalog)).toEqual([]);
    expect(result.aside).toContain('/src/main.ts');
    expect(networkModules(result)).toEqual([]);
  });

  it('lists every stream, and no other', async () => {
    expect((await discovered()).map(({ name }) => name)).toEqual(streams.map(({ name }) => name));
  });

  it('offers each in both modes, and to resume those that are read app by app, or space by space', async () => {
    const result = await runHere('discover', { config });
    const offered = (result.messages.at(-1)?.catalog?.streams ?? []) as readonly {
      name: string;
      supported_sync_modes?: unknown;
      is_resumable?: unknown;
    }[];
    for (const { supported_sync_modes } of offered)
      expect(supported_sync_modes).toEqual(['full_refresh', 'incremental']);
    const resumable = offered.filter(({ is_resumable }) => is_resumable === true).map(({ name }) => name);
    expect(resumable).toEqual(streams.filter(isPartitionStream).map(({ name }) => name));
    expect(resumable).toEqual(expect.arrayContaining(['sheets', 'charts', 'space_assignments', 'app_tables']));
  });

  it('would be seen to load network code', async () => {
    const ca_certificate = '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----';
    const result = await run('check', { config: { ...config, ca_certificate }, preload: TELL_MODULES });
    expect(networkModules(result)).toContainEqual(expect.stringContaining('/src/qlik/tenant.ts'));
  });
});

describe.concurrent('a call that cannot be understood', () => {
  it.each<[words: string, says: RegExp]>([
    ['', /command/],
    ['chekc', /chekc/i],
    ['spec --loud', /loud/],
    ['spec discover', /command|discover/],
    ['check', /config/],
    ['check --config', /config/],
    ['discover --loud', /loud|config/],
    ['read --config x', /catalog/],
    ['read --catalog x', /config/],
  ])('"%s" is answered with how it is done', async (words, says) => {
    const call = words === '' ? runWords : runWordsHere;
    const result = await call(words.split(' ').filter(Boolean), { name: 'usage' });
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([
      expect.objectContaining({ failure_type: 'config_error', message: expect.stringMatching(says) }),
    ]);
    expect(result.errors[0]?.message).toContain('--help');
    expect(result.errors[0]).not.toHaveProperty('stack_trace');
  });

  it.each(['read --help', '--version'])('but %s tells people on stderr', async (words) => {
    const program = spawn(process.execPath, [MAIN, ...words.split(' ')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, 'close'),
    ]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words === '--version' ? /^\d+\.\d+\.\d+\n$/ : /source-qlik-sense-cloud read/);
    expect(code).toBe(0);
  });
});

const secret = 'key-that-stands-in-a-broken-file';

describe.concurrent.each(['check', 'discover', 'read'] as const)('%s', (name) => {
  it.each<[kind: string, config: unknown, says: RegExp]>([
    [
      'broken JSON',
      `{"credentials": {"api_key": "${secret}" "auth_type": "api_key"}}`,
      /not valid JSON.*line 1, column \d+/,
    ],
    [
      'wrong',
      { tenant_url: 'http://acme.eu.qlikcloud.com', credentials: { auth_type: 'api_key' } },
      /tenant_url.*api_key/,
    ],
    [
      'misspelt',
      { ...config, credentials: { auth_type: 'api_key', api_key: secret }, include_space: ['Sales'] },
      /include_space .*include_spaces/,
    ],
    [
      'misspelt in the credentials',
      {
        ...config,
        credentials: { auth_type: 'oauth2_client_credentials', client_id: 'a', client_secret: secret, scopes: 'b' },
      },
      /credentials\.scopes .*credentials\.scope/,
    ],
  ])('refuses settings that are %s', async (_, settings, says) => {
    const catalog = configured(await discovered());
    expectRefusal(name, await runHere(name, { config: settings, catalog, secrets: [secret] }), says);
  });

  it('refuses a file of settings that does not exist', async () => {
    const words = [
      name,
      '--config',
      '/nowhere/config.json',
      ...(name === 'read' ? ['--catalog', '/nowhere/catalog.json'] : []),
    ];
    const result = await runWords(words, name === 'read' ? { name, streams: [] } : { name });
    expectRefusal(name, result, /\/nowhere\/config\.json/);
  });
});

describe.concurrent('check', () => {
  it.each<[kind: string, config: unknown, says: RegExp]>([
    ['a list', JSON.stringify([secret]), /object/],
    ['without credentials', { tenant_url: config.tenant_url }, /credentials/],
    ['a number for a key', { ...config, credentials: { auth_type: 'api_key', api_key: 1234567890 } }, /api_key/],
  ])('refuses settings that are %s', async (_, settings, says) => {
    expectRefusal('check', await runHere('check', { config: settings, secrets: [secret, '1234567890'] }), says);
  });
});

/** What users are told of by a status where they check, and else by an error. */
function expectRefusal(
  name: 'check' | 'discover' | 'read',
  { code, messages, errors, connectionStatus }: Run,
  says: RegExp,
) {
  expect(messages).toHaveLength(1);
  expect(code).toBe(name === 'check' ? 0 : 1);
  if (name === 'check') expect(connectionStatus).toEqual({ status: 'FAILED', message: expect.stringMatching(says) });
  else
    expect(errors).toEqual([
      expect.objectContaining({ failure_type: 'config_error', message: expect.stringMatching(says) }),
    ]);
}

const stateOf = (name: string, stream_state: object) => ({
  type: 'STREAM',
  stream: { stream_descriptor: { name }, stream_state },
});
const HEAD = { version: 1, sync: 'incremental', latest: '2026-11-01T00:00:00.000Z' };

describe.concurrent('read', () => {
  const users = {
    stream: { name: 'users', json_schema: {}, supported_sync_modes: ['full_refresh'] },
    destination_sync_mode: 'append',
  };

  it.each<[kind: string, catalog: unknown]>([
    ['broken JSON', '{"streams": ['],
    ['of no stream', { streams: [] }],
    ['of a stream in an unknown mode', { streams: [{ ...users, sync_mode: 'INVALID' }] }],
    ['of a stream twice', { streams: [users, users].map((each) => ({ ...each, sync_mode: 'full_refresh' })) }],
  ])('refuses a catalog that is %s', async (_, catalog) => {
    const result = await runHere('read', { config, catalog });
    expectRefusal('read', result, /catalog/);
  });

  it.each<[kind: string, state: unknown]>([
    ['broken JSON', '[{"type": "STREAM"'],
    ['an object', { users: { cursor: 1 } }],
    ['a list of something else', [{ type: 'LEGACY', data: {} }]],
    ['somebody else’s', [stateOf('users', { cursor: 'page 7' })]],
    ['of another version', [stateOf('charts', { version: 99 })]],
    ['damaged', [stateOf('sheets', { ...HEAD, partitions: [{ id: 'app' }] })]],
    ['damaged in a list', [stateOf('users', { ...HEAD, keys: 'a' })]],
  ])('refuses a state that is %s', async (_, state) => {
    for (const mode of ['full_refresh', 'incremental']) {
      const result = await runHere('read', { config, catalog: configured(await discovered(), mode), state });
      expectRefusal('read', result, /state/);
    }
  });

  it('tells of a stream that it does not have', async () => {
    const catalog = { streams: [{ ...users, stream: { ...users.stream, name: 'gone' }, sync_mode: 'full_refresh' }] };
    const result = await runHere('read', { config, catalog });
    expect(result.ends).toEqual({ gone: 'INCOMPLETE' });
    expect(result.errorOf('gone')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('gone'),
    });
  });

  it('refuses a time between states that is none', async () => {
    const result = await runHere('read', {
      config,
      catalog: configured(await discovered()),
      env: { STATE_INTERVAL_MS: 'soon' },
    });
    expectRefusal('read', result, /STATE_INTERVAL_MS/);
  });
});
