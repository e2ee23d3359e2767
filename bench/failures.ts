import type { Result } from './rounds.ts';

/** A line for each who failed. */
export function failures(results: readonly Result[]): string[] {
  return results.flatMap(({ name, failure }) => (failure ? [`${name}: ${failure}`] : []));
}
