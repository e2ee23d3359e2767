import { type Die, dice, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { TenantSize } from '../../src/simulator/data/plan.ts';
import type { Reload } from '../../src/simulator/data/reloads.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';

/** Something happens; nothing, where it would take what is not there. */
type Happening = (tenant: SimulatedTenant, die: Die) => void;

/** A tenant whose charts are as short as they can be, and whose lists show what is stored, to everyone. */
export async function plainTenant(size: Partial<TenantSize>, seed = 1): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({ ...size, seed });
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.engine.dials, { listedExpressions: 'stored', privateSheets: 'all' });
  return tenant;
}

/** What happens to people and spaces, to the items that stand for apps, and to what the hub shows beside them; nothing goes. */
const LISTED: readonly Happening[] = [
  ({ data }) => void data.users.add({}),
  ({ data }, die) => void data.users.change(someUser(data, die), { name: `User ${die(1e6)}` }),
  ({ data }) => void data.groups.add({}),
  ({ data }, die) => void data.roles.change(one(die, data.roles.all()).id, { description: `Role ${die(1e6)}` }),
  ({ data }) => void data.spaces.add({}),
  ({ data }, die) => void data.spaces.change(one(die, data.spaces.all()).id, { name: `Space ${die(1e6)}` }),
  ({ data }) => void data.connections.add({}),
  ({ data }) => void data.items.add({}),
  ({ data }, die) => void data.items.change(someApp(data, die).item.id, { name: `App ${die(1e6)}` }),
  ({ data }, die) => void data.items.change(someApp(data, die).item.id, { spaceId: one(die, data.spaces.all()).id }),
  ({ data }, die) => void data.assignments.add({ spaceId: one(die, data.spaces.all()).id }),
  inList('assignments', (list, { id }, die) => list.change(id, { roles: die(2) ? ['consumer'] : ['producer'] })),
  inList('shares', (list, { id, disabled }) => list.change(id, { disabled: !disabled })),
  ({ data }) => void data.dataFiles.add({}),
  inList('dataFiles', (list, { id }, die) => list.change(id, { size: die(1e6) })),
  ({ data }) => void data.collections.add({}),
  inList('collections', (list, { id }, die) => list.change(id, { name: `Collection ${die(1e6)}` })),
  ({ data }) => void data.automations.add({}),
  inList('automations', (list, { id }, die) => list.change(id, { duration: die(1e6) })),
];

/** What happens in apps; charts may move, and nothing else goes. */
const IN_APPS: readonly Happening[] = [
  inSheet((document, sheet) => void document.edit.addChart(sheet)),
  inSheet((document) => void document.edit.addSheet({ charts: 2 })),
  inSheet((document, sheet, die) => document.edit.change(sheet, { qMetaDef: { title: `Sheet ${die(1e6)}` } })),
  inSheet((document, sheet, die) => document.edit.changeMeta(sheet, { published: die(2) === 0 })),
  inChart((document, chart, die) => document.edit.change(chart, { title: `Chart ${die(1e6)}` })),
  inChart((document, chart, die) => document.edit.moveChart(chart, one(die, document.sheetIds()))),
  inSheet((document) => document.edit.reload()),
  inSheet((document) => void document.reloads.run('FAILED')),
  inSheet((document) => void document.reloads.queue()),
  ({ data }) => advance(data, 'QUEUED', (document, id) => document.reloads.begin(id)),
  ({ data }) => advance(data, 'RELOADING', (document, id) => document.reloads.end(id)),
  inSheet((document, _, die) => {
    const [measure] = document.idsOfType('measure');
    if (measure) document.edit.change(measure, { qMeasure: { qDef: `Sum(Amount * ${die(1e6)})`, qLabel: 'Amount' } });
  }),
  inSheet((document, _, die) => {
    const [dimension] = document.idsOfType('dimension');
    if (dimension)
      document.edit.change(dimension, {
        qDim: { qGrouping: 'N', qFieldDefs: [`Field ${die(1e6)}`], qFieldLabels: [] },
      });
  }),
  inSheet((document, _, die) => {
    const [master] = document.idsOfType('masterobject').filter((id) => document.meta(id).id !== undefined);
    if (master) document.edit.change(master, { qMetaDef: { title: `Master ${die(1e6)}` } });
  }),
];

const GOING: readonly Happening[] = [
  ({ data }, die) => data.users.delete(someUser(data, die)),
  ({ data }, die) => data.spaces.count > 3 && data.spaces.delete(one(die, data.spaces.all()).id),
  ({ data }, die) => data.connections.count > 3 && data.connections.delete(one(die, data.connections.all()).id),
  ({ data }, die) => appsOf(data).length > 5 && data.items.delete(someApp(data, die).item.id),
  inList('assignments', (list, { id }) => list.delete(id)),
  inList('shares', (list, { id }) => list.delete(id)),
  inList('dataFiles', (list, { id }) => list.delete(id)),
  inList('collections', (list, { id }) => list.delete(id)),
  inList('automations', (list, { id }) => list.delete(id)),
  inSheet((document, _, die) => {
    const items = ['dimension', 'measure', 'masterobject'].flatMap((type) => document.idsOfType(type));
    if (items.length > 0) document.edit.delete(pick(die, items));
  }),
  inChart((document, chart) => document.edit.delete(chart)),
  inSheet((document, sheet) => document.sheetIds().length > 2 && document.edit.delete(sheet)),
];

/** What may happen where nothing is to be lost; and where it may. */
export const KEEPING: readonly Happening[] = [...LISTED, ...IN_APPS, ...IN_APPS];
export const ALL_KINDS: readonly Happening[] = [...KEEPING, ...GOING, ...GOING];

/** Something that may happen does, as the dice will have it. */
export function happen(tenant: SimulatedTenant, die: Die, kinds: readonly Happening[] = ALL_KINDS): void {
  pick(die, kinds)(tenant, die);
}

/** Lets something happen before every `often`th question is answered, by REST or by the engine; the answer ends it. */
export function liveAmidQuestions(
  tenant: SimulatedTenant,
  { seed, often, kinds }: { seed: number; often: number; kinds?: readonly Happening[] },
) {
  let times = 0;
  const end = onEveryQuestion(tenant, (question) => {
    if (question % often !== 0) return;
    times += 1;
    happen(tenant, dice(seed, 'amid questions')(question), kinds);
  });
  return {
    end,
    get times() {
      return times;
    },
  };
}

/** Calls `hear` with the number of each question, by REST or to the engine, before it is answered. */
export function onEveryQuestion(tenant: SimulatedTenant, hear: (question: number) => void): () => void {
  let questions = 0;
  const ask = () => {
    questions += 1;
    hear(questions);
  };
  const endOfEngine = onEngineQuestion(tenant, ask);
  tenant.server.prependListener('request', ask);
  return () => {
    tenant.server.off('request', ask);
    endOfEngine();
  };
}

/** The same of what the engine is asked, with the app and, in a session, the method. */
export function onEngineQuestion(
  { engine: { faults } }: SimulatedTenant,
  hear: (appId: string, moment: string) => void,
): () => void {
  const strike = faults.strike.bind(faults);
  faults.strike = (occasion) => {
    hear(occasion.appId, occasion.method ?? occasion.at);
    return strike(occasion);
  };
  return () => {
    faults.strike = strike;
  };
}

type Data = SimulatedTenant['data'];

/** Has the oldest reload with a status go on, if there is one. */
function advance(data: Data, status: Reload['status'], goOn: (document: AppDocument, id: string) => void): void {
  for (const [, reload] of data.reloads.walk('creationTime', 1)) {
    if (reload.status !== status || !data.itemOfApp(reload.appId)) continue;
    goOn(data.document(reload.appId), reload.id);
    return;
  }
}

export function appsOf(data: Data): AppDocument[] {
  const items = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  return items.map(({ resourceId }) => data.document(resourceId));
}

function someApp(data: Data, die: Die): AppDocument {
  return pick(die, appsOf(data));
}

/** Neither the admin nor the bot, as whom the connector signs in. */
function someUser(data: Data, die: Die): string {
  return one(die, data.users.all().drop(2)).id;
}

function one<Item>(die: Die, items: Iterable<Item>): Item {
  return pick(die, [...items]);
}

type Rows = Pick<Data, 'assignments' | 'shares' | 'dataFiles' | 'collections' | 'automations'>;

function inList<Name extends keyof Rows>(
  name: Name,
  change: (list: Rows[Name], row: ReturnType<Rows[Name]['add']>, die: Die) => unknown,
): Happening {
  return ({ data }, die) => {
    const rows = [...data[name].all()] as ReturnType<Rows[Name]['add']>[];
    if (rows.length > 2) change(data[name], pick(die, rows), die);
  };
}

function inSheet(change: (document: AppDocument, sheet: string, die: Die) => unknown): Happening {
  return ({ data }, die) => {
    const document = someApp(data, die);
    const sheets = document.sheetIds();
    if (sheets.length > 0) change(document, pick(die, sheets), die);
  };
}

function inChart(change: (document: AppDocument, chart: string, die: Die) => unknown): Happening {
  return ({ data }, die) => {
    const document = someApp(data, die);
    const charts = document.charts().filter(({ depth }) => depth === 1);
    if (charts.length > 0) change(document, pick(die, charts).id, die);
  };
}
