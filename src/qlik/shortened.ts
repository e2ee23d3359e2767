/** Characters of what the tenant says that are shown. */
const LONGEST_WORDS = 500;

/**
 * The beginning of a text that came from outside. A word that does not fit is left out as a whole: half a secret would not be
 * known for one any more where secrets are masked.
 */
export function shortened(text: string): string {
  return text.length <= LONGEST_WORDS ? text : `${text.slice(0, LONGEST_WORDS + 1).replace(/\S*$/, '')}…`;
}
