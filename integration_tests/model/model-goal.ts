import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from '../support/messages.ts';
import { isBySheet } from '../support/stream-tests.ts';
import { truthOf } from '../support/truth.ts';
import type { Finding } from './model-doubts.ts';
import type { Plan, Settings } from './model-plan.ts';
import type { StreamModel } from './model-stream.ts';

/** What a warehouse has to hold once a sync of a tenant is over. */
export interface Goal {
  /** The apps that are wanted, each with the time of its item. */
  readonly listed: ReadonlyMap<string, string>;
  /** The rows of a stream of the plan: those of the apps that are wanted, and of all else. */
  rowsOf(stream: string): readonly Json[];
  /** What a stream is read by, if by anything. */
  partitionsOf(stream: StreamModel): Finding['partitions'] | undefined;
}

export function goalOf(tenant: SimulatedTenant, plan: Plan, streams: ReadonlyMap<string, StreamModel>): Goal {
  const admits = admission(plan.settings);
  const items = [...tenant.data.items.all()].filter((item) => item.resourceType === 'app' && admits(item));
  const listed = new Map(items.map(({ resourceId, updatedAt }) => [resourceId, JSON.stringify(updatedAt)]));
  const isWanted = (name: string, { appId, id }: Json) => {
    if (name === 'apps') return listed.has(String(id));
    return !streams.get(name)?.isInApps || listed.has(String(appId));
  };
  const truth = truthOf(tenant, [...new Set([...plan.streams, 'sheets'])]);
  const rowsOf = (name: string) => (truth[name] ?? []).filter((row) => isWanted(name, row));
  const spaces = new Set([...tenant.data.spaces.all()].map(({ id }) => id));
  return {
    listed,
    rowsOf,
    partitionsOf: ({ name, isInApps, partitionedBy, primaryKey: [first = '', second = ''] }) => {
      if (partitionedBy === undefined) return undefined;
      const [rows, part] = isBySheet(name) ? [rowsOf('sheets'), 'id'] : [rowsOf(name), second];
      const sectionsIn = (id: string) =>
        new Set(rows.filter((row) => row[first] === id).map((row) => String(row[part])));
      return { listed: isInApps ? new Set(listed.keys()) : spaces, sectionsIn };
    },
  };
}

function admission({ include_personal_apps = true, include_spaces = [], exclude_spaces = [] }: Settings) {
  const isIncluded = (spaceId: string) => include_spaces.length === 0 || include_spaces.includes(spaceId);
  return ({ spaceId }: { readonly spaceId?: string }) =>
    spaceId === undefined ? include_personal_apps : isIncluded(spaceId) && !exclude_spaces.includes(spaceId);
}
