import { type ConnectionKind, connectionKinds } from './connection-kinds.ts';
import { dice, hex, pick, uuid } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, timeline } from './timeline.ts';

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
  tags?: string[];
  privileges: string[];
  created?: string;
  updated?: string;
  version: string;
  links: { self: { href: string } };
}

/** Every password, token and user name of this tenant begins with this, so that a leak is found by one search. */
export const SECRET_MARK = 'fake-secret-';

/** Connections by hand and by connector, in spaces and personal; then the DataFiles of each space and of the caller. */
export function connectionMaker(
  plan: Plan,
  userIdAt: (index: number) => string,
  spaceIdAt: (index: number) => string,
): RowMaker<Connection> {
  const size = plan.connections + plan.spaces + 1;
  const time = timeline(plan.seed, 'connections', plan.connections);
  const dieAt = dice(plan.seed, 'connections');
  const idDie = dice(plan.seed, 'connection ids');
  const idAt = (index: number) => uuid(idDie(index));
  const indexes = new Map(Array.from({ length: size }, (_, index) => [idAt(index), index]));

  const ordinary = (index: number): Connection => {
    const die = dieAt(index);
    const kind = connectionKinds[index % connectionKinds.length] as ConnectionKind;
    const createdMs = time.createdMs(index);
    return {
      ...always(plan, idAt(index)),
      qName: index < connectionKinds.length ? kind.name : `${kind.name} ${index}`,
      qType: kind.type,
      datasourceID: kind.source,
      qConnectStatement: kind.statement(SECRET_MARK + hex(die, 8)),
      qCredentialsID: uuid(die),
      ...(plan.spaces && die(4) && { space: spaceIdAt(die(plan.spaces)) }),
      user: userIdAt(die(plan.users)),
      ...(die(3) === 0 && { tags: [pick(die, ['prod', 'test'])] }),
      privileges: ['list', 'update', 'delete', 'read', 'change_owner', 'change_space'],
      created: iso(createdMs),
      updated: iso(createdMs + die(300) * 3_600_000),
    };
  };
  const dataFiles = (index: number): Connection => {
    const space = index < plan.connections + plan.spaces ? spaceIdAt(index - plan.connections) : undefined;
    return {
      ...always(plan, idAt(index)),
      qName: 'DataFiles',
      qType: DATA_FILES,
      qConnectStatement: `CUSTOM CONNECT TO "provider=${DATA_FILES};path=${space ?? 'personal'}:datafiles;"`,
      ...(space && { space }),
      privileges: ['list', 'read'],
    };
  };
  const rowAt = (index: number) => (index < plan.connections || index >= size ? ordinary(index) : dataFiles(index));
  const indexOf = (id: string) => indexes.get(id) ?? -1;
  return { size, rowAt, idAt, indexOf, comesLast: isDataFiles };
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
