import { TenantError } from './error.ts';
import type { Probe } from './probe.ts';
import { Told, told } from './told.ts';

/** Something about Qlik that the connector takes for granted and no source makes certain. A probe asks a tenant whether it holds. */
export interface Assumption {
  /** Names it in tables and reports, such as `last-page`. */
  readonly name: string;
  /** What is assumed, in one sentence. */
  readonly claim: string;
  /** What it rests on, and why that is not certain. */
  readonly doubt: string;
  /** What of the connector relies on it: streams, or a part of it. */
  readonly reliedOnBy: string;
  /** How the connector fares where it does not hold. */
  readonly ifNot: { readonly copes: 'yes' | 'in part' | 'no' | 'not needed yet'; readonly how: string };
  /** Rejects where it cannot be asked: with a `NotAsked`, or with the `TenantError` that kept the tenant from answering. */
  ask(probe: Probe): Promise<Finding>;
}

/** What has come of asking. */
export interface Finding {
  readonly holds: boolean;
  readonly came: Told;
}

/** There is nothing in the tenant by which it could be told. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';
  readonly reason: Told;

  constructor(reason: Told) {
    super(reason.text);
    this.reason = reason;
  }
}

/** How many of some things are as they are assumed to be: all of them, if it holds. Throws a `NotAsked` where there are none. */
export function counted<T>(things: readonly T[], what: Told, isAsAssumed: (thing: T) => boolean): Finding {
  if (things.length === 0) throw new NotAsked(told`there are no ${what}`);
  const fitting = things.filter(isAsAssumed).length;
  return { holds: fitting === things.length, came: told`${fitting} of ${things.length} ${what}` };
}

/** How an answer was refused, without the words that came with it. */
export function refusalIn(error: unknown): Told {
  if (error instanceof NotAsked) return error.reason;
  if (!(error instanceof TenantError)) return told`the probe could not make sense of what came`;
  const { status, code, sessionLost } = error.facts;
  if (typeof code === 'number')
    return sessionLost ? told`the session was closed (${code})` : told`the engine's error ${code}`;
  if (typeof code === 'string') return told`refused (${Told.name(code, CODES)})`;
  if (status === undefined) return told`no answer`;
  if (status === 403) return told`refused (403)`;
  if (status === 404) return told`not there (404)`;
  return told`answered ${status}`;
}

/** Codes in words, of ours and of the engine's. */
const CODES = [
  'BUDGET-SPENT',
  'HALF-ANSWER',
  'OPENED-WITH-DATA',
  'ID-IN-NO-ADDRESS',
  'SESSION_ERROR_NO_LICENSE',
  'SESSION_ERROR_LICENSE_RENEW',
  'SESSION_ERROR_LIMIT_EXCEEDED',
  'SESSION_ACCESS_CONTROL_SETUP_FAILURE',
  'SESSION_ERROR_APP_ACCESS_DENIED',
];
