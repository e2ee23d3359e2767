import { describe, expect, test, vi } from 'vitest';
import { ConnectorError } from './errors.ts';
import type { Context, Source } from './source.ts';
import { CARD, CONFIG_SCHEMA, call, Door, library, rows, stream, streamOf } from './testing/library.ts';
import { errorsOf, recordsOf } from './testing/lines.ts';

const books = streamOf('books', rows(1));
const status = (lines: Awaited<ReturnType<typeof call>>['lines']) =>
  lines.flatMap((line) => line.connectionStatus ?? []);

test('spec prints the specification, and nothing else', async () => {
  const { lines, exitCode } = await call(library([books]), { command: 'spec' });
  expect(exitCode).toBe(0);
  expect(lines).toEqual([
    {
      type: 'SPEC',
      spec: expect.objectContaining({ connectionSpecification: CONFIG_SCHEMA, protocol_version: '0.18.0' }),
    },
  ]);
});

test('discover prints one catalog of all streams without opening the door', async () => {
  const connect = async () => {
    throw new Error('the door was opened');
  };
  const { lines, exitCode } = await call(library([books, streamOf('readers')], { connect }), { command: 'discover' });
  expect(exitCode).toBe(0);
  expect(lines.map(({ type }) => type)).toEqual(['CATALOG']);
  expect(lines[0]?.catalog?.streams.map(({ name }) => name)).toEqual(['books', 'readers']);
});

test.each(['discover', 'read'] as const)('%s rejects settings that do not fit', async (command) => {
  const { lines, error } = await call(library([books]), { command, config: { card: CARD } });
  expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringContaining('address') });
  expect(lines).toEqual([]);
});

describe('check', () => {
  const check = (look: NonNullable<Source<never, { readonly address: string }>['check']>) =>
    call(library([books], { check: look }), { command: 'check' });

  test.each(['SUCCEEDED', 'FAILED'] as const)('prints %s as the source found it', async (found) => {
    const { lines, exitCode } = await check(async () => ({ status: found, message: 'Come in.' }));
    expect(lines).toEqual([{ type: 'CONNECTION_STATUS', connectionStatus: { status: found, message: 'Come in.' } }]);
    expect(exitCode).toBe(0);
  });

  test('hands the settings to the source', async () => {
    const { lines } = await check(async ({ address }) => ({ status: 'SUCCEEDED', message: `At ${address}.` }));
    expect(status(lines)).toEqual([{ status: 'SUCCEEDED', message: 'At Main Street 1.' }]);
  });

  test('takes a config_error for FAILED, which is an answer', async () => {
    const { lines, exitCode } = await check(async () => {
      throw new ConnectorError('config_error', 'Your card has expired. Renew it.');
    });
    expect(lines.map(({ type }) => type)).toEqual(['CONNECTION_STATUS']);
    expect(status(lines)).toEqual([{ status: 'FAILED', message: 'Your card has expired. Renew it.' }]);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['transient_error', () => new ConnectorError('transient_error', 'Closed for lunch.'), 'Closed for lunch.'],
    ['system_error', () => new TypeError('shelf is undefined'), expect.not.stringContaining('shelf')],
  ] as const)('of a %s is FAILED, an error trace and exit code 1', async (failure_type, make, message) => {
    const { lines, exitCode } = await check(async () => {
      throw make();
    });
    expect(lines.map(({ type }) => type)).toEqual(['CONNECTION_STATUS', 'TRACE']);
    expect(status(lines)).toEqual([{ status: 'FAILED', message }]);
    expect(errorsOf(lines)).toMatchObject([{ failure_type, message }]);
    expect(exitCode).toBe(1);
  });

  test('fails settings that do not fit, without asking the source', async () => {
    const source = library([books], {
      check: async () => {
        throw new Error('the source was asked');
      },
    });
    const { lines, exitCode } = await call(source, { command: 'check', config: { card: 4711 } });
    expect(status(lines)).toEqual([
      { status: 'FAILED', message: expect.stringMatching(/address.*card|card.*address/) },
    ]);
    expect(exitCode).toBe(0);
  });

  test('that is stopped prints no status', async () => {
    const stop = new AbortController();
    const reason = new Error('ended by SIGTERM');
    const check = async () => {
      stop.abort(reason);
      throw new ConnectorError('config_error', 'The call was cut off.');
    };
    const { lines, error } = await call(library([books], { check }), { command: 'check', stop });
    expect(error).toBe(reason);
    expect(lines).toEqual([]);
  });
});

describe('no secret is shown', () => {
  const token = 'token-fetched-later';

  test.each(['check', 'read'] as const)('in a message of %s, whoever wrote it', async (command) => {
    const complain = (): never => {
      throw new ConnectorError('transient_error', `Refused ${CARD} and ${token}`, {
        cause: new Error(`header ${token}`),
      });
    };
    const source = library([streamOf('books', complain)], {
      check: async (_config, { addSecret, logger }) => {
        addSecret(token);
        logger.warn(`Trying ${CARD}, ${token}`);
        return complain();
      },
      connect: async (_config, { addSecret, logger }) => {
        addSecret(token);
        logger.warn(`Trying ${CARD}, ${token}`);
        return { timesShut: 0, [Symbol.asyncDispose]: async () => {} };
      },
    });
    const { lines, exitCode } = await call(source, { command });
    const printed = JSON.stringify(lines);
    expect(exitCode).toBe(1);
    expect(printed).toContain('Refused **** and ****');
    expect(printed).toContain('Trying ****, ****');
    expect(printed).not.toContain(CARD);
    expect(printed).not.toContain(token);
  });

  test('but a row that holds one is data, and stays as it is', async () => {
    const { lines } = await call(library([streamOf('books', [{ id: 'b1', title: CARD }])]));
    expect(recordsOf(lines, 'books')).toMatchObject([{ title: CARD }]);
  });
});

describe('the environment', () => {
  const chatty = library([books], {
    connect: async (_config, { logger }) => {
      logger.debug('knocking');
      return { timesShut: 0, [Symbol.asyncDispose]: async () => {} };
    },
  });
  const levels = (lines: Awaited<ReturnType<typeof call>>['lines']) => lines.flatMap(({ log }) => log?.level ?? []);

  test.each([
    [{ LOG_LEVEL: 'debug' }, ['DEBUG']],
    [{ LOG_LEVEL: 'DEBUG' }, ['DEBUG']],
    [{ LOG_LEVEL: 'info' }, []],
    [{}, []],
  ])('%o decides about debug logs', async (env, expected) => {
    expect(levels((await call(chatty, { env: env as { [name: string]: string } })).lines)).toEqual(expected);
  });

  test.each(['-1', 'soon', 'NaN'])('STATE_INTERVAL_MS=%s is refused in words', async (value) => {
    const { error, lines } = await call(library([books]), { env: { STATE_INTERVAL_MS: value } });
    expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringContaining('STATE_INTERVAL_MS') });
    expect(lines).toEqual([]);
  });

  test('an empty STATE_INTERVAL_MS means the default', async () => {
    const { lines, exitCode } = await call(library([streamOf('books', rows(1), rows(1, 1))]), {
      env: { STATE_INTERVAL_MS: '' },
    });
    expect(exitCode).toBe(0);
    expect(lines.filter(({ type }) => type === 'STATE')).toHaveLength(1);
  });
});

test('calls are counted for whoever watches, and the show ends with the read', async () => {
  const counts: number[] = [];
  let onCall = () => {};
  const shown: string[] = [];
  const source = library(
    [
      stream('books', async function* () {
        onCall();
        onCall();
        yield rows(1);
      }),
    ],
    {
      connect: async (_config, context) => {
        onCall = () => context.onCall('a call');
        return { timesShut: 0, [Symbol.asyncDispose]: async () => {} };
      },
    },
  );
  await call(source, {
    watch: ({ streams, calls }) => {
      shown.push(...streams.map(({ name, status: at }) => `${name} ${at}`));
      return () => counts.push(calls());
    },
  });
  expect(shown).toEqual(['books undefined']);
  expect(counts).toEqual([2]);
});

test('the time without an answer is measured for whoever watches, once something was asked', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const silences: number[] = [];
    let context: Context | undefined;
    let silentMs = () => Number.NaN;
    const look = (passedMs: number) => {
      vi.advanceTimersByTime(passedMs);
      silences.push(silentMs());
    };
    const books = streamOf(
      'books',
      () => look(1_000),
      () => context?.onCall('a call'),
      () => look(1_000),
      () => context?.onAnswer(),
      () => look(500),
      () => look(20_000),
    );
    const connect = async (_config: unknown, lent: Context) => {
      context = lent;
      return new Door();
    };
    await call(library([books], { connect }), {
      watch: (activity) => {
        silentMs = activity.silentMs;
        return () => {};
      },
    });
    expect(silences).toEqual([0, 2_000, 500, 20_500]);
  } finally {
    vi.useRealTimers();
  }
});
