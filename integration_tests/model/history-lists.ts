import { connectionKinds } from '../../src/simulator/data/connection-kinds.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import { type Die, pick } from '../../src/simulator/data/dice.ts';
import { iso, isoSeconds } from '../../src/simulator/data/timeline.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import type { EDITABLE } from '../support/stream-tests.ts';
import type { TenantRow } from '../support/streams/editable-rows.ts';
import { editableRows, replaced, restoreRow, textField } from '../support/streams/random-edit.ts';
import type { Memory } from './history-memory.ts';

/** Where an edit takes place. */
export interface EditContext {
  readonly tenant: SimulatedTenant;
  readonly memory: Memory;
  readonly die: Die;
}

/** Something that may happen to a tenant. */
export interface Edit<Place extends EditContext> {
  readonly name: string;
  /** Says what it was done to; undefined if there was nothing to do it to. */
  run(place: Place): string | undefined;
}

export interface ListContext extends EditContext {
  readonly list: (typeof EDITABLE)[number];
}

function anyRow(context: ListContext): TenantRow | undefined {
  const rows = editableRows(context.list, context.tenant.data);
  return rows.length > 0 ? pick(context.die, rows) : undefined;
}

function change({ tenant, list, memory }: ListContext, row: TenantRow, patch: object): string {
  const rows = list.rows(tenant.data);
  const before = memory.remember(list.name, row);
  memory.undo.push(() => {
    const now = rows.get(row.id);
    if (now) rows.change(row.id, replaced(now, before));
  });
  rows.change(row.id, patch);
  return `${row.id} ${JSON.stringify(patch)}`;
}

/** Whether something is in it. */
function isUsed({ tenant, list }: Pick<ListContext, 'tenant' | 'list'>, id: string): boolean {
  return list.name === 'spaces' && [...tenant.data.items.all()].some(({ spaceId }) => spaceId === id);
}

function takeAway(context: Pick<ListContext, 'tenant' | 'list'>, id: string): void {
  const rows = context.list.rows(context.tenant.data);
  if (rows.get(id) && !isUsed(context, id)) rows.delete(id);
}

function printedTime({ timeUnit }: ListContext['list'], ms: number): string {
  return timeUnit === 'seconds' ? isoSeconds(ms) : iso(ms);
}

/** The field with Qlik's own time of a change. */
function timeField({ name }: ListContext['list']): string {
  const { updatedField } = streams.find((stream) => stream.name === name) ?? {};
  if (updatedField === undefined) throw new Error(`${name} tells no time of change`);
  return updatedField;
}

/** Qlik's own time of a changed row moves, or stands still. */
function movedTime({ list, memory, die }: ListContext): object {
  return die(2) === 0 ? {} : { [timeField(list)]: printedTime(list, memory.timeMs()) };
}

/** The same goes back, is another row's, or vanishes in one of three ways. */
function oddTime(context: ListContext): object {
  const { list, memory, die } = context;
  const time = timeField(list);
  const ways = [printedTime(list, memory.timeMs('back')), anyRow(context)?.[time], undefined, null, ''];
  return { [time]: pick(die, ways) };
}

/** What may happen to rows of a list. */
export const listEdits: readonly Edit<ListContext>[] = [
  {
    name: 'added',
    run({ tenant, list, memory }) {
      const id = list.add(tenant.data, { [textField(list)]: memory.text() })?.id;
      if (id !== undefined) memory.undo.push(() => takeAway({ tenant, list }, id));
      return id;
    },
  },
  {
    name: 'changed',
    run(context) {
      const row = anyRow(context);
      const text = { [pick(context.die, context.list.textFields)]: context.memory.text() };
      return row && change(context, row, { ...text, ...movedTime(context) });
    },
  },
  {
    name: 'changed below',
    run(context) {
      const row = anyRow(context);
      return row && change(context, row, { ...context.list.nested(row, context.memory.text()), ...movedTime(context) });
    },
  },
  {
    name: 'changed for the caller only',
    run(context) {
      const row = anyRow(context);
      return row && change(context, row, context.list.personal(row, context.memory.text()));
    },
  },
  {
    name: 'changed at an odd time',
    run(context) {
      const row = anyRow(context);
      const text = context.die(2) === 0 ? {} : { [pick(context.die, context.list.textFields)]: context.memory.text() };
      return row && change(context, row, { ...text, ...oddTime(context) });
    },
  },
  {
    name: 'back to an earlier version',
    run(context) {
      const row = anyRow(context);
      const earlier = context.memory.versions.get(`${context.list.name} ${row?.id}`);
      return row && earlier && change(context, row, replaced(row, pick(context.die, earlier)));
    },
  },
  {
    name: 'deleted',
    run(context) {
      const { tenant, list, memory } = context;
      const row = anyRow(context);
      if (!row || isUsed(context, row.id)) return undefined;
      const gone = { list: list.name, row: structuredClone(row) };
      memory.gone.push(gone);
      memory.undo.push(() => {
        if (memory.takeBack(gone)) restoreRow(list, tenant.data, gone.row);
      });
      list.rows(tenant.data).delete(row.id);
      return row.id;
    },
  },
  {
    name: 'restored',
    run({ tenant, list, memory, die }) {
      const gone = memory.gone.find((one) => one.list === list.name);
      if (!gone || !memory.takeBack(gone)) return undefined;
      const { row } = gone;
      restoreRow(list, tenant.data, row);
      const text = die(2) === 0 ? {} : { [textField(list)]: memory.text() };
      list.rows(tenant.data).change(row.id, text);
      return `${row.id} ${JSON.stringify(text)}`;
    },
  },
  {
    name: 'given another secret',
    run(context) {
      const row = anyRow(context);
      const kind = connectionKinds.find(({ source }) => source === row?.datasourceID);
      const secret = SECRET_MARK + context.memory.number();
      return row && kind && change(context, row, { qConnectStatement: kind.statement(secret) });
    },
  },
  {
    name: 'moved to another space',
    run(context) {
      const row = anyRow(context);
      if (!row || context.list.name !== 'apps') return undefined;
      const spaceId = pick(context.die, [undefined, ...[...context.tenant.data.spaces.all()].map(({ id }) => id)]);
      const resourceAttributes = { ...(row.resourceAttributes as object), spaceId: spaceId ?? '' };
      return change(context, row, { spaceId, resourceAttributes, ...movedTime(context) });
    },
  },
  {
    name: 'published, or not any more',
    run(context) {
      const row = anyRow(context);
      if (!row || context.list.name !== 'apps') return undefined;
      const { publishTime, ...more } = row.resourceAttributes as { publishTime: string };
      const resourceAttributes = { ...more, publishTime: publishTime ? '' : iso(context.memory.timeMs()) };
      return change(context, row, { resourceAttributes, ...movedTime(context) });
    },
  },
];
