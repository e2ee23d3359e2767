import type {
  Contents,
  ListStream,
  LogStream,
  PartitionStream,
  Reason,
  Row,
  Schema,
  Section,
  StreamFacts,
} from '../../cdk/index.ts';
import type { StreamName } from '../../generated/stream-name.ts';
import type { DataModel } from '../../qlik/data-model.ts';
import type { SpaceVisit } from '../../qlik/space-visit.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import type { Visit } from '../../qlik/visit.ts';

/** A stream as its file declares it; the schema comes as the JSON file holds it. */
interface Declared extends Omit<StreamFacts, 'schema'> {
  readonly name: StreamName;
  readonly schema: object;
}

/** Declares a stream that is read once a tenant; `Item` is its row. Rows never hold what depends on who is asking. */
export function tenantStream<Item extends object>(
  declared: Declared & {
    read(
      tenant: Tenant,
      expect: (rows: number) => void,
      skip?: (item: Item, reason: Reason) => void,
    ): AsyncIterable<readonly Item[]>;
  },
): ListStream<Tenant> {
  const schema = declared.schema as Schema;
  const nested = nestedIn(schema);
  return {
    ...declared,
    schema,
    async *read(tenant, expect, skip) {
      for await (const items of declared.read(tenant, expect, skip as (item: Item, reason: Reason) => void))
        yield items.map((item) => impersonal(item as Row, nested));
    },
  };
}

/** Declares a stream that is read once a space; `Item` is its row. What is refused of one space is warned of, and stays as it was. */
export function spaceStream<Item extends { readonly id?: string | null | undefined }>(
  declared: Declared & { read(space: SpaceVisit): Promise<readonly Item[]> },
): PartitionStream<SpaceVisit> {
  const { read, ...facts } = declared;
  const schema = facts.schema as Schema;
  const nested = nestedIn(schema);
  return {
    ...facts,
    schema,
    partitionedBy: 'spaces',
    hasOwnPermission: true,
    async readPartition(space) {
      const rows = await read(space);
      return {
        sections: rows.map((item) => {
          const row: Row = { ...impersonal(item as Row, nested), spaceId: space.id };
          return sectionOf(row);
        }),
      };
    },
  };
}

/** The fields that hold fields of their own. */
function nestedIn({ properties = {} }: Schema): string[] {
  return Object.entries(properties)
    .filter(([, { properties: own, items }]) => own ?? items?.properties)
    .map(([field]) => field);
}

/** What an app holds for one stream; `Item` is a row. */
interface AppContents<Item> extends Omit<Contents, 'sections'> {
  readonly sections: readonly (Omit<Section, 'read'> & { read(): Promise<readonly Item[]> })[];
}

/** Declares a stream that is read once an app; `Item` is its row. */
export function appStream<Item extends object>(
  declared: Declared & { readPartition(visit: Visit): Promise<AppContents<Item>> },
): PartitionStream<Visit> {
  return { ...declared, schema: declared.schema as Schema, partitionedBy: 'apps' } as PartitionStream<Visit>;
}

/** Declares a stream of what an app's last reload has made. It takes no session, and is asked for only where the app has moved. */
export function dataModelStream<Item extends object>(
  declared: Declared & { rowsOf(model: DataModel): readonly Item[] },
): PartitionStream<Visit> {
  const { rowsOf, ...facts } = declared;
  return {
    ...facts,
    schema: facts.schema as Schema,
    partitionedBy: 'apps',
    hasOwnPermission: true,
    onlyWhenMoved: true,
    async readPartition(visit) {
      const rows = rowsOf(await visit.dataModel());
      return { sections: [allOf(rows.map((item): Row => ({ ...item, appId: visit.app.id })))] };
    },
  };
}

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

/** A section of one row, named as that is. */
export function sectionOf<Item extends { readonly id?: unknown }>(row: Item) {
  return { id: String(row.id), expectedRows: 1, read: async () => [row] };
}

/** The one section of a stream whose rows come together. */
export function allOf<Item>(rows: readonly Item[]) {
  return { id: 'all', expectedRows: rows.length, read: async () => rows };
}

/** What Qlik answers about the caller, and links of a thing to itself: fields, and below what they are that; true is anything. */
const PERSONAL = new Map<string, string | true>([
  ['actions', true],
  ['privileges', true],
  ['isFavorited', true],
  ['roles', 'meta'],
  ['self', 'links'],
]);

/** Undeclared top-level fields are cut off elsewhere, so that only the `nested` ones need a look. */
function impersonal(row: Row, nested: readonly string[]): Row {
  let copy: { [field: string]: unknown } | undefined;
  for (const field of nested) {
    if (!holdsPersonal(row[field], field)) continue;
    copy ??= { ...row };
    copy[field] = withoutPersonal(row[field], field);
  }
  return copy ?? row;
}

/** Nothing of Qlik's goes deeper, and whatever walks through a row must come to an end. */
const DEEPEST = 100;

function isPersonal(field: string, holder: string): boolean {
  const below = PERSONAL.get(field);
  return below === true || below === holder;
}

/** Whether there is anything to strip, which is the exception: looking costs a fraction of a copy. */
function holdsPersonal(value: unknown, holder: string, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.some((item) => holdsPersonal(item, holder, depth + 1));
  for (const field in value) {
    if (isPersonal(field, holder)) return true;
    if (holdsPersonal((value as Row)[field], field, depth + 1)) return true;
  }
  return false;
}

function withoutPersonal(value: unknown, holder: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => withoutPersonal(item, holder, depth + 1));
  const kept = Object.entries(value).filter(([field]) => !isPersonal(field, holder));
  return Object.fromEntries(kept.map(([field, below]) => [field, withoutPersonal(below, field, depth + 1)]));
}
