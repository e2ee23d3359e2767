import { type Facts, type Refusal, TenantError } from './error.ts';

type Kind = Refusal | 'transient' | 'licence' | 'ours';

/** Close codes of Qlik Cloud's engine (qlik.dev: JSON-RPC; the rest from `@qlik/api`), and those of the WebSocket protocol. */
const CLOSE_CODES: { readonly [code: number]: Kind } = {
  1009: 'tooLarge',
  4002: 'licence',
  4005: 'busy',
  4006: 'unauthorised',
  4202: 'ours',
  4203: 'denied',
  4204: 'vanished',
  4205: 'busy',
  4230: 'busy',
  4240: 'busy',
};

/** Error codes of the engine's answers (its schema calls them LOCERR_…). What is not listed, time may mend. */
const ANSWER_CODES: { readonly [code: number]: Kind } = {
  5: 'denied',
  8: 'ours',
  9: 'ours',
  19: 'tooLarge',
  401: 'unauthorised',
  403: 'denied',
  404: 'vanished',
  1003: 'vanished',
  1015: 'tooLarge',
  1019: 'vanished',
  4000: 'denied',
  12002: 'denied',
  12004: 'denied',
  [-32600]: 'ours',
  [-32601]: 'ours',
  [-32602]: 'ours',
  [-32604]: 'tooLarge',
};

/** States that OnConnected may name; only the two that create or attach a session let anyone in. */
const SESSION_STATES: { readonly [state: string]: Kind } = {
  SESSION_ERROR_NO_LICENSE: 'licence',
  SESSION_ERROR_LICENSE_RENEW: 'licence',
  SESSION_ERROR_LIMIT_EXCEEDED: 'busy',
  SESSION_ACCESS_CONTROL_SETUP_FAILURE: 'denied',
  SESSION_ERROR_APP_ACCESS_DENIED: 'denied',
};

/** The upgrade to a WebSocket was answered with a status in its place. */
export function upgradeRefused(app: string, status: number, retryAfterMs: number | undefined): TenantError {
  const kinds: { readonly [status: number]: Kind } = {
    401: 'unauthorised',
    403: 'denied',
    404: 'vanished',
    429: 'busy',
  };
  return refused(app, kinds[status] ?? 'transient', `answered ${status}`, { status, retryAfterMs, ofWhole: true });
}

/** The session was refused in the first message. */
export function sessionRefused(app: string, state: string): TenantError {
  return refused(app, SESSION_STATES[state] ?? 'transient', `refused the session (${state})`, {
    // Whatever else may come in its place is for people.
    code: /^SESSION_[A-Z_]+$/.test(state) ? state : 'SESSION_REFUSED',
    ofWhole: true,
  });
}

/** Codes of the refusals that mean as many sessions as are granted are open. */
const FULL = new Set<unknown>([4005, 4230, 'SESSION_ERROR_LIMIT_EXCEEDED']);

/** Whether a session could not begin because no more are granted at a time. */
export function isFull(error: unknown): boolean {
  return error instanceof TenantError && error.facts.ofWhole === true && FULL.has(error.facts.code);
}

/** What is called before an app is open. */
function isOpening(method: string): boolean {
  return method === 'connect' || method === 'OpenDoc' || method === 'GetActiveDoc';
}

/** The one close code that is about the app as a whole whenever it comes. */
const APP_DELETED = 4204;

/** What undici takes in one message; for a longer one it breaks the connection, and does not say why. */
const BROKEN = 'the connection broke, or a message had more than the 128 MiB that are taken in one piece';

/** The socket closed while something was wanted of it. */
export function socketClosed(app: string, method: string, code: number, reason: string): TenantError {
  const why = reason || (code === 1006 ? BROKEN : '');
  const said = `closed the session with code ${code}${why && ` (${why})`}`;
  const ofWhole = isOpening(method) || code === APP_DELETED;
  return refused(app, CLOSE_CODES[code] ?? 'transient', said, { code, method, sessionLost: true, ofWhole });
}

/** The error codes that are: the app is not found any more, or lies in the bin. */
const APP_GONE = new Set([1003, 1019]);

/** A call was answered with an error. Only where it was to open the app does a refusal mean the app as a whole. */
export function callRefused(app: string, method: string, code: number, message: string): TenantError {
  const ofWhole = isOpening(method) || APP_GONE.has(code);
  const kind = ANSWER_CODES[code] ?? 'transient';
  const said = `answered ${method} with error ${code} (${message})`;
  if (kind === 'denied' && !ofWhole) {
    const remedy = 'The credentials may open this app but not read all of it: give them a role that may.';
    const facts: Facts = { app, code, method, refusal: 'denied', remedy };
    return new TenantError('config_error', `App ${app}: the engine ${said}.`, facts);
  }
  return refused(app, kind, said, { code, method, ofWhole });
}

/** Nothing came, or nothing that makes sense. */
export function engineFailed(app: string, method: string, fault: string, cause?: unknown): TenantError {
  return refused(app, 'transient', fault, { method, sessionLost: true, cause });
}

const REMEDIES: { readonly [kind in Kind]: string } = {
  denied:
    'The credentials may list this app but not open it: a tenant admin needs a role in a managed space to open its apps, and nobody but the owner may open a personal app. Give the credentials a role in the space, such as Can view.',
  vanished: 'The app was deleted, or taken out of sight, after it was listed.',
  busy: 'Qlik has no session to spare just now: try later, or lower concurrent_apps.',
  transient: 'Try later.',
  tooLarge: 'The answer is too large to be sent in one piece.',
  unauthorised: 'The engine refuses the credentials: check that they are still valid.',
  licence: 'The user has no licence that lets it open apps: assign one in Qlik, under Administration > Users.',
  ours: 'The engine does not understand the connector. Please report this.',
};

const FAILURE_TYPES: { readonly [kind in Kind]?: TenantError['failureType'] } = {
  denied: 'config_error',
  vanished: 'config_error',
  unauthorised: 'config_error',
  licence: 'config_error',
  ours: 'system_error',
};

const REFUSALS: readonly Kind[] = ['denied', 'vanished', 'busy', 'tooLarge', 'unauthorised'] satisfies Refusal[];

function isRefusal(kind: Kind): kind is Refusal {
  return REFUSALS.includes(kind);
}

function refused(app: string, kind: Kind, said: string, facts: Facts): TenantError {
  return new TenantError(FAILURE_TYPES[kind] ?? 'transient_error', `App ${app}: the engine ${said}.`, {
    ...facts,
    app,
    remedy: REMEDIES[kind],
    ...(isRefusal(kind) && { refusal: kind }),
  });
}
