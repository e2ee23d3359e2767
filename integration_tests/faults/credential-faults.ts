import { always, borne, config, HEALED, REST_FAULTS, type RestFault } from './rest-faults.ts';

/** Before any stream has begun, none can say that it waits. */
const beforeStreams = REST_FAULTS.filter(({ isTold }) => !isTold);

/** Where a tenant says who it is: whoever may not know it reads the lists all the same. */
export const IDENTITY_FAULTS: readonly RestFault[] = [
  ...beforeStreams
    .filter(({ only }) => only === undefined || only === 'first pages')
    .map((fault) => (['403', '404'].includes(fault.name) ? { ...fault, ...always(HEALED) } : fault)),
  { name: 'no id at all', wrong: { body: {} }, ...always(HEALED), asked: 1 },
  ...[[], 'null', 5, { id: null }, { id: 5 }, { id: '' }].map((body) =>
    borne(`the shape ${JSON.stringify(body)}`, { body }, /tenants\/me.*answered/s),
  ),
];

const CLIENT = /client_id.*client_secret/s;

/** A token request never goes where a redirect leads: it holds the secret. */
const REDIRECTED_POST = always(config(/302.*tenant_url/s));

/** Where an OAuth client fetches its token. */
export const TOKEN_FAULTS: readonly RestFault[] = [
  ...[400, 401, 403].map((status) => ({
    name: String(status),
    wrong: { status },
    ...always(config(CLIENT)),
    asked: 1,
  })),
  ...beforeStreams.filter(({ name, only }) => name === '404' || (only === undefined && !/^40[13]|redirect/.test(name))),
  ...[[], {}, 'null', { access_token: null }, { access_token: 5 }, { access_token: '' }].map((body) =>
    borne(`the shape ${JSON.stringify(body)}`, { body }, /without an access_token/),
  ),
  {
    name: 'a redirect to another host',
    wrong: (elsewhere) => ({ redirect: ({ pathname }) => `${elsewhere}${pathname}` }),
    ...REDIRECTED_POST,
    asked: 1,
  },
  { name: 'a redirect to itself', wrong: { redirect: ({ pathname }) => pathname }, ...REDIRECTED_POST, asked: 1 },
];

/** A token that is refused in the middle is renewed once. */
export const TOKEN_REFUSED: RestFault = {
  name: '401 for a token',
  wrong: { status: 401 },
  once: HEALED,
  always: config(/401.*client_secret/s),
  asked: 2,
};
