/**
 * Stands in a text for what only the engine can put there: no text of a tenant holds this character, which is none of Unicode's. It
 * counts as a letter, so that a name that touches it is seen to be incomplete.
 */
export const OPAQUE = '\uFFFF';

/** A part of an expression that is computed when the expression is. */
export interface Opaque {
  /** As it is written, such as `$(=Max(Year))`. */
  readonly source: string;
  /** The texts that may come of it, as far as its own expression holds them all; undefined where they are not known. */
  readonly alternatives: readonly string[] | undefined;
}
