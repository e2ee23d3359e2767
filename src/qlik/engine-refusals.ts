import { type Facts, TenantError } from './error.ts';
import { networkFailure } from './network-failure.ts';
import { failureOf, type Kind, kindOf } from './refusals.ts';

/** The upgrade to a WebSocket was answered with a status in its place. */
export function upgradeRefused(app: string, status: number, retryAfterMs: number | undefined): TenantError {
  return refused(app, kindOf('upgrade', status), `answered ${status}`, { status, retryAfterMs, ofWhole: true });
}

/** The session was refused in the first message. */
export function sessionRefused(app: string, state: string): TenantError {
  return refused(app, kindOf('session', state), `refused the session (${state})`, {
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

/** Close codes that come without words; undici takes 128 MiB in a message. */
const CLOSED: { readonly [code: number]: string } = {
  1006: 'the connection broke',
  1009: 'a message had more than the 128 MiB that are taken in one piece',
};

/** The socket closed while something was wanted of it. */
export function socketClosed(app: string, method: string, code: number, reason: string): TenantError {
  const why = reason || CLOSED[code];
  const said = `closed the session with code ${code}${why ? ` (${why})` : ''}`;
  const ofWhole = isOpening(method) || code === APP_DELETED;
  const isUnreachable = code === 1006;
  return refused(app, kindOf('close', code), said, { code, method, sessionLost: true, ofWhole, isUnreachable });
}

/** The error codes that are: the app is not found any more, or lies in the bin. */
const APP_GONE = new Set([1003, 1019]);

/** A call was answered with an error. Only where it was to open the app does a refusal mean the app as a whole. */
export function callRefused(app: string, method: string, code: number, message: string): TenantError {
  const ofWhole = isOpening(method) || APP_GONE.has(code);
  const kind = kindOf('answer', code);
  const said = `answered ${method} with error ${code} (${message})`;
  if (kind === 'denied' && !ofWhole) {
    const remedy = 'The credentials may open this app but not read all of it: give them a role that may.';
    return failureOf(kind, `App ${app}: the engine ${said}.`, { app, code, method, remedy });
  }
  return refused(app, kind, said, { code, method, ofWhole });
}

/** What came makes no sense, or the session was ended by us. */
export function engineFailed(app: string, method: string, fault: string, cause?: unknown): TenantError {
  return refused(app, 'transient', fault, { method, sessionLost: true, cause });
}

/** Nothing came in time. */
export function engineSilent(app: string, method: string, fault: string): TenantError {
  return refused(app, 'transient', fault, { method, sessionLost: true, isUnreachable: true });
}

/** The host of the engine could not be reached, or breaks off before a session has begun. */
export function engineUnreached(app: string, url: URL, cause: Error): TenantError {
  const { failureType, words, remedy, isUnreachable } = networkFailure(cause, url, true);
  const said = `App ${app}: the engine could not be reached (${words}).`;
  const isPassing = failureType === 'transient_error';
  return new TenantError(failureType, said, {
    ...{ app, method: 'connect', sessionLost: true, isUnreachable, cause },
    remedy: isPassing ? REMEDIES.transient : remedy,
  });
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
  misunderstood: 'The engine does not understand the connector. Please report this.',
};

function refused(app: string, kind: Kind, said: string, facts: Facts): TenantError {
  return failureOf(kind, `App ${app}: the engine ${said}.`, { ...facts, app, remedy: REMEDIES[kind] });
}
