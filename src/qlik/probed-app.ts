import { isProperties, type Properties, type PropertyTree } from './app-objects.ts';
import type { AppSession } from './app-session.ts';
import type { Budget } from './budget.ts';
import { LISTS, type ListedType } from './list-objects.ts';
import { ANY_MASTER_ITEM, MASTER_ITEM_TYPES, MASTER_ITEMS } from './master-items.ts';
import type { ReadingMethods } from './reading-methods.ts';
import type { Tenant } from './tenant.ts';
import { VARIABLES } from './variables.ts';
import { SHEET } from './visit.ts';

type Seen<T> = PromiseSettledResult<T>;

/** What an app has answered, in the engine's own shapes. */
export interface SeenApp {
  /** The app in the list of items. */
  readonly item: Properties;
  /** The type of its space; undefined of a personal app. */
  readonly spaceType: unknown;
  readonly layout: Seen<Properties>;
  /** Sheets by GetObjects, and by a list object. */
  readonly sheets: Seen<readonly Properties[]>;
  readonly listedSheets: Seen<readonly Properties[]>;
  /** Master items of all types by GetObjects; measures and dimensions by list objects. */
  readonly masterItems: Seen<readonly Properties[]>;
  readonly measures: Seen<readonly Properties[]>;
  readonly dimensions: Seen<readonly Properties[]>;
  /** Variables by GetVariables. */
  readonly variables: Seen<readonly Properties[]>;
  /** What GetObject says of an id that no object has. */
  readonly missing: Seen<unknown>;
  /** Some sheets, each with its tree. */
  readonly trees: Seen<readonly { readonly sheet: Properties; readonly tree: PropertyTree }[]>;
  /** Objects by GetObjects that are of the type of one on a sheet, and whether that one is among them. */
  readonly listsInner: Seen<boolean | undefined>;
}

const TREES_ASKED = 2;
/** OpenDoc, and the app's layout that says whether it came without data. */
const OPENING_MESSAGES = 2;

/** Opens an app without its data, asks what the connector asks, and leaves it. */
export async function seenApp(item: Properties, spaceType: unknown, tenant: Tenant, budget: Budget): Promise<SeenApp> {
  await using visit = tenant.visit({ id: String(item.resourceId), published: false });
  budget.spend('messages', OPENING_MESSAGES);
  const ask = async <T>(question: (answer: Answer) => Promise<T>) =>
    visit.ask((session) => question(answering(session, budget)));
  const [layout, sheets, listedSheets, masterItems, measures, dimensions, variables, missing] =
    await Promise.allSettled([
      ask(layoutOf),
      ask((answer) => objects(answer, ['sheet'], SHEET)),
      ask((answer) => listed(answer, 'sheet', SHEET)),
      ask((answer) => objects(answer, MASTER_ITEM_TYPES, ANY_MASTER_ITEM)),
      ask((answer) => listed(answer, 'measure', MASTER_ITEMS.measure)),
      ask((answer) => listed(answer, 'dimension', MASTER_ITEMS.dimension)),
      ask(async (answer) => entriesIn((await answer('GetVariables', [VARIABLES])).qList)),
      ask(async (answer) => (await answer('GetObject', ['probe-no-such-object'])).qReturn),
    ]);
  const known = [sheets, listedSheets].find((seen) => seen.status === 'fulfilled')?.value ?? [];
  const [trees] = await Promise.allSettled([ask((answer) => treesOf(known.slice(0, TREES_ASKED), answer))]);
  const [inner] = trees.status === 'fulfilled' ? trees.value.flatMap(({ tree }) => tree.qChildren ?? []) : [];
  const [listsInner] = await Promise.allSettled([ask((answer) => isListed(inner, answer))]);
  return {
    ...{ item, spaceType, layout, sheets, listedSheets, masterItems, measures, dimensions, variables },
    ...{ missing, trees, listsInner },
  };
}

/** Calls a method of the engine: on the app, unless on another handle. */
type Answer = <Method extends keyof ReadingMethods>(
  method: Method,
  params: ReadingMethods[Method],
  handle?: number,
) => Promise<Properties>;

function answering(session: AppSession, budget: Budget): Answer {
  return async (method, params, handle) => {
    budget.spend('messages');
    const answer = await session.answer(method, params, handle);
    return isProperties(answer) ? answer : {};
  };
}

async function layoutOf(answer: Answer): Promise<Properties> {
  return propertiesIn((await answer('GetAppLayout', [])).qLayout);
}

async function objects(answer: Answer, qTypes: readonly string[], qData: object): Promise<readonly Properties[]> {
  return entriesIn((await answer('GetObjects', [{ qTypes, qIncludeSessionObjects: false, qData }])).qList);
}

async function listed(answer: Answer, type: ListedType, qData: { readonly [name: string]: string }) {
  const { definition, place } = LISTS[type];
  const handle = handleIn(await answer('CreateSessionObject', [definition(type, qData)]));
  const { qLayout } = await answer('GetLayout', [], handle);
  return entriesIn(propertiesIn(propertiesIn(qLayout)[place]).qItems);
}

async function treesOf(sheets: readonly Properties[], answer: Answer) {
  const asked = sheets.map(async (sheet) => {
    const { qId } = propertiesIn(sheet.qInfo);
    const handle = handleIn(await answer('GetObject', [String(qId)]));
    const { qPropEntry } = await answer('GetFullPropertyTree', [], handle);
    return { sheet, tree: qPropEntry as PropertyTree };
  });
  return await Promise.all(asked);
}

async function isListed(inner: PropertyTree | undefined, answer: Answer): Promise<boolean | undefined> {
  const { qId, qType } = propertiesIn(inner?.qProperty?.qInfo);
  if (typeof qType !== 'string') return undefined;
  const entries = await objects(answer, [qType], {});
  return entries.some(({ qInfo }) => propertiesIn(qInfo).qId === qId);
}

function handleIn({ qReturn }: Properties): number {
  return Number(propertiesIn(qReturn).qHandle);
}

/** What should be an object; an empty one where it is none. */
export function propertiesIn(value: unknown): Properties {
  return isProperties(value) ? value : {};
}

/** What the item of an app tells of it. */
export function attributesOf({ resourceAttributes }: Properties): Properties {
  return propertiesIn(resourceAttributes);
}

function entriesIn(value: unknown): readonly Properties[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value.filter(isProperties);
}
