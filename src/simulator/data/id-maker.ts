import { chance, type Die, pick, uuid } from './dice.ts';

/** Ids as Qlik makes them: mostly a few letters, sometimes a UUID. */
export function idMaker(die: Die, taken: { has(id: string): boolean } = new Set()): () => string {
  const made = new Set<string>();
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
  return () => {
    for (;;) {
      const id = chance(die, 30) ? uuid(die) : Array.from({ length: 6 }, () => pick(die, [...letters])).join('');
      if (made.has(id) || taken.has(id)) continue;
      made.add(id);
      return id;
    }
  };
}
