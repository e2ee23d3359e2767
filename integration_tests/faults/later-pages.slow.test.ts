import { describe, expect, it, vi } from 'vitest';
import { inPart } from './part-faults.ts';
import { complaintsOf } from './rest-cells.ts';
import { named, REST_FAULTS } from './rest-faults.ts';
import { LATER_PAGES } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const faults = REST_FAULTS.filter(({ only }) => only !== 'first pages');
const users = LATER_PAGES.find(({ streams }) => streams.includes('users'));
const others = LATER_PAGES.filter((place) => place !== users);
/** What tells most of a list that has begun. */
const TELLING = /^(401|403|500|429, Retry-After: none|half body|garbled JSON)$|cursor|partial|null/;
const someFaults = faults.filter(({ name }) => TELLING.test(name));
const rows = [
  ...named(faults).map(([name, fault]) => [users?.name, name, users, fault] as const),
  ...others.flatMap((place) => named(someFaults).map(([name, fault]) => [place.name, name, place, fault] as const)),
];

describe.concurrent.each(rows)('%s: %s', (_place, _fault, place, fault) => {
  it.each(['once', 'always'] as const)('%s', async (often) => {
    if (!place) throw new Error('there is no such page');
    const complaints = await complaintsOf({ place, fault: place.besides ? inPart(fault) : fault, often });
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
