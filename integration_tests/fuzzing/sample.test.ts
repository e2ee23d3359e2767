import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { changed, changes } from './changes.ts';
import { damaged, damages } from './damages.ts';
import { CONFIGS, catalogFaults, configFaults, stateFaults, stateOf } from './files.ts';
import { fuzzing } from './fuzzing.ts';
import { type Recorded, recordedBy, replaying } from './replayed.ts';
import { goodCatalog } from './small-tenant.ts';
import { syncedTenant } from './synced-tenant.ts';
import { faultsAfterCorruption } from './tenant.ts';

// A few cases of what `*.slow.test.ts` try by the thousand.

const synced = syncedTenant();
let recorded: Recorded;

beforeAll(() => {
  recorded = recordedBy(synced.first);
});

it('a config file of anything is taken or refused in words', async () => {
  const property = fc.asyncProperty(fc.constantFrom(...CONFIGS), changes(), damages(), async (good, some, odd) => {
    const source = replaying(recorded);
    expect(await configFaults(source, 'discover', changed(good, some))).toEqual([]);
    expect(await configFaults(source, 'check', damaged(JSON.stringify(good), odd))).toEqual([]);
  });
  await fc.assert(property, fuzzing(2));
});

it('a catalog file of anything is taken or refused in words', async () => {
  const catalog = await goodCatalog('incremental');
  const property = fc.asyncProperty(changes(), async (some) => {
    expect(await catalogFaults(replaying(recorded), changed(catalog, some))).toEqual([]);
  });
  await fc.assert(property, fuzzing(2));
});

it('a state file of anything is taken or refused in words, and makes no sync wrong in silence', async () => {
  const state = await stateOf(recorded);
  const property = fc.asyncProperty(changes(), async (some) => {
    expect(await stateFaults(recorded, state, changed(state, some))).toEqual([]);
  });
  await fc.assert(property, fuzzing(4));
});

it.each<[what: string, whose: string, holds: string, runs: number]>([
  ['answers anything', '/api/v1/', '', 2],
  ['tells of reloads by anything', '/api/v1/reloads', '', 2],
  ['describes its apps by anything', 'engine', '"qPropEntry"', 1],
])(
  'a tenant that %s breaks no row, deletes none, and is read exactly when it is well again',
  async (_, whose, holds, runs) => {
    const isMeant = (text: string, from: string) => from.startsWith(whose) && text.includes(holds);
    const property = fc.asyncProperty(fc.boolean(), changes(), async (byApp, some) => {
      const corrupt = (text: string) => changed(JSON.parse(text), some);
      expect(await faultsAfterCorruption(synced.tenant, synced.first, { isMeant, corrupt, byApp })).toEqual([]);
    });
    await fc.assert(property, fuzzing(runs));
  },
);
