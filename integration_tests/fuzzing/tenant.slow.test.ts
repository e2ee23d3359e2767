import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamsOf } from '../support/stream-tests.ts';
import { type Change, changed, changes } from './changes.ts';
import { type Damage, damaged, damages } from './damages.ts';
import { fuzzing } from './fuzzing.ts';
import { syncedTenant } from './synced-tenant.ts';
import { type Corruption, checkFaults, faultsAfterCorruption } from './tenant.ts';

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
function answersMeant(path: string, anew: boolean): Corruption['isMeant'] {
  const isAt = (from: string) => from.startsWith('/api/') && from.split('/').slice(3).join('/').startsWith(path);
  return (_, from) => isAt(from) && !(anew && from.startsWith('/api/v1/tenants'));
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

function framesMeant({ holds, every }: Frames): Corruption['isMeant'] {
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
  isMeant(which: Which, anew: boolean): Corruption['isMeant'];
}

const ANSWERS: Kind<string> = { which: somePath, isMeant: answersMeant };
const MESSAGES: Kind<Frames> = { which: someFrames, isMeant: framesMeant };

/** What is done to the messages that are meant. */
interface Corrupter<Some> {
  readonly some: fc.Arbitrary<Some>;
  corrupt(some: Some): Corruption['corrupt'];
}

const OTHER_VALUES: Corrupter<Change[]> = {
  some: changes(),
  corrupt: (some) => (text) => changed(JSON.parse(text), some),
};
const DAMAGED_BYTES: Corrupter<Damage[]> = { some: damages(), corrupt: (some) => (text) => damaged(text, some) };

/** No sync is wrong while messages are corrupted, be it the first or a later one, nor the one after it. */
async function expectHonesty<Which, Some>(
  { which, isMeant }: Kind<Which>,
  { some, corrupt }: Corrupter<Some>,
  runs: number,
): Promise<void> {
  const property = fc.asyncProperty(which, fc.boolean(), fc.boolean(), some, async (meant, anew, byApp, odd) => {
    const corruption = { isMeant: isMeant(meant, anew), corrupt: corrupt(odd), byApp };
    expect(await faultsAfterCorruption(synced.tenant, anew ? [] : synced.first, corruption)).toEqual([]);
  });
  await fc.assert(property, fuzzing(runs));
}

it('a tenant that answers well is delivered as it is, twice', async () => {
  const { tenant, first } = synced;
  for (const before of [first, []])
    for (const byApp of [false, true])
      expect(
        await faultsAfterCorruption(tenant, before, { isMeant: () => false, corrupt: (text) => text, byApp }),
      ).toEqual([]);
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
        const corruption = { isMeant: answersMeant(path, false), corrupt: OTHER_VALUES.corrupt(some) };
        expect(await checkFaults(synced.tenant, corruption)).toEqual([]);
      });
      await fc.assert(property, fuzzing(60));
    },
    LONG_MS,
  );
});
