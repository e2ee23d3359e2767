import { describe, expect, it, vi } from 'vitest';
import { IDENTITY_FAULTS, TOKEN_FAULTS, TOKEN_REFUSED } from './credential-faults.ts';
import { complaintsOf } from './rest-cells.ts';
import { named } from './rest-faults.ts';
import { FIRST_PAGES, IDENTITY, TOKEN } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const OFTEN = ['once', 'always'] as const;

const rows = [
  ...named(IDENTITY_FAULTS).map(([name, fault]) => [IDENTITY.name, name, IDENTITY, fault] as const),
  ...named(TOKEN_FAULTS).map(([name, fault]) => [TOKEN.name, name, TOKEN, fault] as const),
  ...FIRST_PAGES.map((place) => [place.name, TOKEN_REFUSED.name, { ...place, byOAuth: true }, TOKEN_REFUSED] as const),
];

describe.concurrent.each(rows)('%s: %s', (_place, _fault, place, fault) => {
  it.each(OFTEN)('%s', async (often) => {
    const complaints = await complaintsOf({ place, fault, often });
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
