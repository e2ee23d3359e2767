import { ConnectorError } from '../errors.ts';
import type { JsonObject, Schema, SyncMode } from '../protocol/messages.ts';
import { violations } from '../protocol/validation.ts';
import { isLogStream, isPartitionStream, type Stream, type StreamFacts } from '../stream.ts';
import { SAVED_REFRESH } from './full-refresh.ts';
import { SAVED_LOG } from './log-ledger.ts';
import { SAVED_PARTITIONS } from './partition-ledger.ts';
import { FIRST_FORM, rowFormOf } from './row-form.ts';
import { SAVED_OVERFULL, SAVED_ROWS } from './row-ledger.ts';

/** The version of the form of states. */
export const STATE_VERSION = 2;

/** Version 1 announces no rows. */
const KNOWN_VERSIONS: readonly unknown[] = [1, STATE_VERSION];

/** What earlier syncs left for a stream. */
export interface Saved {
  /** The latest value of the cursor that they sent. */
  readonly latest?: string;
  /** The upstream that they read, as it names itself. */
  readonly upstream?: string;
  /** Where that was found. */
  readonly address?: string;
  /** Fingerprint of the settings that decided which partitions were listed. */
  readonly scope?: number;
  /** Whether the rows that they sent had another form: then any of them may differ. */
  readonly hasOtherForm?: boolean;
  /** What its ledger has to know; empty where that was left by a sync of the other mode. */
  readonly ledger: JsonObject;
}

const HEAD = {
  type: 'object',
  required: ['version', 'sync', 'latest'],
  properties: {
    version: { enum: KNOWN_VERSIONS },
    sync: { enum: ['full_refresh', 'incremental'] satisfies SyncMode[] },
    // A later time could not be written in the same form.
    latest: { type: 'string', format: 'date-time', pattern: '^[0-8]' },
    upstream: { type: 'string' },
    address: { type: 'string' },
    scope: { type: 'integer' },
    form: { type: 'string', pattern: '^\\d+\\.\\d+$' },
  },
} satisfies Schema;

/**
 * What a saved state means in a sync mode. In a state that holds nothing but a time under the name of the source's own modification
 * time, all rows that are not newer count as delivered. Throws a `config_error` for anything else that no read has printed: half a
 * state would lose rows in silence.
 */
export async function savedState(stream: Stream<never>, mode: SyncMode, state: JsonObject | undefined): Promise<Saved> {
  if (state === undefined || Object.keys(state).length === 0) return { ledger: {} };
  const until = handWritten(stream, state);
  if (until !== undefined) return { ledger: mode === 'incremental' ? { deliveredUntil: until } : {} };
  const { version } = state;
  if (typeof version === 'number' && !KNOWN_VERSIONS.includes(version)) {
    throw unusable(stream, `it is of version ${version}, and this connector knows up to version ${STATE_VERSION}`);
  }
  if (version === undefined) {
    const field = stream.updatedField;
    const byHand = field && JSON.stringify({ [field]: '2026-01-31T00:00:00Z' });
    const orTime = byHand ? `, and is not a time given by hand either, such as ${byHand}` : '';
    throw unusable(stream, `it has no version${orTime}`);
  }
  const [wrong] = await violations(schemaOf(stream, state), state);
  if (wrong !== undefined) throw unusable(stream, wrong);
  if (!areKeys(stream, state as SavedKeys))
    throw unusable(stream, 'it names a row by something that is not a key of the stream');
  const { latest, upstream, address, scope, sync, form = FIRST_FORM } = state as unknown as SavedHead;
  return {
    ...(latest !== undefined && { latest }),
    ...(upstream !== undefined && { upstream }),
    ...(address !== undefined && { address }),
    ...(scope !== undefined && { scope }),
    ...(form !== rowFormOf(stream) && { hasOtherForm: true }),
    ledger: sync === mode ? state : {},
  };
}

interface SavedHead extends Pick<Saved, 'latest' | 'upstream' | 'address' | 'scope'> {
  readonly sync: SyncMode;
  /** The form of the rows. States of 0.1.0 do not have it. */
  readonly form?: string;
}

/** What names rows in a state. A section without keys holds one row, which is called like it. */
interface SavedKeys {
  readonly keys?: unknown;
  readonly whole?: { readonly keys: readonly string[] };
  readonly partitions?: readonly { readonly id: string; readonly keys?: readonly string[] }[];
}

function areKeys(stream: Stream<never>, { keys, whole, partitions = [] }: SavedKeys): boolean {
  const parts = stream.primaryKey.length;
  const ownParts = isPartitionStream(stream) ? parts - 1 : parts;
  // Where a ledger names no rows, anything may stand under that name.
  const named = Array.isArray(keys) ? keys : (whole?.keys ?? []);
  return (
    named.every((key) => isKey(String(key), parts)) &&
    partitions.every(({ id, keys: own = [] }) => isKey(id, 1) && own.every((key) => isKey(key, ownParts)))
  );
}

/** Whether `keyOf` makes such a text of so many values. */
function isKey(text: string, parts: number): boolean {
  if (!text.startsWith('[')) return parts === 1 && text !== '';
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) && values.length === parts && JSON.stringify(values) === text;
  } catch {
    return false;
  }
}

/** Says why a saved state is refused. */
export function unusable({ name }: StreamFacts, reason: string): ConnectorError {
  const message =
    `The saved state of the stream ${name} cannot be used: ${reason}. ` +
    'Give it the state as an earlier read printed it, or clear the state of this stream to read it afresh.';
  return new ConnectorError('config_error', message);
}

/** A day, or a time with its zone. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function handWritten({ updatedField }: StreamFacts, state: JsonObject): string | undefined {
  const [[field, value] = [], ...more] = Object.entries(state);
  if (
    updatedField === undefined ||
    field !== updatedField ||
    more.length > 0 ||
    typeof value !== 'string' ||
    !TIME.test(value)
  )
    return undefined;
  const timeMs = Date.parse(value);
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}

function schemaOf(stream: Stream<never>, state: JsonObject): Schema {
  const { required, properties } = ledgerSchema(stream, state);
  return { ...HEAD, required: [...HEAD.required, ...required], properties: { ...HEAD.properties, ...properties } };
}

function ledgerSchema(stream: Stream<never>, { sync, overfull }: JsonObject) {
  if (isPartitionStream(stream)) return sync === 'incremental' ? SAVED_PARTITIONS : SAVED_REFRESH;
  if (sync !== 'incremental') return { required: [], properties: {} };
  if (isLogStream(stream)) return SAVED_LOG;
  return overfull === true ? SAVED_OVERFULL : SAVED_ROWS;
}
