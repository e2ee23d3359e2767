/** Fewer names may vanish all at once: small tables do get emptied. */
const FEWEST_TO_DOUBT = 20;

/** What a complete list lacks of what was known. */
export interface Missing {
  readonly names: readonly string[];
  /** How many names were known. */
  readonly known: number;
  /** Names that the list before lacked too, and that were doubted then. */
  readonly doubted: ReadonlySet<string>;
}

/** Which of the missing names are gone, and which may come back. */
export interface Verdict {
  readonly gone: readonly string[];
  readonly doubted: readonly string[];
}

/** Where nothing is known that could be missing. */
export const NONE_MISSING: Verdict = { gone: [], doubted: [] };

/**
 * If more than half of at least 20 known names are missing all of a sudden, a lost permission is likelier than deletions: they
 * are doubted until the next list lacks them too. If not `isGuarded`, missing names are gone at once.
 */
export function judged({ names, known, doubted }: Missing, isGuarded: boolean): Verdict {
  const surprising = names.filter((name) => !doubted.has(name));
  const isDoubtful = isGuarded && known >= FEWEST_TO_DOUBT && surprising.length > known / 2;
  if (!isDoubtful) return { gone: names, doubted: [] };
  return { gone: names.filter((name) => doubted.has(name)), doubted: surprising };
}

/** The warning about what is doubted. */
export function lostPermission(what: string): string {
  return (
    `${what} are missing, more than half of all, from a list that is complete. That looks like a lost permission rather than ` +
    'like deletions: they stay in the warehouse until the next sync finds the same. Check what the credentials may see.'
  );
}

/** The warning about what is deleted since the settings no longer admit it. */
export function keptOut(what: string): string {
  return (
    `${what} are deleted: the settings that choose what is read have changed since the last sync, and no longer admit them. ` +
    'If that was not intended, correct the settings: the next sync sends them again.'
  );
}
