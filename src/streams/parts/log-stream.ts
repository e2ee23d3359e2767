import type { LogStream, Row } from '../../cdk/index.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import { type Access, type Calls, type Declared, type Facts, needsOf } from './facts.ts';

/** A stream of what happened to apps, as its file declares it; `Item` is a row. */
interface AppLogStream<Item> extends Declared {
  readonly access: Access;
  readonly calls: Calls;
  /** Entries of all apps or of one. `needs` says what is missing where those of all are refused. */
  readEntries(tenant: Tenant, needs: string, app?: string): AsyncIterable<readonly Item[]>;
  readEntry(tenant: Tenant, id: string): Promise<Item | undefined>;
  hasEnded(item: Item): boolean;
}

/** Declares a stream of what happened to apps; `Item` is its row. */
export function logStream<Item extends Row>(declared: AppLogStream<Item>): LogStream<Tenant> & Facts {
  const needs = needsOf(`Listing the ${declared.name.replaceAll('_', ' ')} of all apps`, declared.access);
  return {
    ...declared,
    partitionedBy: 'apps',
    partitionField: 'appId',
    isSplit: (tenant: Tenant) => !tenant.wantsAllApps,
    readEntries: (tenant: Tenant, app?: string) => declared.readEntries(tenant, needs, app),
  };
}
