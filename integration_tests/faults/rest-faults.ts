import type { Failure } from '../../src/simulator/rest/faults.ts';
import type { Expectation } from './fault-judge.ts';

/** One way in which an answer over REST goes wrong, and what is to come of it. */
export interface RestFault {
  readonly name: string;
  /** `elsewhere` is another origin, which nobody may ask. */
  readonly wrong: Failure | ((elsewhere: string) => Failure);
  /** What comes of the streams that hang on the answer where it goes wrong once, and where it always does. */
  readonly once: Expectation;
  readonly always: Expectation;
  /** How often it is asked for where it always goes wrong: a number, or again and again. */
  readonly asked: number | 'again' | 'maybe again';
  /** Where it can happen only: in answers to a cursor, or in lists. */
  readonly only?: 'later pages' | 'lists' | 'first pages' | 'lists of rows';
  /** Streams that hang on the answer and take no harm. */
  readonly spares?: readonly string[];
  /** The time that an answer may take. */
  readonly responseMs?: number;
  /** Whether sheets and charts are read too where only another list goes wrong. */
  readonly withApps?: boolean;
  /** Whether the streams are to say until when they wait. */
  readonly isTold?: true;
}

export const HEALED: Expectation = {};
const transient = (says: RegExp): Expectation => ({ failure: { type: 'transient_error', says } });
export const config = (says: RegExp): Expectation => ({ failure: { type: 'config_error', says } });
export const always = (expected: Expectation) => ({ once: expected, always: expected });

/** What is tried again: 408, 5xx, an answer that is none, half or garbled. */
export const borne = (name: string, wrong: Failure, says: RegExp): RestFault => ({
  name,
  wrong,
  once: HEALED,
  always: transient(says),
  asked: 'again',
});

const refusedStatuses: readonly RestFault[] = [
  { name: '401', wrong: { status: 401 }, ...always(config(/401.*API key/s)), asked: 1 },
  { name: '403', wrong: { status: 403 }, ...always(config(/403.*(role|scope)/s)), asked: 1 },
  { name: '404', wrong: { status: 404 }, ...always(config(/404.*tenant_url/s)), asked: 1, only: 'first pages' },
];

/** What is no last word where the page before has come. */
const inMidList: readonly RestFault[] = [
  { name: '404 in mid list', wrong: { status: 404 }, expected: config(/404.*tenant_url/s) },
  ...[409, 421].map((status) => ({
    name: `${status} in mid list`,
    wrong: { status },
    expected: { failure: { type: 'system_error', says: new RegExp(`answered ${status}`) } } satisfies Expectation,
  })),
  {
    name: 'a redirect to a log-in page in mid list',
    wrong: (elsewhere: string) => ({ redirect: `${elsewhere}/login?returnTo=%2F` }),
    expected: config(/redirected.*tenant_url/s),
  },
].map(({ expected, ...fault }) => ({ ...fault, once: HEALED, always: expected, asked: 'again', only: 'later pages' }));

const retriedStatuses = [408, 500, 502, 503].map((status) =>
  borne(String(status), { status }, new RegExp(`answered ${status}`)),
);

/** Where the header is nonsense the wait is as without one, and never as long as it seems to say. */
const rateLimits = [undefined, '0', 'soon', '-5', 'Wed, 21 Oct 2015 07:28:00 GMT', '1e99', '99999999999'].map(
  (retryAfter): RestFault => ({
    name: `429, Retry-After: ${retryAfter ?? 'none'}`,
    wrong: { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
    once: HEALED,
    always: transient(/429.*(later|fewer)/s),
    // Ten waits in a row, were they not too long for the patience of a test.
    asked: 'maybe again',
  }),
);

const waits: RestFault = {
  name: '429, Retry-After: 1',
  wrong: { status: 429, headers: { 'retry-after': '1' } },
  once: HEALED,
  always: transient(/429/),
  asked: 'maybe again',
  isTold: true,
};

const NOT_WHOLE = /no whole answer/;
const brokenOff: readonly RestFault[] = [
  borne('reset before headers', { reset: 'before headers' }, NOT_WHOLE),
  borne('reset in headers', { reset: 'in headers' }, NOT_WHOLE),
  borne('reset mid body', { reset: 'mid body' }, NOT_WHOLE),
  borne('half body', { halfBody: true }, NOT_WHOLE),
  borne('truncated gzip', { truncatedGzip: true }, NOT_WHOLE),
  { ...borne('silence', { silent: true }, NOT_WHOLE), responseMs: 400 },
];

const noJson: readonly RestFault[] = [
  borne('garbled JSON', { garbled: true }, /no JSON/),
  borne('an HTML page', { html: true }, /no JSON.*tenant_url/s),
  borne('an empty body', { body: '' }, /no JSON/),
];

/** JSON that is no list of this tenant. */
const SHAPES: readonly unknown[] = [
  [],
  {},
  'null',
  { data: null },
  { data: {} },
  { data: [null] },
  { data: [{ id: 1, resourceId: 1, qID: 1 }] },
];

const wrongShapes = SHAPES.map(
  (body): RestFault => ({
    ...borne(`the shape ${JSON.stringify(body)}`, { body }, /answered (without the list|with invalid items)/),
    only: 'lists',
  }),
);

const inLists: readonly RestFault[] = [
  {
    ...borne('a page that repeats its own cursor', { repeatsCursor: true }, /page already read/),
    only: 'later pages',
  },
  ...[[1, 'x'], [[]], [{}]].map(
    (data): RestFault => ({
      name: `rows without their key: ${JSON.stringify(data)}`,
      wrong: { body: { data } },
      ...always({ failure: { type: 'system_error', says: /without their key/ } }),
      asked: 1,
      only: 'lists of rows',
    }),
  ),
  {
    name: 'a cursor that is refused',
    wrong: { expiredCursor: true },
    once: HEALED,
    always: { failure: { type: 'system_error', says: /400/ } },
    asked: 2,
    only: 'later pages',
  },
  {
    name: 'a partial answer',
    wrong: { partial: true },
    ...always(transient(/in part.*DCERROR-502/s)),
    asked: 1,
    only: 'lists',
  },
];

const redirects: readonly RestFault[] = [
  {
    name: 'a redirect to the same list on another host',
    wrong: (elsewhere) => ({ redirect: ({ pathname, search }) => `${elsewhere}${pathname}${search}` }),
    once: HEALED,
    always: config(/redirected.*tenant_url/s),
    asked: 'again',
    only: 'first pages',
  },
  {
    name: 'a redirect to a log-in page on another host',
    wrong: (elsewhere) => ({ redirect: `${elsewhere}/login?returnTo=%2F` }),
    ...always(config(/redirected.*tenant_url/s)),
    asked: 1,
    only: 'first pages',
  },
  {
    name: 'a redirect to itself',
    wrong: { redirect: ({ pathname, search }) => `${pathname}${search}` },
    once: HEALED,
    always: config(/redirected.*tenant_url/s),
    asked: 'again',
    only: 'first pages',
  },
];

/** Everything that is known to go wrong with an answer over REST. */
export const REST_FAULTS: readonly RestFault[] = [
  ...refusedStatuses.map((fault) => ({ ...fault, withApps: true })),
  ...inMidList,
  ...retriedStatuses,
  ...rateLimits,
  waits,
  ...brokenOff,
  ...noJson,
  ...wrongShapes,
  ...inLists,
  ...redirects,
];

export const KEYLESS = /without their key/;

/** Lists that come empty although they are not: a few rows are taken for deleted, many are doubted until the next sync. */
export const EMPTY_OF_FEW: RestFault = {
  name: 'an empty list of few',
  wrong: { empty: true },
  ...always({ leaves: 'buried' }),
  asked: 1,
};
export const EMPTY_OF_MANY: RestFault = {
  name: 'an empty list of many',
  wrong: { empty: true },
  ...always({ leaves: 'kept', warns: /missing, more than half.*lost permission/s }),
  asked: 1,
};

/** Nothing that has happened is taken for gone. */
export const EMPTY_OF_PAST: RestFault = {
  name: 'an empty list of what has happened',
  wrong: { empty: true },
  ...always({ leaves: 'kept' }),
  asked: 1,
};

/** Things with their names, as a table of tests takes them. */
export function named<Thing extends { readonly name: string }>(things: readonly Thing[]): [string, Thing][] {
  return things.map((thing) => [thing.name, thing]);
}
