import type { ReadingMethods } from '../src/qlik/reading-methods.ts';
import { streams } from '../src/streams/index.ts';
import type { Path } from '../src/streams/parts/facts.ts';
import type { FieldSchema } from './fields.ts';
import { code, codes, table } from './markdown.ts';
import { roomDiagram } from './rooms.ts';

type QlikStream = (typeof streams)[number];

/** What pages say about all streams, each made from the facts of the streams; by the name that a page asks for it. */
export const streamParts: { readonly [name: string]: () => string } = {
  'suggested streams': suggestedTable,
  'further streams': furtherStreams,
  'streams and their APIs': apiTable,
  permissions: permissionTable,
  calls: callTable,
  'engine methods': methodTable,
  'calls a sync': costTable,
  rooms: roomDiagram,
};

/** Those that Airbyte chooses for a new connection. */
function suggestedTable(): string {
  const rows = streams
    .filter(({ suggested }) => suggested)
    .map(({ name, schema, primaryKey }) => [code(name), rowOf(schema), codes(primaryKey)]);
  return table(['stream', 'a row is', 'key'], rows);
}

/** What a row is, in the words of the schema: its first sentence, up to a colon. */
function rowOf(schema: FieldSchema): string {
  const [sentence = ''] = (schema.description ?? '').split(/[.:](?: |$)/);
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function furtherStreams(): string {
  const further = streams.filter(({ suggested }) => !suggested);
  return `Airbyte chooses these ${streams.length - further.length} of the ${streams.length} for a new connection. The others are read where they are chosen: ${namesOf(further)}.`;
}

function apiTable(): string {
  const rows = streams.map((stream) => [
    code(stream.name),
    codes(stream.primaryKey),
    rowOf(stream.schema),
    documentationOf(stream),
  ]);
  return table(['stream', 'primary key', 'a row is', "Qlik's API"], rows);
}

/** Qlik documents its REST API by the first part of a path: /spaces/{id}/shares with Spaces. */
function documentationOf({ calls }: QlikStream): string {
  if (calls.engine) return "[Qlik's engine](https://qlik.dev/apis/json-rpc/qix/)";
  const [, part] = /^\/api\/[^/]+\/([^/]+)/.exec(Object.keys(calls.rest)[0] ?? '') ?? [];
  if (part === undefined) return 'none: it tells of the sync';
  const title = part.charAt(0).toUpperCase() + part.slice(1).replaceAll('-', ' ');
  return `[${title}](https://qlik.dev/apis/rest/${part}/)`;
}

/** Streams that the same is true of share a row. */
function permissionTable(): string {
  const rows = groupedByText(({ access: { scopes, roles, also = '', otherwise } }) => [
    scopes.map(code).join(' or '),
    roles?.join(' or ') ?? 'none',
    also,
    otherwise,
  ]);
  return table(
    ['stream', 'OAuth scope', 'role', 'and', 'otherwise'],
    rows.map(({ names, cells }) => [names, ...cells]),
  );
}

function callTable(): string {
  const calls = Map.groupBy(
    streams.flatMap(({ name, calls: { rest } }) =>
      Object.entries(rest).map(([path, madeFor]) => ({ path: path as Path, madeFor, name })),
    ),
    ({ path }) => path,
  );
  const overRest = [...calls].map(([path, users]) => [
    code(`GET ${path}`),
    [...new Set(users.map(({ madeFor }) => madeFor))].join('; '),
    users.map(({ name }) => withDependents(name)).join('; '),
  ]);
  const session = [
    code('wss://<tenant>/app/{id}/identity/{uuid}'),
    'app that is opened',
    namesOf(streams.filter(({ calls: { engine } }) => engine)),
  ];
  return table(['call', 'one for each', 'for'], [...overRest, session]);
}

/** A stream whose list others need as well says so. */
function withDependents(name: string): string {
  const dependents = streams.filter((stream) => 'partitionedBy' in stream && stream.partitionedBy === name);
  return dependents.length === 0 ? code(name) : `${code(name)} and what is read from ${name}`;
}

/** What each method of the engine is for. */
const PURPOSES: { readonly [method in keyof ReadingMethods]: string } = {
  OpenDoc: 'opening the app without its data',
  GetActiveDoc: 'the same, where the app is open already',
  GetAppLayout: 'making sure that it was opened without data',
  GetObjects: 'listing sheets and master items',
  CreateSessionObject:
    'listing them, or variables, where the methods for that do not; the list ends with the session and is never stored',
  GetLayout: 'reading that list',
  GetObject: 'finding a sheet, a chart or a master item',
  GetFullPropertyTree: 'reading a sheet with its charts, as stored',
  GetProperties: 'reading one object, as stored',
  GetChildInfos: 'reading a sheet object by object, where it is too large',
  GetVariables: 'listing variables',
};

function methodTable(): string {
  const opening = streams.filter(({ calls: { engine } }) => engine);
  const rows = Object.entries(PURPOSES).map(([method, purpose]) => {
    const callers = opening.filter(({ calls: { engine } }) => engine?.some((name) => name === method));
    return [code(method), purpose, callers.length === opening.length ? 'all that open apps' : namesOf(callers)];
  });
  return table(['method', 'for', 'streams'], rows);
}

function costTable(): string {
  const rows = groupedByText(({ calls: { rest, engine } }) => [
    Object.values(rest).join('; ') || 'none',
    engine ? 'app that is new, has moved or is due, for all such streams' : 'none',
  ]);
  return table(
    ['stream', 'one call over REST for each', 'one session for each'],
    rows.map(({ names, cells }) => [names, ...cells]),
  );
}

function namesOf(some: readonly QlikStream[]): string {
  return codes(some.map(({ name }) => name));
}

/** The streams, those together of which the same is said. */
function groupedByText(cellsOf: (stream: QlikStream) => string[]) {
  const groups = Map.groupBy(streams, (stream) => JSON.stringify(cellsOf(stream)));
  return [...groups].map(([cells, members]) => ({
    names: namesOf(members),
    cells: JSON.parse(cells) as string[],
  }));
}
