import { describe, expect, test } from 'vitest';
import { ConnectorError, type FailureType } from '../errors.ts';
import { errorMessage, errorTrace, estimate, streamStatus } from './messages.ts';

/** An error of another part of the program, which the shim has never heard of. */
class ForeignError extends Error {
  readonly failureType: FailureType = 'transient_error';
}

describe('the trace of an error', () => {
  test.each(['config_error', 'transient_error', 'system_error'] as const)(
    'that is explained as %s keeps both',
    (type) => {
      const trace = errorTrace(new ConnectorError(type, 'The shelf is locked. Ask for the key.'));
      expect(trace).toMatchObject({ message: 'The shelf is locked. Ask for the key.', failure_type: type });
      expect(trace).not.toHaveProperty('stream_descriptor');
    },
  );

  test('recognises an explanation by the failure type, not by the class', () => {
    expect(errorTrace(new ForeignError('Closed for lunch.'))).toMatchObject({
      message: 'Closed for lunch.',
      failure_type: 'transient_error',
    });
  });

  test('that nobody explained is a bug: its words and its stack are kept out of the message', () => {
    const trace = errorTrace(new TypeError('shelf is not iterable'));
    expect(trace).toMatchObject({ failure_type: 'system_error', internal_message: 'TypeError: shelf is not iterable' });
    expect(trace.message).not.toMatch(/shelf|\n|at /);
    expect(trace.stack_trace).toContain('messages.test.ts');
  });

  test('tells the causes, to the first', () => {
    const first = new Error('connect ECONNREFUSED');
    const error = new ConnectorError('transient_error', 'No answer.', {
      cause: new Error('fetch failed', { cause: first }),
    });
    const { message, stack_trace } = errorTrace(error);
    expect(message).toBe('No answer.');
    expect(stack_trace).toMatch(
      /No answer[\s\S]*Caused by: Error: fetch failed[\s\S]*Caused by: Error: connect ECONNREFUSED/,
    );
  });

  test.each([
    ['a text', 'torn', 'torn'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', { failureType: 'config_error', message: 'x' }, '[object Object]'],
  ])('that is %s is a bug too', (_, thrown, internal_message) => {
    expect(errorTrace(thrown)).toEqual({
      message: errorTrace(new Error()).message,
      internal_message,
      failure_type: 'system_error',
    });
  });

  test('has no stack where users are to mend what the shim explains: the fault is not in its code', () => {
    const error = new ConnectorError('config_error', 'Name a command.', { cause: new Error('deep') });
    expect(errorTrace(error)).toEqual({ message: 'Name a command.', failure_type: 'config_error' });
  });

  test('survives an error whose stack was taken away', () => {
    const error = new Error('torn');
    delete error.stack;
    expect(errorTrace(error).stack_trace).toBe('Error: torn');
  });

  test('names the stream', () => {
    expect(errorMessage(new Error('torn'), 'books')).toMatchObject({
      type: 'TRACE',
      trace: { type: 'ERROR', error: { stream_descriptor: { name: 'books' } } },
    });
  });
});

test('times are whole milliseconds', () => {
  for (const message of [errorMessage(new Error()), streamStatus('books', 'STARTED'), estimate('books', 7)]) {
    const { trace } = message as { trace: { emitted_at: number } };
    expect(Number.isInteger(trace.emitted_at)).toBe(true);
    expect(Math.abs(trace.emitted_at - Date.now())).toBeLessThan(60_000);
  }
});

test('a status has a reason only while the stream waits', () => {
  expect(streamStatus('books', 'RUNNING')).not.toHaveProperty('trace.stream_status.reasons');
  expect(streamStatus('books', 'RUNNING', 1_700_000_000_000)).toMatchObject({
    trace: {
      stream_status: { reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 1_700_000_000_000 } }] },
    },
  });
});
