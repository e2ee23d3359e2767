import { expect, it } from 'vitest';
import type { Assumption } from '../qlik/assumption.ts';
import { told } from '../qlik/told.ts';
import { verdictTable } from './table.ts';

const assumption = (name: string) =>
  ({
    name,
    ifNot: { copes: 'in part', how: 'by words that are many, so that they take more than one line of the table' },
  }) as Assumption;

it('is as wide as the terminal, and says how the connector copes only where that is needed', () => {
  const verdicts = [
    { assumption: assumption('one'), holds: true, came: told`${3} of ${3} rows` },
    { assumption: assumption('another'), holds: false, came: told`${2} of ${3} rows` },
    { assumption: assumption('third'), holds: undefined, came: told`refused (403)` },
  ];
  const table = verdictTable(verdicts, 60);
  expect(table.split('\n')).toEqual([
    'holds  assumption  what came',
    'yes    one         3 of 3 rows',
    'NO     another     2 of 3 rows',
    '                   copes: in part; by words that are many,',
    '                   so that they take more than one line of',
    '                   the table',
    '?      third       refused (403)',
  ]);
});
