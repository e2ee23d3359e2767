import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedTenant } from '../../src/demo/tenant.ts';
import type { Message } from '../messages.ts';
import { changed, changes, damaged, damages, fuzzing } from './mutations.ts';
import { smallTenant } from './scene.ts';
import { checkFaults, inexact, type Spoiling, spoiledFaults, syncOf } from './tenant.ts';

let tenant: SimulatedTenant;
/** What a first sync of the tenant has printed. */
let first: readonly Message[];

beforeAll(async () => {
  tenant = await smallTenant();
  first = (await syncOf(tenant, [])).messages;
});
afterAll(() => tenant.close());

const LONG_MS = 600_000;

const PATHS = ['users/', 'api-keys', 'users', 'groups', 'roles', 'spaces', 'items', 'data-connections', 'tenants'];
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
const someFrames = fc.record({ holds: fc.constantFrom(...FRAMES), every: fc.integer({ min: 1, max: 4 }) });

function framesMeant({ holds, every }: { holds: string; every: number }): Spoiling['isMeant'] {
  let seen = 0;
  return (text, from) => {
    if (!from.startsWith('engine') || !text.includes(holds)) return false;
    seen += 1;
    return seen % every === 0;
  };
}

const json = (some: Parameters<typeof changed>[1]) => (text: string) => changed(JSON.parse(text), some);
const bytes = (some: Parameters<typeof damaged>[1]) => (text: string) => damaged(text, some);
const isFirst = fc.boolean();

it('a tenant that answers well is delivered as it is, twice', async () => {
  expect(inexact(tenant, first)).toEqual([]);
  expect(await spoiledFaults(tenant, first, { isMeant: () => false, spoil: (text) => text })).toEqual([]);
});

describe('answers of the API', () => {
  it(
    'with other values',
    async () => {
      const property = fc.asyncProperty(somePath, isFirst, changes(), async (path, anew, some) => {
        const spoiling = { isMeant: answersMeant(path, anew), spoil: json(some) };
        expect(await spoiledFaults(tenant, anew ? [] : first, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(400));
    },
    LONG_MS,
  );

  it(
    'of damaged bytes',
    async () => {
      const property = fc.asyncProperty(somePath, isFirst, damages(), async (path, anew, some) => {
        const spoiling = { isMeant: answersMeant(path, anew), spoil: bytes(some) };
        expect(await spoiledFaults(tenant, anew ? [] : first, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(150));
    },
    LONG_MS,
  );
});

describe('messages of the engine', () => {
  it(
    'with other values',
    async () => {
      const property = fc.asyncProperty(someFrames, isFirst, changes(), async (which, anew, some) => {
        const spoiling = { isMeant: framesMeant(which), spoil: json(some) };
        expect(await spoiledFaults(tenant, anew ? [] : first, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(300));
    },
    LONG_MS,
  );

  it(
    'of damaged bytes',
    async () => {
      const property = fc.asyncProperty(someFrames, isFirst, damages(), async (which, anew, some) => {
        const spoiling = { isMeant: framesMeant(which), spoil: bytes(some) };
        expect(await spoiledFaults(tenant, anew ? [] : first, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(150));
    },
    LONG_MS,
  );
});

describe('a check', () => {
  it(
    'of a tenant that answers anything has an answer',
    async () => {
      const property = fc.asyncProperty(somePath, changes(), async (path, some) => {
        const spoiling = { isMeant: answersMeant(path, false), spoil: json(some) };
        expect(await checkFaults(tenant, spoiling)).toEqual([]);
      });
      await fc.assert(property, fuzzing(60));
    },
    LONG_MS,
  );
});
