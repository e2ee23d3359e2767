import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { openDisplay } from './display.ts';
import type { Walk } from './reading/division.ts';
import type { Progress } from './reading/progress.ts';
import type { Activity } from './run.ts';

/** A stream that is being read; what is not told of it is nothing. */
function progress(name: string, more: Partial<Progress> = {}): Progress {
  const nothing = { rows: 0, rowsDeleted: 0, rowsFound: 0, expectedRows: undefined, rateLimitedUntilMs: 0 };
  return { name, status: 'RUNNING', ...nothing, ...more } as Progress;
}

function walkOf(streams: readonly Progress[], done: number, of: number | undefined, coverage?: Progress): Walk {
  return { label: 'apps', streams, coverage, steps: { done, of, needsList: true } };
}

/** The last picture of a read, line by line, of a terminal of 80 columns. */
function picture(activity: Partial<Activity>): string[] {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 50 });
  const end = openDisplay(terminal as unknown as NodeJS.WriteStream, false).watch({
    streams: [],
    walks: [],
    calls: () => 340,
    silentMs: () => 0,
    ...activity,
  });
  end();
  return stripVTControlCharacters(String(terminal.read())).trimEnd().split('\n');
}

test.each<[what: string, more: Partial<Progress>, standing: string]>([
  ['whose turn has not come', { status: undefined }, '░░░░░░░░  to come'],
  ['that has found nothing yet', {}, '░░░░░░░░  0 rows found'],
  ['whose rows are all news', { rows: 604, rowsFound: 604 }, '░░░░░░░░  604 rows found'],
  ['whose rows are partly known', { rows: 590, rowsFound: 604 }, '░░░░░░░░  604 rows found, 590 new or changed'],
  [
    'that knows how much will come',
    { rows: 71, rowsFound: 71, expectedRows: 1_420 },
    '░░░░░░░░  71 of 1,420 rows found',
  ],
  ['that is half done', { rows: 710, rowsFound: 710, expectedRows: 1_420 }, '████░░░░  710 of 1,420 rows found'],
  ['that has all and is not done', { rows: 9, rowsFound: 9, expectedRows: 9 }, '████████  9 rows found'],
  ['that is almost done', { rows: 999, rowsFound: 999, expectedRows: 1_000 }, '███████░  999 of 1,000 rows found'],
  ['that is done', { status: 'COMPLETE', rows: 1, rowsFound: 1 }, '████████  1 row found'],
  [
    'that has found less than was promised',
    { status: 'COMPLETE', rowsFound: 2, rows: 2, expectedRows: 9 },
    '████████  2 rows found',
  ],
  ['without news', { status: 'COMPLETE', rowsFound: 71 }, '████████  71 rows found, 0 new or changed'],
  [
    'with deletions',
    { rows: 593, rowsDeleted: 3, rowsFound: 604 },
    '░░░░░░░░  604 rows found, 590 new or changed, 3 deleted',
  ],
  ['with deletions alone', { rows: 3, rowsDeleted: 3 }, '░░░░░░░░  0 rows found, 3 deleted'],
  ['that failed', { status: 'INCOMPLETE', rows: 5, rowsFound: 5 }, '░░░░░░░░  5 rows found, incomplete'],
])('a stream %s', (_, more, standing) => {
  expect(picture({ streams: [progress('charts', more)] })[0]).toBe(`charts  ${standing}`);
});

test('what has to wait says for what', () => {
  const [charts, app_coverage, reloads] = [progress('charts'), progress('app_coverage'), progress('reloads')];
  const alone = { label: 'apps', streams: [reloads], steps: { done: 0, of: undefined } };
  const streams = [charts, app_coverage, reloads];
  expect(picture({ streams, walks: [walkOf([charts], 0, undefined, app_coverage), alone] }).slice(0, 3)).toEqual([
    'charts        ░░░░░░░░  waiting for the list of apps',
    'app_coverage  ░░░░░░░░  waiting for the list of apps',
    'reloads       ░░░░░░░░  0 rows found',
  ]);
  const listed = picture({ streams, walks: [walkOf([charts], 12, 25, app_coverage), alone] });
  expect(listed.slice(0, 3)).toEqual([
    'charts        ███░░░░░  0 rows found',
    'app_coverage  ███░░░░░  waiting until all apps are done',
    'reloads       ░░░░░░░░  0 rows found',
  ]);
  expect(listed[3]).toMatch(/^12 of 25 apps done, 340 calls in \d+\.\d s$/);
});

test('partitions that two walks go through are counted once', () => {
  const [charts, reloads] = [progress('charts'), progress('reloads')];
  const spaces = { label: 'spaces', streams: [], steps: { done: 4, of: 9 } };
  const walks = [walkOf([charts], 12, 25), walkOf([reloads], 20, 25), spaces];
  const lines = picture({ streams: [charts, reloads], walks });
  expect(lines[1]).toBe('reloads  ██████░░  0 rows found');
  expect(lines[2]).toMatch(/^12 of 25 apps done, 4 of 9 spaces done, 340 calls in/);
});

test('a wait that was asked for is told, and is no silence', () => {
  const rateLimitedUntilMs = Date.now() + 600_000;
  const streams = [progress('charts', { rows: 2, rowsFound: 2, rateLimitedUntilMs }), progress('users')];
  const lines = picture({ streams, silentMs: () => 60_000 });
  expect(lines[0]).toMatch(/^charts {2}░{8} {2}2 rows found, waiting until \d\d:\d\d:\d\d$/);
  expect(lines).toHaveLength(3);
});

test.each<[silentMs: number, more: Partial<Progress>, last: RegExp]>([
  [14_999, {}, /calls in/],
  [15_000, {}, /^no answer from the tenant for 15 s$/],
  [23_900, {}, /^no answer from the tenant for 23 s$/],
  [60_000, { status: 'COMPLETE' }, /calls in/],
  [60_000, { status: 'INCOMPLETE' }, /calls in/],
])('that nobody has answered for %i ms is told while it matters: %j', (silentMs, more, last) => {
  expect(picture({ streams: [progress('charts', more)], silentMs: () => silentMs }).at(-1)).toMatch(last);
});

test('usual names and figures fit on a line each', () => {
  const streams = [
    progress('master_visualizations', { rows: 12_590, rowsFound: 12_604 }),
    progress('charts', { rows: 590, rowsFound: 604, rateLimitedUntilMs: Date.now() + 600_000 }),
    progress('sheets', { rows: 593, rowsDeleted: 3, rowsFound: 604 }),
  ];
  const spaces = { label: 'spaces', streams: [], steps: { done: 7, of: 9 } };
  expect(picture({ streams, walks: [walkOf(streams, 12, 25), spaces] })).toHaveLength(4);
});
