import type { StreamFacts } from '../stream.ts';

/** The version of what the shim makes of the rows of all streams; to be raised where it writes the same row otherwise than before. */
const SHIM_FORM = 2;

/** What rows were like that a state covers which does not say so. */
export const FIRST_FORM = '1.1';

/** The form of a stream's rows: the shim's version of it, then the stream's own. */
export function rowFormOf({ rowForm = 1 }: StreamFacts): string {
  return `${SHIM_FORM}.${rowForm}`;
}
