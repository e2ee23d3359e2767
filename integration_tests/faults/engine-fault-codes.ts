import {
  borne,
  type EngineTrouble,
  type Expectations,
  failed,
  REQUESTS,
  type Step,
  same,
  WHOLE,
} from './engine-fault-table.ts';

// The codes are those of Qlik's documentation and schema, as the project's notes on the engine list them; what they mean
// for a sync is what the design's table of errors says.

const CAN_VIEW = /role in the space/;
const GONE = /deleted, or taken out of sight/;
const LATER = /later/;
const REPORT = /Please report/;

const isOf = (method: string, { fault }: Step) => fault.method === method;

const out = (says: RegExp): Expectations => same({ kind: 'out', says });
const denied = ({ isOpening }: Step): Expectations =>
  isOpening ? out(CAN_VIEW) : same(failed('config_error', /give them a role|role in the space/));

/** Closes with a meaning of their own; with any other the session is opened again. */
const CLOSES: { readonly [code: number]: (step: Step) => Expectations } = {
  1009: (step) => (isOf('GetFullPropertyTree', step) ? same(WHOLE) : borne(/1009/)),
  4002: () => same(failed('config_error', /licence/)),
  4005: () => borne(LATER),
  4202: () => same(failed('system_error', REPORT)),
  4203: denied,
  4204: () => out(GONE),
  4205: () => borne(LATER),
  4230: () => borne(LATER),
  4240: () => borne(LATER),
};

/** 1004, 1005, 1006 and 1015 are never sent; the simulator takes 1005 for a close without a code and 1006 for a reset. */
const PROTOCOL_CLOSES = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const QLIK_CLOSES = [4000, 4001, 4002, 4003, 4004, 4005, 4007, 4200, 4201, 4202, 4203, 4204, 4205, 4206];
const MORE_CLOSES = [4210, 4211, 4220, 4222, 4230, 4240, 3000, 4008, 4299, 4999];

/** Sockets that close, with each code but 4006, which is about the credentials. */
export const CLOSE_TROUBLES: readonly EngineTrouble[] = [...PROTOCOL_CLOSES, ...QLIK_CLOSES, ...MORE_CLOSES].map(
  (close) => ({
    name: `close ${close}`,
    wrong: { close },
    at: (step) => {
      // Before the upgrade a connection can be cut off and nothing else.
      if (step.fault.at === 'upgrade') return close === 1006 ? borne(/could not be reached|1006/) : undefined;
      // A tree that breaks the socket again and again is fetched in pieces.
      if (close === 1006 && isOf('GetFullPropertyTree', step)) return same(WHOLE);
      return CLOSES[close]?.(step) ?? borne(new RegExp(`\\b${close}\\b`));
    },
  }),
);

const OF_OBJECTS = /^(GetObject|GetFullPropertyTree)$/;
const notFound = ({ fault }: Step): Expectations =>
  OF_OBJECTS.test(fault.method ?? '') ? same({ kind: 'poorer' }) : borne(/error 2\b/);
const inPieces = (code: number) => (step: Step) =>
  isOf('GetFullPropertyTree', step) ? same(WHOLE) : borne(new RegExp(`error ${code}\\b`));
/** Where one way to ask is not understood there may be another. */
const notUnderstood = (step: Step): Expectations => {
  if (isOf('GetObjects', step)) return same(WHOLE);
  const refused = failed('system_error', REPORT);
  return isOf('GetAppLayout', step) ? { once: WHOLE, always: refused } : same(refused);
};

/** Errors with a meaning of their own; with any other the call is made again. */
const ERRORS: { readonly [code: number]: (step: Step) => Expectations } = {
  2: notFound,
  5: denied,
  403: denied,
  4000: denied,
  12002: denied,
  12004: denied,
  404: ({ isOpening }) => (isOpening ? out(GONE) : same(failed('config_error', /404/))),
  // The way back into an app that is open already leads nowhere where it is not.
  1002: (step) => borne(isOf('OpenDoc', step) ? /without what was asked for/ : /error 1002\b/),
  1003: () => out(GONE),
  1019: () => out(GONE),
  8: notUnderstood,
  9: () => same(failed('system_error', REPORT)),
  20: (step) =>
    isOf('GetObjects', step) || isOf('GetAppLayout', step)
      ? { ...borne(/error 20\b/), ...(isOf('GetObjects', step) && same(WHOLE)) }
      : borne(/error 20\b/),
  [-32600]: () => same(failed('system_error', REPORT)),
  [-32601]: notUnderstood,
  [-32602]: notUnderstood,
  19: inPieces(19),
  1015: inPieces(1015),
  [-32604]: inPieces(-32604),
  8000: inPieces(8000),
  8001: inPieces(8001),
  8002: inPieces(8002),
  9003: inPieces(9003),
};

const GENERIC = [-128, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22];
const LIKE_HTTP = [400, 403, 404, 408, 423, 429, 500, 502, 503];
const OF_APPS = [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1013, 1014, 1015, 1016, 1017, 1018, 1019];
const OF_ACCESS = [4000, 5000, 5006, 5007, 5009, 12002, 12004];
const OF_CUBES = [6001, 6003, 7002, 7003, 7004, 7005, 7009];
const OF_THE_REST = [8000, 8001, 8002, 9003, 9011, 9012, 11000, 20000];
const OF_JSON_RPC = [-32600, -32601, -32602, -32603, -32604, -32700];
const UNKNOWN = [42, -5, 99_999];

/** Every error code that is known, 401 apart, which is about the credentials; and some that are not. */
export const ERROR_TROUBLES: readonly EngineTrouble[] = [
  ...GENERIC,
  ...LIKE_HTTP,
  ...OF_APPS,
  ...OF_ACCESS,
  ...OF_CUBES,
  ...OF_THE_REST,
  ...OF_JSON_RPC,
  ...UNKNOWN,
].map((error) => ({
  name: `error ${error}`,
  wrong: { error },
  at: (step) =>
    REQUESTS.includes(step) ? (ERRORS[error]?.(step) ?? borne(new RegExp(`error ${error}\\b`))) : undefined,
}));

const state = (name: string, expectations: Expectations): EngineTrouble => ({
  name,
  wrong: { at: 'connect', sessionState: name },
  at: ({ fault }) => (fault.at === 'connect' ? expectations : undefined),
});

/** First words of a session that lets nobody in. */
const STATE_TROUBLES: readonly EngineTrouble[] = [
  state('SESSION_ERROR_NO_LICENSE', same(failed('config_error', /licence/))),
  state('SESSION_ERROR_LICENSE_RENEW', same(failed('config_error', /licence/))),
  state('SESSION_ERROR_LIMIT_EXCEEDED', borne(LATER)),
  state('SESSION_ERROR_SECURITY_HEADER_CHANGED', borne(/SECURITY_HEADER_CHANGED/)),
  state('SESSION_ACCESS_CONTROL_SETUP_FAILURE', out(CAN_VIEW)),
  state('SESSION_ERROR_APP_ACCESS_DENIED', out(CAN_VIEW)),
  state('SESSION_ERROR_APP_FAILURE', borne(/APP_FAILURE/)),
  state('SESSION_OF_A_KIND_NOBODY_KNOWS', borne(/NOBODY_KNOWS/)),
];

const status = (http: number, expectations: Expectations, retryAfter?: string): EngineTrouble => ({
  name: retryAfter === undefined ? `status ${http}` : `status ${http}, Retry-After: ${retryAfter}`,
  wrong: { http, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) },
  at: ({ fault }) => (fault.at === 'upgrade' ? expectations : undefined),
});

/** Statuses in place of the upgrade, 401 apart, which is about the credentials. */
const STATUS_TROUBLES: readonly EngineTrouble[] = [
  status(403, out(CAN_VIEW)),
  status(404, out(GONE)),
  ...[408, 500, 502, 503, 504, 400, 418].map((code) => status(code, borne(new RegExp(`answered ${code}`)))),
  ...[undefined, '0', 'soon', '-5', 'Wed, 21 Oct 2015 07:28:00 GMT', '1e99'].map((after) =>
    status(429, borne(LATER), after),
  ),
];

export const OPENING_TROUBLES: readonly EngineTrouble[] = [...STATE_TROUBLES, ...STATUS_TROUBLES];
