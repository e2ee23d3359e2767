import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../src/cdk/source.ts';
import type { Tenant } from '../../src/qlik/tenant.ts';
import { changed, changes } from './changes.ts';
import { damaged, damages } from './damages.ts';
import { CONFIGS, catalogFaults, configFaults, stateFaults, stateOf } from './files.ts';
import { fuzzing } from './fuzzing.ts';
import { type Recorded, recordedBy, replaying } from './replayed.ts';
import { goodCatalog, smallTenant } from './small-tenant.ts';
import { syncOf } from './tenant.ts';

let source: Source<Tenant>;
let recorded: Recorded;
let catalogs: readonly object[];
let state: unknown;

beforeAll(async () => {
  await using tenant = await smallTenant();
  recorded = recordedBy((await syncOf(tenant, [])).messages);
  source = replaying(recorded);
  state = await stateOf(recorded);
  catalogs = await Promise.all((['full_refresh', 'incremental'] as const).map(goodCatalog));
});

const LONG_MS = 400_000;

describe('a config file', () => {
  const config = fc.constantFrom(...CONFIGS);
  const command = fc.constantFrom('check', 'discover', 'read');

  it(
    'with other values is taken or refused in words',
    async () => {
      const property = fc.asyncProperty(command, config, changes(), async (name, good, some) => {
        expect(await configFaults(source, name, changed(good, some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(1500));
    },
    LONG_MS,
  );

  it(
    'of damaged bytes is taken or refused in words',
    async () => {
      const property = fc.asyncProperty(command, config, damages(), async (name, good, some) => {
        expect(await configFaults(source, name, damaged(JSON.stringify(good, null, 2), some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(1000));
    },
    LONG_MS,
  );
});

describe('a catalog file', () => {
  const which = fc.nat({ max: 1 });

  it(
    'with other values is taken or refused in words',
    async () => {
      const property = fc.asyncProperty(which, changes(), async (index, some) => {
        expect(await catalogFaults(source, changed(catalogs[index], some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(1000));
    },
    LONG_MS,
  );

  it(
    'of damaged bytes is taken or refused in words',
    async () => {
      const property = fc.asyncProperty(which, damages(), async (index, some) => {
        expect(await catalogFaults(source, damaged(JSON.stringify(catalogs[index]), some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(500));
    },
    LONG_MS,
  );
});

describe('a state file', () => {
  it('that nobody touched is taken', async () => {
    expect(await stateFaults(recorded, state, JSON.stringify(state))).toEqual([]);
    expect(await stateFaults(recorded, state, JSON.stringify(state, null, 2))).toEqual([]);
  });

  it(
    'with other values is taken or refused in words, and no later sync is wrong by what can be told from it',
    async () => {
      const property = fc.asyncProperty(changes(), async (some) => {
        expect(await stateFaults(recorded, state, changed(state, some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(2000));
    },
    LONG_MS,
  );

  it(
    'of damaged bytes is taken or refused in words',
    async () => {
      const property = fc.asyncProperty(damages(), async (some) => {
        expect(await stateFaults(recorded, state, damaged(JSON.stringify(state), some))).toEqual([]);
      });
      await fc.assert(property, fuzzing(1000));
    },
    LONG_MS,
  );
});
