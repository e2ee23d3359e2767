import { type ConnectionKind, connectionKinds } from './connection-kinds.ts';
import { hex, pick, uuid } from './dice.ts';
import type { FirstRows } from './first-rows.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { type RowSeed, seededRows } from './seeded-rows.ts';
import { iso } from './timeline.ts';

/** A row of GET /data-connections. */
export interface Connection {
  id: string;
  qID: string;
  qEngineObjectID: string;
  qName: string;
  qType: string;
  datasourceID?: string;
  qConnectStatement: string;
  qCredentialsID?: string;
  qSeparateCredentials: boolean;
  qLogOn: number;
  qArchitecture: number;
  space?: string;
  user?: string;
  tenant: string;
  /** A list, or one text. */
  tags?: string[] | string;
  privileges: string[];
  created?: string;
  updated?: string;
  version: string;
  links: { self: { href: string } };
}

/** Every password, token and user name of this tenant begins with this, so that a leak is found by one search. */
export const SECRET_MARK = 'fake-secret-';

/** So many connections by hand and by connector, in spaces and personal; then the DataFiles of each space and of the caller. */
export function connectionMaker({ plan, users, spaces }: FirstRows, count: number): RowMaker<Connection> {
  const size = count + plan.spaces + 1;
  const ordinary = ({ index, id, createdMs, die }: RowSeed): Connection => {
    const kind = connectionKinds[index % connectionKinds.length] as ConnectionKind;
    return {
      ...always(plan, id),
      qName: index < connectionKinds.length ? kind.name : `${kind.name} ${index}`,
      qType: kind.type,
      datasourceID: kind.source,
      qConnectStatement: kind.statement(SECRET_MARK + hex(die, 8)),
      qCredentialsID: uuid(die),
      ...(plan.spaces && die(4) && { space: spaces.idAt(die(plan.spaces)) }),
      user: users.idAt(die(plan.users)),
      ...(die(3) === 0 && { tags: tagsOf(pick(die, ['prod', 'test']), index) }),
      privileges: ['list', 'update', 'delete', 'read', 'change_owner', 'change_space'],
      created: withoutLastZeros(createdMs),
      updated: withoutLastZeros(createdMs + die(300) * 3_600_000),
    };
  };
  const dataFiles = ({ index, id }: RowSeed): Connection => {
    const space = index < count + plan.spaces ? spaces.idAt(index - count) : undefined;
    return {
      ...always(plan, id),
      qName: 'DataFiles',
      qType: DATA_FILES,
      qConnectStatement: `CUSTOM CONNECT TO "provider=${DATA_FILES};path=${space ?? 'personal'}:datafiles;"`,
      ...(space && { space }),
      privileges: ['list', 'read'],
    };
  };
  const isOrdinary = (index: number) => index < count || index >= size;
  const rows = seededRows({ era: plan, name: 'connection', size, dated: count, ids: 'uuid' }, (row) =>
    isOrdinary(row.index) ? ordinary(row) : dataFiles(row),
  );
  return { ...rows, comesLast: isDataFiles, times: ['created', 'updated'] };
}

/** In some of Qlik's answers they are no list. */
function tagsOf(tag: string, index: number): string[] | string {
  return index % 2 ? tag : [tag];
}

/** Qlik's example has a time of two decimals (https://qlik.dev/manage/data-connections/create-data-connections/). */
function withoutLastZeros(ms: number): string {
  return iso(ms).replace(/\.?0+Z$/, 'Z');
}

const DATA_FILES = 'qix-datafiles.exe';

/** The built-in connections to a space's files: Qlik lists them after all others. */
export function isDataFiles(connection: Connection): boolean {
  return connection.qType === DATA_FILES;
}

/** Data sources that the tenant's admin switched off: their connections are listed on request only. */
export function isDisabled(connection: Connection): boolean {
  return connection.datasourceID === 'oledb';
}

function always(plan: Plan, id: string) {
  return {
    id,
    qID: id,
    qEngineObjectID: id,
    qSeparateCredentials: false,
    qLogOn: 1,
    qArchitecture: 0,
    tenant: plan.tenantId,
    version: 'V1',
    links: { self: { href: `${plan.origin}/api/v1/data-connections/${id}` } },
  };
}
