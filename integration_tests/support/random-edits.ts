import { type Die, dice, pick } from '../../src/simulator/data/dice.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { streamsOf } from './stream-tests.ts';
import type { RandomEdit } from './streams/random-edit.ts';

/** A tenant whose charts are as short as they can be, and whose lists show what is stored, to everyone. */
export async function plainTenant(size: Partial<TenantSize>, seed = 1): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({ ...size, seed });
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.engine.dials, { listedExpressions: 'stored', privateSheets: 'all' });
  return tenant;
}

/** What is read once a tenant or a space changes as often as the other half, which is what is in apps. */
const WEIGHTS = { list: 1, space: 1, engine: 2, 'data model': 2, log: 2 } as const;

const ALL_EDITS = streamsOf('list', 'space', 'engine', 'data model', 'log').map(({ kind, edits }) => ({
  keeping: repeated(WEIGHTS[kind], edits.keeping),
  deleting: repeated(2, edits.deleting),
}));

/** The edits of all streams, for where nothing is to be lost; and for where it may be. */
export const KEEPING_EDITS: readonly RandomEdit[] = ALL_EDITS.flatMap(({ keeping }) => keeping);
export const EDITS: readonly RandomEdit[] = [...KEEPING_EDITS, ...ALL_EDITS.flatMap(({ deleting }) => deleting)];

function repeated(times: number, edits: readonly RandomEdit[]): readonly RandomEdit[] {
  return Array.from({ length: times }, () => edits).flat();
}

/** Makes one of the edits, as the dice will have it. */
export function editAtRandom(tenant: SimulatedTenant, die: Die, edits: readonly RandomEdit[] = EDITS): void {
  pick(die, edits)(tenant, die);
}

/** Edits the tenant before every `often`th call is answered, by REST or by the engine, until `end` is called. */
export function editAmidCalls(
  tenant: SimulatedTenant,
  { seed, often, edits }: { seed: number; often: number; edits?: readonly RandomEdit[] },
) {
  let times = 0;
  const end = onEveryCall(tenant, (call) => {
    if (call % often !== 0) return;
    times += 1;
    editAtRandom(tenant, dice(seed, 'amid calls')(call), edits);
  });
  return {
    end,
    get times() {
      return times;
    },
  };
}

/** Tells `hear` the number of each call, by REST or to the engine, before it is answered. */
export function onEveryCall(tenant: SimulatedTenant, hear: (call: number) => void): () => void {
  let calls = 0;
  const ask = () => {
    calls += 1;
    hear(calls);
  };
  const endOfEngine = onEngineCall(tenant, ask);
  tenant.server.prependListener('request', ask);
  return () => {
    tenant.server.off('request', ask);
    endOfEngine();
  };
}

/** Tells `hear` of each call to the engine: the app and, in a session, the method. */
export function onEngineCall(
  { engine: { faults } }: SimulatedTenant,
  hear: (appId: string, moment: string) => void,
): () => void {
  const strike = faults.strike.bind(faults);
  faults.strike = (occasion) => {
    hear(occasion.appId, occasion.method ?? occasion.at);
    return strike(occasion);
  };
  return () => {
    faults.strike = strike;
  };
}
