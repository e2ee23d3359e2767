import type { Contents, PartitionStream, Row, Section } from '../../cdk/index.ts';
import type { ReadingMethods } from '../../qlik/reading-methods.ts';
import type { Visit } from '../../qlik/visit.ts';
import { listingApps, OPENING_APPS } from './app-access.ts';
import type { Access, Declared, Facts } from './facts.ts';

/** A stream that is read once an app, as its file declares it. */
interface AppStream<Item> extends Declared {
  /** Methods of the engine that it calls beside those by which apps are opened and their objects listed. */
  readonly methods?: readonly (keyof ReadingMethods)[];
  readPartition(visit: Visit): Promise<AppContents<Item>>;
}

/** What an app holds for one stream; `Item` is a row. */
interface AppContents<Item> extends Omit<Contents, 'sections'> {
  readonly sections: readonly (Omit<Section, 'read'> & { read(): Promise<readonly Item[]> })[];
}

const access: Access = {
  ...listingApps,
  also: `${OPENING_APPS}; private sheets of others are shown to an OAuth client with admin.apps and admin_classic`,
  otherwise: 'apps that may not be opened are named in warnings and in `app_coverage`',
};

const OPENING = ['OpenDoc', 'GetActiveDoc', 'GetAppLayout'] as const;
const LISTING = ['GetObjects', 'CreateSessionObject', 'GetLayout'] as const;

/** Declares a stream that is read once an app; `Item` is its row. */
export function appStream<Item extends Row>(declared: AppStream<Item>): PartitionStream<Visit> & Facts {
  const { methods = [], ...facts } = declared;
  const calls = { rest: {}, engine: [...OPENING, ...LISTING, ...methods] };
  return { ...facts, access, calls, partitionedBy: 'apps' };
}
