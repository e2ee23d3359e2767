import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import type { FailureType } from './fault-judge.ts';

/** What comes of an app that meets a fault. */
export type AppExpectation =
  /** All of it is read. */
  | { readonly kind: 'whole' }
  /** It keeps what was delivered before, and is named; nobody is at fault. */
  | { readonly kind: 'out'; readonly says: RegExp }
  /** It is named, and its streams are INCOMPLETE. */
  | { readonly kind: 'failed'; readonly type: FailureType; readonly says: RegExp }
  /** Something in it is taken for deleted, until it is read in full again. */
  | { readonly kind: 'poorer' };

/** A moment of a visit, and the streams that cannot do without it. */
export interface Step {
  readonly name: string;
  readonly fault: Pick<EngineFault, 'at' | 'method' | 'after'>;
  readonly isOpening: boolean;
  /** Those that fail for sure; sheets may fail with charts where the session ends early. */
  readonly needs: readonly string[];
}

/** What goes wrong, and what is to come of it at each step, for one time and for always. */
export interface EngineTrouble {
  readonly name: string;
  readonly wrong: EngineFault;
  readonly at: (step: Step) => { readonly once: AppExpectation; readonly always: AppExpectation } | undefined;
  /** Each step of a visit may take as long. */
  readonly timeoutMs?: number;
}

export type Expectations = ReturnType<EngineTrouble['at']>;

export const WHOLE: AppExpectation = { kind: 'whole' };
export const same = (expected: AppExpectation) => ({ once: expected, always: expected });
export const borne = (says: RegExp) => ({ once: WHOLE, always: failed('transient_error', says) });

export function failed(type: FailureType, says: RegExp): AppExpectation {
  return { kind: 'failed', type, says };
}

const BOTH = ['sheets', 'charts'];
const opening = (name: string, fault: Step['fault']): Step => ({ name, fault, isOpening: true, needs: BOTH });
const asking = (method: string, needs: readonly string[] = ['charts']): Step => ({
  name: method,
  fault: { method },
  isOpening: false,
  needs,
});

export const UPGRADE = opening('the upgrade', { at: 'upgrade' });
export const FIRST_WORDS = opening('OnConnected', { at: 'connect' });
const CONNECTED = opening('right after OnConnected', { at: 'connected' });

/** What a visit asks, in the order of asking. */
export const REQUESTS: readonly Step[] = [
  opening('OpenDoc', { method: 'OpenDoc' }),
  asking('GetAppLayout', BOTH),
  { ...asking('GetObjects', BOTH), name: 'GetObjects (sheets)' },
  { ...asking('GetObjects'), name: 'GetObjects (master items)', fault: { method: 'GetObjects', after: 1 } },
  asking('CreateSessionObject'),
  asking('GetLayout'),
  asking('GetObject'),
  asking('GetFullPropertyTree'),
];

/** All moments at which a socket may close. */
export const MOMENTS: readonly Step[] = [UPGRADE, FIRST_WORDS, CONNECTED, ...REQUESTS];
