import { type Facts, type Refusal, TenantError } from './error.ts';

/**
 * What a refusal comes to: one of those that callers tell apart; or what time may mend, a licence that is missing, or a call that
 * the tenant does not understand.
 */
export type Kind = Refusal | 'transient' | 'licence' | 'misunderstood';

/** HTTP statuses, of REST and of a refused upgrade alike. */
const STATUSES: { readonly [status: number]: Kind } = {
  401: 'unauthorised',
  403: 'denied',
  404: 'vanished',
  408: 'transient',
  429: 'busy',
};

/** Close codes of Qlik Cloud's engine (qlik.dev: JSON-RPC; the rest from `@qlik/api`), and those of the WebSocket protocol. */
const CLOSE_CODES: { readonly [code: number]: Kind } = {
  1009: 'tooLarge',
  4002: 'licence',
  4005: 'busy',
  4006: 'unauthorised',
  4202: 'misunderstood',
  4203: 'denied',
  4204: 'vanished',
  4205: 'busy',
  4230: 'busy',
  4240: 'busy',
};

/** Error codes of the engine's answers (its schema calls them LOCERR_…). */
const ANSWER_CODES: { readonly [code: number]: Kind } = {
  5: 'denied',
  8: 'misunderstood',
  9: 'misunderstood',
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
  [-32600]: 'misunderstood',
  [-32601]: 'misunderstood',
  [-32602]: 'misunderstood',
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

const KINDS = { upgrade: STATUSES, close: CLOSE_CODES, answer: ANSWER_CODES, session: SESSION_STATES };

/** The kind of a refusal by the engine: a status in place of the upgrade, a close code, an error code or a session's state. */
export function kindOf(where: keyof typeof KINDS, code: number | string): Kind {
  const kinds: { readonly [code: number | string]: Kind } = KINDS[where];
  // What is not listed, time may mend.
  return kinds[code] ?? 'transient';
}

/** The kind of a refusal by REST; a status that Qlik does not document for what is asked means that the connector is wrong. */
export function kindOfStatus(status: number): Kind {
  return STATUSES[status] ?? (status >= 500 ? 'transient' : 'misunderstood');
}

const FAILURE_TYPES: { readonly [kind in Kind]: TenantError['failureType'] } = {
  denied: 'config_error',
  vanished: 'config_error',
  busy: 'transient_error',
  transient: 'transient_error',
  tooLarge: 'transient_error',
  unauthorised: 'config_error',
  licence: 'config_error',
  misunderstood: 'system_error',
};

/** The failure that a refusal of some kind is: `said` is what was asked and what came back. */
export function failureOf(kind: Kind, said: string, facts: Facts): TenantError {
  const refusal = kind === 'transient' || kind === 'licence' || kind === 'misunderstood' ? undefined : kind;
  return new TenantError(FAILURE_TYPES[kind], said, { ...facts, ...(refusal && { refusal }) });
}

/** What is asked of one app, or of one space. */
interface Part {
  readonly app?: string;
  /** What is not shown where the part is out, in words. */
  readonly what: string;
  readonly remedy: string;
}

/** The failure of what was asked of a part: one that may not be read, or is gone (Qlik answers 404 for both), is out by itself. */
export function failureOfPart(error: unknown, { app, what, remedy }: Part): unknown {
  const { status } = error instanceof TenantError ? error.facts : {};
  const kind = status === undefined ? undefined : kindOfStatus(status);
  if (kind !== 'denied' && kind !== 'vanished') return error;
  return failureOf(kind, `${what} (${status}).`, { status, app, ofWhole: true, remedy, cause: error });
}

/** The failure of a list of the whole tenant that may be denied while its parts are shown: then it shows as a refusal. */
export function failureOfTenantList(error: unknown): unknown {
  if (!(error instanceof TenantError) || error.facts.status !== 403) return error;
  return failureOf('denied', error.said, { ...error.facts, ofWhole: true, cause: error });
}
