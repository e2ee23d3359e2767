import { keyOf } from '../support/destination.ts';
import type { Json } from '../support/messages.ts';
import { appIn, contentOf, difference, discrepancies, type Rows } from './model-rows.ts';

/** What is known of one stream after an incremental sync, to be judged. */
export interface Evidence {
  readonly name: string;
  readonly primaryKey: readonly string[];
  /** The rows that were sent, in their order. */
  readonly sent: readonly Json[];
  /** Undefined where somebody ended the program before the stream had its end. */
  readonly status: 'COMPLETE' | 'INCOMPLETE' | undefined;
  /** What the state that the sync was given stands for. */
  readonly known: Rows;
  /** What a warehouse has to hold now that held what is known. */
  readonly goal: Rows;
  /** The warehouses, each with what it holds now and what it has to hold. */
  readonly warehouses: readonly { readonly keeps: string; readonly table: Rows; readonly goal: Rows }[];
  /** What of the stream could not be read: all, or some apps. */
  readonly missed: 'listing' | ReadonlySet<string> | undefined;
  /** What may be sent though it does not differ. */
  readonly mayRepeat: (key: string) => boolean;
  /** Apps that may not be opened. */
  readonly closed: ReadonlySet<string>;
  /** The newest cursor that was ever printed, as a Unix time in milliseconds. */
  readonly latestMs: number;
}

/** All that is wrong with a stream, in words. */
export function violations(evidence: Evidence): string[] {
  const { name, status, missed, sent, primaryKey } = evidence;
  const keys = sent.map((row) => keyOf(row, primaryKey));
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...twice.map((key) => `sent twice: ${key}`),
    ...sent.flatMap((row) => formViolations(row, evidence)),
    ...sent.flatMap((row) => needless(row, evidence)),
    ...(status === 'INCOMPLETE' && missed === undefined ? ['INCOMPLETE without a cause'] : []),
    ...shortcomings(evidence, new Set(keys)),
  ].map((fault) => `${name}: ${fault}`);
}

export function isTombstone(row: Json): boolean {
  return row._ab_cdc_deleted_at !== null;
}

const CHANGE_COLUMNS = ['_ab_cdc_updated_at', '_ab_cdc_deleted_at'];

function formViolations(row: Json, { primaryKey, latestMs }: Evidence): string[] {
  const cursorMs = Date.parse(String(row._ab_cdc_updated_at));
  const fields = Object.keys(row).sort().join();
  const due = [...primaryKey, ...CHANGE_COLUMNS].sort().join();
  const deletedMs = Date.parse(String(row._ab_cdc_deleted_at));
  return [
    ...(cursorMs > latestMs
      ? []
      : [`the cursor ${row._ab_cdc_updated_at} is not after ${new Date(latestMs).toJSON()}`]),
    ...(isTombstone(row) && fields !== due ? [`a tombstone has the fields ${fields}`] : []),
    ...(isTombstone(row) && Number.isNaN(deletedMs) ? [`a tombstone was deleted at ${row._ab_cdc_deleted_at}`] : []),
  ];
}

/** What is wrong with a row's having been sent: it did not differ, or nobody could know that it was gone. */
function needless(row: Json, evidence: Evidence): string[] {
  const { known, goal, primaryKey, mayRepeat } = evidence;
  const key = keyOf(row, primaryKey);
  if (isTombstone(row)) {
    if (goal.has(key)) return [`tombstone for what is there: ${key}`];
    if (isUnread(key, evidence)) return [`tombstone for what could not be read: ${key}`];
    return known.has(key) || mayRepeat(key) ? [] : [`tombstone for what was not delivered: ${key}`];
  }
  const content = contentOf(row);
  if (content !== goal.get(key))
    return discrepancies(new Map([[key, content]]), new Map([...goal].filter(([other]) => other === key)));
  if (isOfClosedApp(key, evidence)) return [`sent of an app that is closed: ${key}`];
  return known.get(key) === content && !mayRepeat(key) ? [`sent though it does not differ: ${key}`] : [];
}

function isOfClosedApp(key: string, { closed, primaryKey }: Evidence): boolean {
  return primaryKey[0] === 'appId' && closed.has(appIn(key));
}

/** Whether the part of the stream that the row is in was not read to its end. */
function isUnread(key: string, { missed, status }: Evidence): boolean {
  if (status !== 'INCOMPLETE' || missed === undefined) return false;
  return missed === 'listing' || missed.has(appIn(key));
}

/** What should have been sent, and is not in a warehouse. */
function shortcomings(evidence: Evidence, sent: ReadonlySet<string>): string[] {
  const { status, missed, known, warehouses, goal } = evidence;
  if (status === undefined || (status === 'INCOMPLETE' && missed === 'listing')) return [];
  const isRead = (key: string) => !isUnread(key, evidence);
  const { changed, gone } = difference(known, goal);
  const due = [...changed, ...gone].filter((key) => isRead(key) && !isOfClosedApp(key, evidence));
  const unsent = due.filter((key) => !sent.has(key));
  const read = (rows: Rows) => new Map(rows.entries().filter(([key]) => isRead(key)));
  return [
    ...warehouses.flatMap(({ keeps, ...one }) =>
      discrepancies(read(one.table), read(one.goal)).map((text) => `with ${keeps}: ${text}`),
    ),
    ...(unsent.length > 0 ? [`not sent: ${unsent.slice(0, 3)} of ${unsent.length}`] : []),
  ];
}
