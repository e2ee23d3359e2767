import { expect, test } from 'vitest';
import { needsOf } from './facts.ts';

test('whoever is refused what takes no role is told so', () => {
  const access = { scopes: ['user_default'], otherwise: 'refused (403)' } as const;
  expect(needsOf('Listing all themes', access)).toBe(
    'Listing all themes requires no role; an OAuth client needs the scope user_default.',
  );
});

test.each([
  [['Tenant Admin'], ['admin_classic'], 'the role Tenant Admin; an OAuth client needs the scope admin_classic.'],
  [
    ['Tenant Admin', 'Analytics Admin', 'one in each space'],
    ['admin.spaces:read', 'admin_classic'],
    'the role Tenant Admin, Analytics Admin or one in each space; an OAuth client needs the scope admin.spaces:read or admin_classic.',
  ],
] as const)('whoever lacks the roles %j and the scopes %j is told so', (roles, scopes, words) => {
  const access = { roles, scopes, otherwise: 'refused (403)' };
  expect(needsOf('Listing all spaces', access)).toBe(`Listing all spaces requires ${words}`);
});
