import { dice, hex } from './dice.ts';
import type { Plan } from './plan.ts';

/** What items call a tag or a collection that holds them. */
export interface Label {
  id: string;
  name: string;
}

const NAMES = ['Finance', 'Certified', 'KPI', 'Übersicht'];

/** Each name is that of a tag, and of a collection for all. */
export function labelsOf({ seed }: Plan): { tags: Label[]; collections: Label[] } {
  const die = dice(seed, 'labels')(0);
  const tags = NAMES.map((name) => ({ id: hex(die, 24), name }));
  const otherId = (id: string) => (id.startsWith('c') ? 'd' : 'c') + id.slice(1);
  return { tags, collections: tags.map(({ id, name }) => ({ id: otherId(id), name })) };
}
