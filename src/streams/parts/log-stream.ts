import type { LogStream } from '../../cdk/index.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import type { Declared } from './declared.ts';

/** Declares a stream of what happened to apps; `Item` is its row. */
export function logStream<Item extends object>(
  declared: Declared & {
    readEntries(tenant: Tenant, app?: string): AsyncIterable<readonly Item[]>;
    readEntry(tenant: Tenant, id: string): Promise<Item | undefined>;
    hasEnded(item: Item): boolean;
  },
): LogStream<Tenant> {
  const isSplit = (tenant: Tenant) => !tenant.wantsAllApps;
  return { ...declared, partitionedBy: 'apps', partitionField: 'appId', isSplit } as LogStream<Tenant>;
}
