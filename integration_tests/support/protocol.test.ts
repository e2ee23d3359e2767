import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaks } from './leaks.ts';
import { type Command, exitViolations, protocolViolations } from './protocol.ts';

const emitted_at = 1_800_000_000_000;
const read: Command = { name: 'read', streams: ['apps'] };
const cut: Command = { ...read, cut: true };

const lines = (...messages: object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join('');
const trace = (type: string, body: object) => ({
  type: 'TRACE',
  trace: { type, emitted_at, [type.toLowerCase()]: body },
});
const status = (status: string, stream = 'apps', more = {}) =>
  trace('STREAM_STATUS', { stream_descriptor: { name: stream }, status, ...more });
const error = (stream?: string) =>
  trace('ERROR', {
    message: 'no',
    failure_type: 'config_error',
    ...(stream && { stream_descriptor: { name: stream } }),
  });
const record = (stream = 'apps', more = {}) => ({
  type: 'RECORD',
  record: { stream, data: { id: 1 }, emitted_at, ...more },
});
const state = (recordCount: number, stream_state: object = { at: recordCount }, more = {}) => ({
  type: 'STATE',
  state: {
    type: 'STREAM',
    stream: { stream_descriptor: { name: 'apps' }, stream_state },
    sourceStats: { recordCount },
    ...more,
  },
});
const log = { type: 'LOG', log: { level: 'INFO', message: 'hello' } };
const spec = { type: 'SPEC', spec: { connectionSpecification: { type: 'object', properties: {} } } };
const succeeded = { type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } };
const failed = { type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: 'no' } };

const [started, running, complete, incomplete] = ['STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'].map((it) =>
  status(it),
) as [object, object, object, object];

describe('a read that keeps the protocol', () => {
  const waiting = status('RUNNING', 'apps', {
    reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: emitted_at } }],
  });
  const estimate = trace('ESTIMATE', { name: 'apps', type: 'STREAM', row_estimate: 2 });

  it.each<[string, Command, string]>([
    [
      'rows',
      read,
      lines(log, started, running, estimate, record(), state(1), waiting, record(), record(), state(2), complete),
    ],
    ['no rows', read, lines(started, running, state(0), complete)],
    ['a failed stream', read, lines(started, running, record(), state(1), error('apps'), incomplete, error())],
    ['a stream that the source does not have', read, lines(error('apps'), incomplete, error())],
    ['nothing but a reason', read, lines(log, error())],
    ['an end from outside', cut, lines(started, running, record())],
    ['an end from outside before anything', cut, ''],
  ])('may have %s', (_, command, stdout) => expect(protocolViolations(stdout, command)).toEqual([]));
});

describe('a line', () => {
  it.each([
    ['is not JSON', 'Warning: something\n'],
    ['is empty', '\n'],
    ['holds two messages', JSON.stringify(log) + lines(log)],
    ['is half a message', '{"type":"LOG"\n'],
    ['has no end', JSON.stringify(log)],
    ['is null', 'null\n'],
    ['has an unknown type', lines({ type: 'ROW', row: {} })],
    ['holds a second body', lines({ ...log, state: {} })],
    ['has the body of another type', lines({ type: 'RECORD', log: log.log })],
    ['is a record without data', lines(record('apps', { data: {} }))],
    ['is a record with a time in seconds', lines(record('apps', { emitted_at: 1_800_000_000 }))],
    ['is a record with half a millisecond', lines(record('apps', { emitted_at: emitted_at + 0.5 }))],
    ['is a record with a namespace', lines(record('apps', { namespace: '' }))],
    ['is a state for the whole source', lines({ type: 'STATE', state: { type: 'LEGACY', data: {} } })],
    ['is a state without its kind', lines(state(0, {}, { type: undefined }))],
    ['is a state without a count', lines(state(0, {}, { sourceStats: undefined }))],
    ['is a log of no level', lines({ type: 'LOG', log: { level: 'LOUD', message: 'x' } })],
    ['is an error of no type', lines(trace('ERROR', { message: 'x', failure_type: 'user_error' }))],
    [
      'is a reason with a broken time',
      lines(status('RUNNING', 'apps', { reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 1.5 } }] })),
    ],
    [
      'is a failed check without a reason',
      lines({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED' } }),
    ],
    ['is a catalog of nothing', lines({ type: 'CATALOG', catalog: { streams: [] } })],
  ])('is reported that %s', (_, stdout) => {
    expect(protocolViolations(stdout, read)).toEqual([expect.stringMatching(/^(message|newline): /)]);
  });

  describe('with the published schema at hand', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'published-'));
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    });

    it('is judged by that too', () => {
      const file = join(folder, 'schema.json');
      const AirbyteMessage = { type: 'object', properties: { log: { $ref: '#/definitions/Log' } } };
      const Log = { properties: { level: { enum: ['FATAL'] } } };
      writeFileSync(file, JSON.stringify({ definitions: { AirbyteMessage, Log } }));
      const stdout = lines(log, started, running, state(0), complete);
      expect(protocolViolations(stdout, read)).toEqual([]);
      vi.stubEnv('AIRBYTE_PROTOCOL_SCHEMA', file);
      expect(protocolViolations(stdout, read)).toEqual([
        expect.stringMatching(/^message: line 1: LOG data\/log\/level/),
      ]);
    });
  });
});

describe('a read breaks the rule', () => {
  it.each([
    ['started_first', lines(running, started, running, state(0), complete)],
    ['running_between', lines(started, state(0), complete)],
    ['running_between', lines(started, running, started, state(0), complete)],
    ['records_while_running', lines(started, record(), running, state(1), complete)],
    ['terminal_last', lines(started, running, state(0))],
    ['terminal_last', lines(started, running, state(0), complete, state(0, { more: 1 }))],
    ['terminal_last', lines(started, running, state(0), complete, record())],
    ['terminal_last', lines(started, running, state(0), complete, running)],
    ['record_count', lines(started, running, record(), state(2), complete)],
    ['record_count', lines(started, running, record(), state(1), record(), state(2), complete)],
    ['at_least_one_state', lines(started, running, complete)],
    ['state_before_complete', lines(started, running, record(), state(1), record(), complete)],
    ['states_differ', lines(started, running, record(), state(1, {}), record(), state(1, {}), complete)],
    ['failure_is_told', lines(started, running, state(0), incomplete, error())],
    ['failure_is_told', lines(started, running, error('apps'), state(0), complete)],
    ['summary', lines(started, running, state(0), error('apps'), incomplete)],
    ['configured', lines(started, running, state(0), complete, status('STARTED', 'spaces'))],
    ['configured', lines(record('spaces'), started, running, state(0), complete)],
    ['silent', lines(log)],
    ['foreign', lines(started, running, state(0), complete, spec)],
    ['foreign', lines(started, running, state(0), complete, succeeded)],
  ])('%s', (rule, stdout) => {
    expect(protocolViolations(stdout, read)).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: `)));
  });

  it('silent, though another stream was read', () => {
    const stdout = lines(started, running, state(0), complete, error());
    expect(protocolViolations(stdout, { name: 'read', streams: ['apps', 'spaces'] })).toEqual([
      expect.stringMatching(/^silent: spaces: /),
    ]);
  });
});

describe('an answer', () => {
  it.each<[Command['name'], string]>([
    ['spec', lines(log, spec)],
    ['spec', lines(error())],
    ['usage', lines(error())],
    ['check', lines(failed)],
    ['check', lines(failed, error())],
    ['check', lines(error())],
  ])('of %s is accepted', (name, stdout) => {
    expect(protocolViolations(stdout, { name } as Command)).toEqual([]);
  });

  it.each<[Command['name'], string]>([
    ['spec', lines(log)],
    ['spec', lines(spec, spec)],
    ['spec', lines(spec, error())],
    ['spec', lines(error(), error())],
    ['discover', lines(spec)],
    ['usage', lines(spec, error())],
    ['check', ''],
    ['check', lines(succeeded, failed)],
    ['check', lines(failed, record())],
  ])('of %s is refused', (name, stdout) => {
    expect(protocolViolations(stdout, { name } as Command)).toContainEqual(
      expect.stringMatching(/^(answer|foreign): /),
    );
  });
});

describe('an exit code', () => {
  const whole = lines(started, running, state(0), complete);
  const broken = lines(started, running, state(0), error('apps'), incomplete, error());

  it.each<[string, Command, string, number]>([
    ['a spec', { name: 'spec' }, lines(spec), 0],
    ['a refused call', { name: 'usage' }, lines(error()), 1],
    ['a check that failed by the settings', { name: 'check' }, lines(failed), 0],
    ['a check that failed by trouble', { name: 'check' }, lines(failed, error()), 1],
    ['a whole read', read, whole, 0],
    ['a read with a gap', read, broken, 1],
    ['a read with an error besides', read, whole + lines(error()), 1],
  ])('has to fit %s', (_, command, stdout, code) => {
    expect(exitViolations(stdout, command, code)).toEqual([]);
    expect(exitViolations(stdout, command, 1 - code)).toEqual([
      `exit_code: ${command.name}: ${1 - code} instead of ${code}`,
    ]);
    expect(exitViolations(stdout, command, null)).toHaveLength(1);
  });
});

describe('a secret is seen', () => {
  const secret = 'pässword/with+all&"kinds"?';

  it.each([
    ['plain', `x${secret}x`],
    ['plain', JSON.stringify({ message: secret })],
    ['url', `?token=${encodeURIComponent(secret)}`],
    ['url', new URLSearchParams({ token: secret }).toString()],
    ['hex', Buffer.from(`x${secret}`).toString('hex')],
    ...['', 'u', 'us', 'use', 'user:'].map((before) => [
      'base64',
      Buffer.from(`${before}${secret}!`).toString('base64'),
    ]),
    ['base64', Buffer.from(secret).toString('base64url')],
  ])('in the form %s: %s', (form, output) => {
    expect(leaks(`${output} and more`, [secret])).toContain(`${form} of "päss…"`);
  });

  it('only where it is', () => expect(leaks('password with all kinds', [secret])).toEqual([]));
});
