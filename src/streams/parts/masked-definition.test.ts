import { expect, test } from 'vitest';
import { maskedDefinition } from './masked-definition.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

test.each([
  ['vPassword', 'hunter2', '***'],
  ['vApiKey', "='abc' & Region & 'def'", "='***' & Region & '***'"],
  ['vHeader', 'Authorization: Bearer abcdefgh12345678', 'Authorization: ***'],
  ['vHeader', 'Bearer abcdefgh12345678', 'Bearer ***'],
  ['vSettings', '{"token": "abc", "page": 2}', '{"token": "***", "page": 2}'],
  ['vUrl', 'https://example.com/x?apikey=abc&page=2', 'https://example.com/x?apikey=***&page=2'],
  ['vUrl', 'https://me:pw@example.com/x', 'https://***@example.com/x'],
  ['vUrl', "='https://example.com/?token=abc&year=' & Year", "='https://example.com/?token=***&year=' & Year"],
  ['vAny', TOKEN, '***'],
  ['vAny', `Use ${TOKEN} there`, 'Use *** there'],
  ['vAny', "=If(Password = 'hunter2', 1)", "=If(Password = '***', 1)"],
  ['vAny', 'q7Xk9TzLw3Rb8NfYp2VcJs6D', '***'],
])('of %s, %s is shown as %s', (name, definition, shown) => {
  expect(maskedDefinition(name, definition)).toBe(shown);
});

test('a word of a million letters takes no longer than it has to', () => {
  expect(maskedDefinition('vAny', 'aB'.repeat(500_000))).toBe('***');
});

test.each([
  ['vYear', '2026'],
  ['vGoal', '=Sum({<Year={$(=Max(Year))}>} Amount) * 1.1'],
  ['vField', 'Net Sales'],
  ['vKeyFigure', 'Sales'],
  ['vText', "='Sales of ' & Year & ': ' & Sum(Amount)"],
  ['vExpression', 'Sum({<Region={"North"}, Key={1}>} Amount)'],
  ['vPath', 'lib://Sales reports:DataFiles/transformed/orders_2026.qvd'],
  ['vApp', '2f4c0b1e-8f4e-4a7e-9d53-1b2c3d4e5f60'],
  ['vFormat', '#,##0.00;-#,##0.00'],
  ['vLongNameOfAField', 'ConsumptionConcurrencyMinute'],
  ['vEmpty', ''],
  ['vPassword', ''],
])('of %s, %s is shown as it is', (name, definition) => {
  expect(maskedDefinition(name, definition)).toBe(definition);
});
