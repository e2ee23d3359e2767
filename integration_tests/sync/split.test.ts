import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { tableOf } from '../../src/cdk/testing/lines.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { readHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { apiKeySettings } from '../support/program.ts';
import { truthOf } from '../support/truth.ts';

const IN_APPS = ['apps', 'sheets', 'charts'];
const HASTY = { patience: { retryMs: 300, pauseMs: 0 } };

/** A connection that reads a part of the apps, and what it was sent so far. */
class Part {
  readonly #tenant: SimulatedTenant;
  readonly #settings: object;
  readonly #syncs: Outcome[] = [];

  constructor(tenant: SimulatedTenant, settings: object) {
    this.#tenant = tenant;
    this.#settings = settings;
  }

  async sync(): Promise<void> {
    const config = apiKeySettings(this.#tenant, this.#settings);
    const wish = { streams: [...IN_APPS, 'app_coverage'], config, mode: 'incremental', after: this.#syncs } as const;
    const outcome = await readHere(this.#tenant, wish, HASTY);
    expect(outcome.exitCode).toBe(0);
    this.#syncs.push(outcome);
  }

  get lines() {
    return this.#syncs.flatMap(({ lines }) => lines);
  }

  /** Its own table of a stream, by key. */
  table(name: string) {
    return tableOf(this.lines, name, streams.find((stream) => stream.name === name)?.primaryKey as string[]);
  }
}

/** The rows of all parts' tables, one after the other, as UNION ALL gives them, by key. */
function union(parts: readonly Part[], name: string, isWanted: (row: Json) => boolean = () => true) {
  return parts
    .flatMap((part) => [...part.table(name)].filter(([, row]) => isWanted(row)))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function wanted(tenant: SimulatedTenant, name: string) {
  const { primaryKey = [] } = streams.find((stream) => stream.name === name) ?? {};
  const rows = truthOf(tenant, [name])[name] ?? [];
  return rows
    .map((row) => [primaryKey.map((field) => row[field]).join(' '), row] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

const appsOf = ({ data }: SimulatedTenant): Item[] =>
  [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');

describe('a tenant that several connections read, each its own spaces', () => {
  let tenant: SimulatedTenant;
  let parts: [one: Part, other: Part, rest: Part];
  let spaces: [one: string, other: string];

  beforeAll(async () => {
    tenant = await startSimulatedTenant({ apps: 15, users: 5, spaces: 5, sheets: 1, charts: 2 });
    tenant.data.documents.propertyPadding = 0;
    spaces = [...tenant.data.spaces.all()].slice(0, 2).map(({ id }) => id) as typeof spaces;
    const inSpaces = appsOf(tenant).filter(({ spaceId }) => spaceId);
    for (const [index, { id }] of inSpaces.slice(0, 6).entries())
      tenant.data.items.change(id, { spaceId: spaces[index % 2] as string });
    const [one, other] = spaces;
    parts = [
      new Part(tenant, { include_spaces: [one], include_personal_apps: false }),
      new Part(tenant, { include_spaces: [other], include_personal_apps: false }),
      new Part(tenant, { exclude_spaces: [one, other] }),
    ];
    for (const part of parts) await part.sync();
  });
  afterAll(() => tenant.close());

  const appIn = (space: string | undefined) => appsOf(tenant).find(({ spaceId }) => spaceId === space) as Item;

  it.each(IN_APPS)('has each row in one of their tables: %s', (name) => {
    expect(parts.map((part) => part.table(name).size > 0)).toEqual([true, true, true]);
    expect(union(parts, name)).toEqual(wanted(tenant, name));
  });

  it('is covered by what they say of the apps that they admit', () => {
    const covered = union(parts, 'app_coverage', ({ status }) => status !== 'not_admitted');
    expect(covered.map(([appId]) => appId)).toEqual(wanted(tenant, 'apps').map(([id]) => id));
    expect(parts.map((part) => part.table('app_coverage').size)).toEqual([15, 15, 15]);
  });

  it('is in their tables as it has become, once all have synced', async () => {
    const { data } = tenant;
    const [one, other] = spaces;
    const moved = appIn(one);
    data.items.change(moved.id, { spaceId: other });
    data.items.change(appIn(undefined).id, { spaceId: one });
    data.items.delete((appsOf(tenant).findLast(({ spaceId }) => spaceId === other) as Item).id);
    const [document] = appsOf(tenant).map(({ resourceId }) => data.document(resourceId));
    document?.edit.addSheet({ charts: 2 });
    data.items.add({});

    const [left, entered, rest] = parts;
    await entered.sync();
    expect([left, entered].map((part) => part.table('apps').has(moved.resourceId))).toEqual([true, true]);
    await left.sync();
    await rest.sync();
    for (const name of IN_APPS) expect(union(parts, name)).toEqual(wanted(tenant, name));
    // In one table for all, the tombstone of the space that the app has left would be the newest that is known of it.
    const shared = tableOf([...entered.lines, ...left.lines], 'apps');
    expect(shared.has(moved.resourceId)).toBe(false);
  });
});
