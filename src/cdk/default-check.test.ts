import { expect, test } from 'vitest';
import { ConnectorError } from './errors.ts';
import type { Source } from './source.ts';
import { call, type Door, library, rows, stream, streamOf, walked } from './testing/library.ts';
import { errorsOf, warningsOf } from './testing/lines.ts';

const refused = (name: string) =>
  streamOf(name, () => {
    throw new ConnectorError('config_error', `The card does not open the ${name}.`);
  });

async function checked(streams: Source<Door>['streams'], more: Partial<Source<Door>> = {}) {
  const { check: _, ...source } = library(streams, more);
  const { lines, exitCode } = await call(source, { command: 'check' });
  const [status] = lines.flatMap((line) => line.connectionStatus ?? []);
  return { lines, exitCode, status };
}

test('a source without a check of its own is asked for the first page of each list, and no more', async () => {
  let pages = 0;
  const books = stream('books', async function* () {
    for (;;) {
      pages += 1;
      yield rows(1);
    }
  });
  const { status, exitCode, lines } = await checked([books, streamOf('readers'), { ...walked, name: 'loans' }]);
  expect(status).toEqual({ status: 'SUCCEEDED', message: 'Connected. 2 of 2 lists can be read.' });
  expect(exitCode).toBe(0);
  expect(pages).toBe(1);
  expect(warningsOf(lines)).toEqual([]);
});

test('a list that cannot be read is a warning', async () => {
  const { status, exitCode, lines } = await checked([streamOf('books', rows(1)), refused('readers')]);
  const warning = 'readers cannot be read: The card does not open the readers.';
  expect(status).toEqual({ status: 'SUCCEEDED', message: `Connected. 1 of 2 lists can be read. ${warning}` });
  expect(exitCode).toBe(0);
  expect(warningsOf(lines)).toEqual([warning]);
});

test('the check fails if no list can be read', async () => {
  const { status, exitCode } = await checked([refused('books'), refused('readers')]);
  expect(status?.status).toBe('FAILED');
  expect(status?.message).toMatch(/^Connected\. 0 of 2 lists can be read\. books .* readers cannot/);
  expect(exitCode).toBe(0);
});

test('the check fails if the source does not connect', async () => {
  const connect = async () => {
    throw new ConnectorError('config_error', 'There is no library at this address.');
  };
  const { status, exitCode } = await checked([streamOf('books', rows(1))], { connect });
  expect(status).toEqual({ status: 'FAILED', message: 'There is no library at this address.' });
  expect(exitCode).toBe(0);
});

test('what nobody has explained is a bug, and no warning', async () => {
  const broken = streamOf('books', () => {
    throw new TypeError('shelf is undefined');
  });
  const { lines, exitCode, status } = await checked([broken, streamOf('readers', rows(1))]);
  expect(status?.status).toBe('FAILED');
  expect(errorsOf(lines)).toMatchObject([{ failure_type: 'system_error' }]);
  expect(exitCode).toBe(1);
});

test('the source is closed when it has been checked', async () => {
  let closed = 0;
  const connect = async () => ({
    timesShut: 0,
    [Symbol.asyncDispose]: async () => {
      closed += 1;
    },
  });
  await checked([streamOf('books', rows(1))], { connect });
  expect(closed).toBe(1);
});
