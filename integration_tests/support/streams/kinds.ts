import type { SimulatedTenant } from '../../../src/simulator/tenant.ts';
import type { TenantSize } from '../../../src/simulator/tenant-data.ts';
import type { Json } from '../messages.ts';
import type { EditableRows } from './editable-rows.ts';
import type { RandomEdits } from './random-edit.ts';

/** What the tests know of one stream, by what it is read from. Every test over all streams takes its cases from here. */
export type StreamTests = ListTests | SpaceTests | EngineTests | DataModelTests | LogTests | CoverageTests;

interface Readable {
  /** The rows that have to be delivered, of the apps that are wanted where they are in apps. */
  truth(tenant: SimulatedTenant, isWanted: (appId: string) => boolean): object[];
  readonly edits: RandomEdits;
  /** The fields of an answer that reading looks into: each is tried with values that do not belong there. */
  readonly fuzzedFields: readonly string[];
}

/** A list over REST. */
export interface ListCall {
  /** What tests call it. */
  readonly name: string;
  /** Its path, and the end of that. */
  readonly path: string;
  readonly resource: string;
  /** A look-ahead, as a regular expression has it, that tells its query from those of other lists of the same resource. */
  readonly where: string;
  /** The query parameter that asks for a later page. A list without it comes in one answer, whatever it holds. */
  readonly cursor?: 'next' | 'page' | 'cursor';
  /** Whether the list is asked for at another path of the same end where the tenant does not know this one. */
  readonly hasFormerPath?: boolean;
}

/** A stream that is read once a tenant. */
export interface ListTests extends Readable, EditableRows {
  readonly kind: 'list';
  /** The option of the simulated tenant that says how many rows there are. */
  readonly size: keyof TenantSize;
  readonly call: ListCall;
  /** Lists that are read besides, and never have a second page. */
  readonly shortCalls: readonly ListCall[];
  /** The id of the row that an item of an answer becomes; undefined if it becomes none. */
  idOf(item: Json): unknown;
}

/** A stream that is read once a space. */
export interface SpaceTests extends Readable, EditableRows {
  readonly kind: 'space';
  /** The end of the path of its list: `/api/v1/spaces/{id}/` comes before it. */
  readonly part: string;
}

/** A stream that is read once an app, from the engine. */
export interface EngineTests extends Readable {
  readonly kind: 'engine';
  /** The methods of the engine on which no other stream but those that name them too depends. */
  readonly ownMethods: readonly string[];
  /** What stands in the message of the engine that names a row; `id` comes as JSON. */
  namedBy(id: string): readonly string[];
  /** Whether a sheet's rows are read together; else each row is read by itself. */
  readonly isBySheet: boolean;
}

/** A stream that is read once an app, from the data model that REST tells. */
export interface DataModelTests extends Readable {
  readonly kind: 'data model';
  /** The field of the data model that lists its rows; undefined where each data model is a row. */
  readonly part: string | undefined;
}

/** A stream of what has happened. */
export interface LogTests extends Readable {
  readonly kind: 'log';
  readonly call: ListCall;
  /** Adds two entries that wait, and that come after the first page of a list. */
  addWaitingLongAgo(tenant: SimulatedTenant): void;
  /** Adds so many entries of each app. */
  addToEachApp(tenant: SimulatedTenant, entries: number): void;
}

/** A stream of what came of a sync: of the tenant itself it tells nothing that could be edited, fuzzed or refused. */
export interface CoverageTests {
  readonly kind: 'coverage';
}
