import { written } from './figures.ts';

/** A figure that was aimed at, and what came of it. */
export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly isReached: boolean;
}

export function atMost(limit: number, what: string, value: number | undefined): Aim {
  return aim(`at most ${written(limit)}`, what, value, (measured) => measured <= limit);
}

export function atLeast(limit: number, what: string, value: number | undefined): Aim {
  return aim(`at least ${written(limit)}`, what, value, (measured) => measured >= limit);
}

/** What could not be measured is not reached. */
function aim(text: string, what: string, value: number | undefined, isReached: (value: number) => boolean): Aim {
  return { what, aim: text, measured: written(value), isReached: value !== undefined && isReached(value) };
}
