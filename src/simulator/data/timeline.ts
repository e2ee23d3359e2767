import { dice, hex } from './dice.ts';

/** The simulated tenant's present, unless another is asked for: all that it begins with happened before. */
export const NOW = Date.parse('2026-01-01T00:00:00Z');

/** For how long there has been a tenant. */
const AGE_MS = NOW - Date.parse('2023-01-09T08:00:00Z');

/** No row was changed later than this after it was made. */
const DAYS_TO_CHANGE = 15;

/**
 * When rows of one kind came to be, and their ids: like Qlik's, they begin with the second of creation, as it would be if the present
 * were NOW, so that the same row has the same id every day.
 */
export interface Timeline {
  createdMs(index: number): number;
  idAt(index: number): string;
  /** The index that an id was made from, or -1. */
  indexOf(id: string): number;
}

/** When a tenant was opened whose present is this. */
export function openedMs(nowMs: number): number {
  return nowMs - AGE_MS;
}

/** The tenant whose rows are spread over its years. */
export interface Era {
  readonly seed: number;
  /** Its present, as Unix time in milliseconds. */
  readonly nowMs: number;
}

/** Spreads `size` rows over the years before the present, in order; rows past `size` follow at a minute each. */
export function timeline({ seed, nowMs }: Era, kind: string, size: number): Timeline {
  const dieAt = dice(seed, `${kind} created`);
  const process = hex(dice(seed, `${kind} ids`)(0), 10);
  const step = Math.max(1, Math.floor((AGE_MS - DAYS_TO_CHANGE * 86_400_000) / Math.max(1, size)));

  const createdBefore = (presentMs: number, index: number) => {
    const late = index >= size;
    const start = late ? presentMs + (index - size) * 60_000 : openedMs(presentMs) + index * step;
    return start + dieAt(index)(late ? 60_000 : step);
  };
  const createdMs = (index: number) => createdBefore(nowMs, index);
  const idAt = (index: number) =>
    Math.floor(createdBefore(NOW, index) / 1000).toString(16) + process + index.toString(16).padStart(6, '0');
  const indexOf = (id: string) => {
    const index = Number.parseInt(id.slice(-6), 16);
    return idAt(index) === id ? index : -1;
  };
  return { createdMs, idAt, indexOf };
}

/** RFC 3339 with milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** RFC 3339 in whole seconds, as items give their own times. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
