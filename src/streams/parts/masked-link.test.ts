import { expect, test } from 'vitest';
import { maskedLink } from './masked-link.ts';

test.each([
  ['https://user:pw@example.com/x', 'https://***@example.com/x'],
  ['https://token@example.com/', 'https://***@example.com/'],
  ['https://example.com/x?apikey=abc&page=2', 'https://example.com/x?apikey=***&page=2'],
  ['https://example.com/x?page=2&access_token=abc#sig=def', 'https://example.com/x?page=2&access_token=***#sig=***'],
  ['https://example.com/token/abc/more', 'https://example.com/token/***/more'],
  ["='https://example.com/?key=abc&user=' & OSUser()", "='https://example.com/?key=***&user=' & OSUser()"],
  ["='https://example.com/?token=' & vToken", "='https://example.com/?token=' & vToken"],
])('hides what is secret in %s', (link, masked) => {
  expect(maskedLink(link)).toBe(masked);
});

test.each([
  'https://acme.eu.qlikcloud.com/sense/app/2f4c0b1e-8f4e-4a7e-9d53-1b2c3d4e5f60/sheet/aBcDeF/state/analysis',
  'https://example.com/orders?region=North&year=2026#top',
  "='https://example.com/' & Region & '?year=' & Max(Year)",
  'mailto:someone@example.com',
  'orders',
  '',
])('leaves %s as it is', (link) => {
  expect(maskedLink(link)).toBe(link);
});
