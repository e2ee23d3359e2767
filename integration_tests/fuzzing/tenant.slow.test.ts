import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamsOf } from '../support/stream-tests.ts';
import { type Change, changed, changes } from './changes.ts';
import { type Damage, damaged, damages } from './damages.ts';
import { fuzzing } from './fuzzing.ts';
import { syncedTenant } from './synced-tenant.ts';
import { checkFaults, type Spoiling, spoiledFaults } from './tenant.ts';

const synced = syncedTenant();

const LONG_MS = 600_000;

const lists = new Set(streamsOf('list', 'log').map(({ call }) => call.resource));
const PATHS = [
  ...['users/', 'api-keys', 'tenants', 'spaces/', 'apps/', ...lists],
  ...streamsOf('log').map(({ call }) => `${call.resource}/`),
];
/** What an answer of the engine holds, and two that are none. */
const FRAMES = [
  '"qList"',
  '"qList"',
  '"qPropEntry"',
  '"qPropEntry"',
  '"qLayout"',
  '"qReturn"',
  '"qProp"',
  'OnConnected',
  '"change"',
  '',
];

/** One kind of answer of the API, or all of them. */
const somePath = fc.constantFrom(...PATHS, '');

/** Who is told another tenant's id at first goes on with no other: that is no lie that can heal. */
function answersMeant(path: string, anew: boolean): Spoiling['isMeant'] {
  return (_, from) => from.startsWith(`/api/v1/${path}`) && !(anew && from.startsWith('/api/v1/tenants'));
}

/** One kind of message of the engine, all that come or every so many of them. */
interface Frames {
  readonly holds: string;
  readonly every: number;
}

const someFrames: fc.Arbitrary<Frames> = fc.record({
  holds: fc.constantFrom(...FRAMES),
  every: fc.integer({ min: 1, max: 4 }),
});

function framesMeant({ holds, every }: Frames): Spoiling['isMeant'] {
  let seen = 0;
  return (text, from) => {
    if (!from.startsWith('engine') || !text.includes(holds)) return false;
    seen += 1;
    return seen % every === 0;
  };
}

/** Messages of one kind: which of them are meant in a case. */
interface Kind<Which> {
  readonly which: fc.Arbitrary<Which>;
  isMeant(which: Which, anew: boolean): Spoiling['isMeant'];
}

const ANSWERS: Kind<string> = { which: somePath, isMeant: answersMeant };
const MESSAGES: Kind<Frames> = { which: someFrames, isMeant: framesMeant };

/** What is done to the messages that are meant. */
interface Spoiler<Some> {
  readonly some: fc.Arbitrary<Some>;
  spoil(some: Some): Spoiling['spoil'];
}

const OTHER_VALUES: Spoiler<Change[]> = {
  some: changes(),
  spoil: (some) => (text) => changed(JSON.parse(text), some),
};
const DAMAGED_BYTES: Spoiler<Damage[]> = { some: damages(), spoil: (some) => (text) => damaged(text, some) };

/** No sync is wrong while messages are spoiled, be it the first or a later one, nor the one after it. */
async function expectHonesty<Which, Some>(
  { which, isMeant }: Kind<Which>,
  { some, spoil }: Spoiler<Some>,
  runs: number,
): Promise<void> {
  const property = fc.asyncProperty(which, fc.boolean(), fc.boolean(), some, async (meant, anew, byApp, odd) => {
    const spoiling = { isMeant: isMeant(meant, anew), spoil: spoil(odd), byApp };
    expect(await spoiledFaults(synced.tenant, anew ? [] : synced.first, spoiling)).toEqual([]);
  });
  await fc.assert(property, fuzzing(runs));
}

it('a tenant that answers well is delivered as it is, twice', async () => {
  const { tenant, first } = synced;
  for (const before of [first, []])
    for (const byApp of [false, true])
      expect(await spoiledFaults(tenant, before, { isMeant: () => false, spoil: (text) => text, byApp })).toEqual([]);
});

describe('answers of the API', () => {
  it('with other values', () => expectHonesty(ANSWERS, OTHER_VALUES, 400), LONG_MS);
  it('of damaged bytes', () => expectHonesty(ANSWERS, DAMAGED_BYTES, 150), LONG_MS);
});

describe('messages of the engine', () => {
  it('with other values', () => expectHonesty(MESSAGES, OTHER_VALUES, 300), LONG_MS);
  it('of damaged bytes', () => expectHonesty(MESSAGES, DAMAGED_BYTES, 150), LONG_MS);
});

describe('a check', () => {
  it(
    'of a tenant that answers anything has an answer',
    async () => {
      const property = fc.asyncProperty(somePath, changes(), async (path, some) => {
        const spoiling = { isMeant: answersMeant(path, false), spoil: OTHER_VALUES.spoil(some) };
        expect(await checkFaults(synced.tenant, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(60));
    },
    LONG_MS,
  );
});
