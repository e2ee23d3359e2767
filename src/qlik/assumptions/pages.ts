import { isProperties, type Properties } from '../app-objects.ts';
import { type Assumption, counted, NotAsked } from '../assumption.ts';
import { TenantError } from '../error.ts';
import { LIST_NAMES, LISTS, type ListName, type Probe, type ProbedPage } from '../probe.ts';
import { propertiesIn } from '../probed-app.ts';
import { Told, told } from '../told.ts';

const reliedOnBy = 'all lists';

/** So short that most lists have a next one. */
const SHORT = { limit: 2 };

type NamedPage = readonly [ListName, ProbedPage];

/** What is assumed of lists and their pages. */
export const pageAssumptions: readonly Assumption[] = [
  {
    name: 'page-of-100',
    claim: 'Every list grants pages of 100 rows.',
    doubt: 'Qlik states no largest limit for spaces, their assignments and shares, data files and automations.',
    reliedOnBy,
    ifNot: { copes: 'in part', how: 'shorter pages are read as well; a list that refuses the limit (400) fails' },
    async ask(probe) {
      const asked = await Promise.all(LIST_NAMES.map((name) => isGranted(name, probe)));
      const refused = LIST_NAMES.filter((_, at) => asked[at] === false);
      const answered = asked.filter((granted) => granted !== undefined).length;
      if (answered === 0) throw new NotAsked(told`no list can be read`);
      const came = told`${answered - refused.length} of ${answered} lists do${not(refused)}`;
      return { holds: refused.length === 0, came };
    },
  },
  {
    name: 'cursor-parameter',
    claim: 'The link to the next page names its cursor as the documentation of each list has it.',
    doubt:
      'Qlik documents the parameter for each list under a different name, and asks to use the link and not to compute it.',
    reliedOnBy,
    ifNot: {
      copes: 'in part',
      how: 'any of next, page, cursor, startingAfter and endingBefore is understood; another name ends the list with an error',
    },
    ask: (probe) => ofLinks(probe, told`links`, ([name], { searchParams }) => searchParams.has(LISTS[name].cursor)),
  },
  {
    name: 'link-host',
    claim: 'Links to other pages lead to the tenant as it was addressed, by https.',
    doubt: "Some of Qlik's examples are http, and nobody says what a tenant called by its alias answers.",
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'only the cursor is taken from a link, and asked for at the address in the settings' },
    ask: (probe) => ofLinks(probe, told`links`, (_, { origin }) => origin === probe.tenant.origin),
  },
  {
    name: 'link-path',
    claim: 'Links to other pages keep the path of the list.',
    doubt: 'One example of a data connection lacks /api in it.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'only the cursor is taken from a link' },
    ask: (probe) =>
      ofLinks(probe, told`links`, ([name], { pathname }) => pathname === LISTS[name].path || name === 'automations'),
  },
  {
    name: 'next-page',
    claim: 'A cursor, with the parameters of the first page, leads to rows that the first page did not have.',
    doubt: 'Qlik says to follow the link as it is; the connector puts the cursor beside its own parameters.',
    reliedOnBy,
    ifNot: {
      copes: 'in part',
      how: 'rows that come twice are one row; a list that brings nothing new ends with an error',
    },
    async ask(probe) {
      const linked = (await probe.pages(SHORT)).filter((page) => hrefOf(page) !== undefined);
      const known = linked.filter((page) => cursorOf(page) !== undefined);
      const next = await Promise.all(known.map(async (page) => isNew(page, probe)));
      return counted(next, told`next pages`, (hasNewRows) => hasNewRows);
    },
  },
  {
    name: 'last-page',
    claim: 'A last page says so by having no next link, an empty one, or one whose href is null.',
    doubt: 'All three stand in the documentation, for different lists; an empty text would be a fourth.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'an empty text ends a list as well' },
    async ask(probe) {
      const last = (await probe.pages()).filter((page) => !hrefOf(page));
      return counted(last, told`last pages`, (page) => hrefOf(page) === undefined);
    },
  },
  {
    name: 'order',
    claim: 'Lists come in the order that is asked for.',
    doubt:
      'The sort orders are documented for each list, not tried; a list in another order may miss rows that move meanwhile.',
    reliedOnBy: 'users, spaces, apps, datasets, connections, data_files, collections, automations, reloads',
    ifNot: {
      copes: 'in part',
      how: 'a row that moves during the read may be missed, and counts as deleted until the next sync',
    },
    async ask(probe) {
      const sorted = (await probe.pages()).filter(([name, { rows }]) => 'sort' in LISTS[name].query && rows.length > 1);
      const finding = counted(sorted, told`lists`, isSorted);
      const others = sorted.filter((page) => !isSorted(page)).map(([name]) => name);
      return { ...finding, came: told`${finding.came}${not(others)}` };
    },
  },
  {
    name: 'totals',
    claim:
      'users, groups and roles state their total when asked to, spaces and connections always, and it counts the rows.',
    doubt: 'It is documented; whether connections of data files count is not.',
    reliedOnBy: 'progress, and the guard against lists without end',
    ifNot: { copes: 'yes', how: 'a list without a total is read to its end; a wrong one shows in the progress only' },
    async ask(probe) {
      const counting = new Set<ListName>(['users', 'groups', 'roles', 'spaces', 'connections']);
      const whole = (await probe.pages()).filter(([name, page]) => counting.has(name) && !hrefOf([name, page]));
      return counted(whole, told`lists of one page`, ([, { envelope, rows }]) => totalIn(envelope) === rows.length);
    },
  },
  {
    name: 'whole-answers',
    claim: 'Lists come whole, without errors beside the rows.',
    doubt: 'A 200 of data connections may be partial, by its schema; of other lists nothing is said.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'such a list fails with what the tenant says, and nothing counts as deleted' },
    async ask(probe) {
      const hasErrors = ({ errors }: Properties) => Array.isArray(errors) && errors.length > 0;
      return counted(await probe.pages(), told`lists`, ([, { envelope }]) => !hasErrors(envelope));
    },
  },
  {
    name: 'ids',
    claim: 'Every row has an id that is a text and that no other row has.',
    doubt: 'The schemas require it; recordings show three forms of ids.',
    reliedOnBy: 'all keys',
    ifNot: {
      copes: 'in part',
      how: 'an id of another type fails the list; rows without one are left out, and the stream fails at its end',
    },
    async ask(probe) {
      const pages = (await probe.pages()).filter(([, { rows }]) => rows.length > 0);
      return counted(pages, told`lists`, ([name, { rows }]) => {
        const ids = rows.map((row) => (name === 'connections' ? row.qID : row.id));
        return ids.every((id) => typeof id === 'string' && id !== '') && new Set(ids).size === ids.length;
      });
    },
  },
];

/** Whether a list answers with as many rows as it is asked for; undefined if it cannot be read at all. */
async function isGranted(name: ListName, probe: Probe): Promise<boolean | undefined> {
  try {
    const { path, query } = LISTS[name];
    const page = await probe.pageAt(path, { limit: 100, ...query });
    return !hrefOf([name, page]) || page.rows.length === 100;
  } catch (error) {
    return error instanceof TenantError && error.facts.status === 400 ? false : undefined;
  }
}

function not(names: readonly ListName[]): Told {
  const named = names.map((name) => Told.name(name, LIST_NAMES));
  return names.length === 0 ? told`` : told`; not ${Told.list(named)}`;
}

/** What is said of the next page: a text, or undefined for the documented ways to say that there is none. */
function hrefOf([, { envelope }]: NamedPage): unknown {
  return propertiesIn(propertiesIn(envelope.links).next).href ?? undefined;
}

async function ofLinks(probe: Probe, what: Told, isAsAssumed: (page: NamedPage, link: URL) => boolean) {
  const linked = (await probe.pages(SHORT)).filter((page) => hrefOf(page));
  return counted(linked, what, (page) => {
    const link = URL.parse(String(hrefOf(page)));
    return link !== null && isAsAssumed(page, link);
  });
}

function cursorOf(page: NamedPage): { readonly [parameter: string]: string } | undefined {
  const { cursor } = LISTS[page[0]];
  const value = URL.parse(String(hrefOf(page)), 'https://tenant.invalid')?.searchParams.get(cursor);
  return value ? { [cursor]: value } : undefined;
}

async function isNew(page: NamedPage, probe: Probe): Promise<boolean> {
  const [name, { rows }] = page;
  const { rows: next } = await probe.page(name, { ...SHORT, totalResults: undefined, ...cursorOf(page) });
  const known = new Set(rows.map(({ id, qID }) => id ?? qID));
  return next.length > 0 && next.every(({ id, qID }) => !known.has(id ?? qID));
}

function isSorted([name, { rows }]: NamedPage): boolean {
  const [, direction, field = ''] = /^([+-])(.*)$/.exec(String((LISTS[name].query as { sort?: unknown }).sort)) ?? [];
  // Where a connection of data files stands is said apart: it has no such time.
  const times = rows.map((row) => Date.parse(String(row[field]))).filter((time) => !Number.isNaN(time));
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  // Times of whole seconds stand among finer ones.
  return steps.every((step) => (direction === '+' ? step > -1_000 : step < 1_000));
}

function totalIn({ totalResults, meta }: Properties): unknown {
  return totalResults ?? (isProperties(meta) ? meta.count : undefined);
}
