import type { JsonObject } from '../../src/cdk/protocol/messages.ts';
import { call, type Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, warningsOf } from '../../src/cdk/testing/lines.ts';
import { check } from '../../src/check/check.ts';
import { openTenant, qlikSenseCloud } from '../../src/source.ts';
import { streams } from '../../src/streams/index.ts';
import { leaks } from '../support/leaks.ts';
import { apiKeySettings } from '../support/program.ts';
import { exitViolations, protocolViolations } from '../support/protocol.ts';
import { secretsOf, toldBy } from './fault-judge.ts';
import { anotherHost, strike, tenantOf } from './rest-cells.ts';
import type { RestFault } from './rest-faults.ts';
import type { Place } from './rest-places.ts';

/** What a check is to say. */
export interface CheckExpectation {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'either';
  /** What the status has to say. */
  readonly says?: RegExp;
  /** How each warning has to begin; none may be missing or be more. */
  readonly warns?: readonly RegExp[];
  /** The same, where what happens once may be met by another call. */
  readonly orWarns?: readonly RegExp[];
  /** Whether time may mend it: an error for the platform may stand beside the status. */
  readonly mayPass?: boolean;
}

export interface CheckCell {
  readonly place: Place;
  readonly fault: RestFault;
  readonly often: 'once' | 'always';
  readonly expected: CheckExpectation;
}

const ENDURING = { retryMs: 20_000, pauseMs: 20_000 };
const IMPATIENT = { retryMs: 1_800, pauseMs: 50 };

/** What is wrong with a check that meets a fault. */
export async function checkComplaints({ place, fault, often, expected }: CheckCell): Promise<string[]> {
  await using elsewhere = await anotherHost();
  await using tenant = await tenantOf(place);
  const asked = strike(tenant, { place, fault, often }, elsewhere.url);
  const { responseMs = 0 } = fault;
  const { retryMs, pauseMs } = often === 'once' ? ENDURING : IMPATIENT;
  const patience = { retryMs: retryMs + 1.5 * responseMs, pauseMs };
  const looking: typeof qlikSenseCloud.check = (config, context) =>
    check(
      streams,
      (options) => openTenant(config, context, { ...options, patience, ...(responseMs > 0 && { responseMs }) }),
      context,
    );
  const config = { ...apiKeySettings(tenant), ...place.settings } as JsonObject;
  const outcome = await call({ ...qlikSenseCloud, check: looking } as never, { command: 'check', config });
  return [
    ...answerComplaints(outcome, expected),
    ...leaks(JSON.stringify(toldBy(outcome)), secretsOf(tenant)).map((what) => `leak: ${what}`),
    ...(asked() > 0 ? [] : ['never asked']),
    ...(elsewhere.calls() > 0 ? ['another host was asked'] : []),
  ];
}

function answerComplaints(outcome: Outcome, expected: CheckExpectation): string[] {
  const { status, says = /./, warns = [], orWarns = warns, mayPass = false } = expected;
  const lines = toldBy(outcome);
  const stdout = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const exitCode = outcome.error === undefined ? (outcome.exitCode ?? null) : 1;
  const { status: told, message = '' } = lines.find((line) => line.connectionStatus)?.connectionStatus ?? {};
  const errors = errorsOf(lines);
  const warnings = warningsOf(lines);
  const odd = errors.filter(({ failure_type }) => !(mayPass && failure_type === 'transient_error'));
  return [
    ...protocolViolations(stdout, { name: 'check' }),
    ...exitViolations(stdout, { name: 'check' }, exitCode),
    ...(told && (status === 'either' || told === status) ? [] : [`${told} instead of ${status}: ${message}`]),
    ...(says.test(message) ? [] : [`"${message}" does not say ${says}`]),
    ...odd.map((error) => `an odd error: ${error.failure_type}: ${error.message} ${error.internal_message ?? ''}`),
    ...[warns, orWarns]
      .map((due) => warningComplaints(told === 'SUCCEEDED' ? warnings : [], warnings, due))
      .reduce((one, other) => (other.length < one.length ? other : one)),
  ];
}

function warningComplaints(judged: readonly string[], told: readonly string[], dues: readonly RegExp[]): string[] {
  return [
    ...dues.filter((due) => !told.some((text) => due.test(text))).map((due) => `no warning says ${due}`),
    ...judged.filter((text) => !dues.some((due) => due.test(text))).map((text) => `an odd warning: ${text}`),
  ];
}
