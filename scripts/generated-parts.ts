import { probeParts } from './probe-tables.ts';
import { streamParts } from './stream-tables.ts';

const parts = { ...streamParts, ...probeParts };

/** A place for a generated part: what is between the two comments is replaced. */
const PLACE = /<!-- generated: ([^>]+?) -->.*?<!-- end -->/gs;

/** A page with all its generated parts as they should be. Throws for a part that nothing makes. */
export function withGeneratedParts(page: string): string {
  return page.replaceAll(PLACE, (_, name: string) => {
    const make = parts[name];
    if (!make) throw new Error(`A page has a place for '${name}', which is none of ${Object.keys(parts).join(', ')}`);
    return `<!-- generated: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });
}

/** The parts that no page has a place for. */
export function unplacedParts(pages: readonly string[]): string[] {
  const placed = new Set(pages.flatMap((page) => [...page.matchAll(PLACE)].map(([, name]) => name)));
  return Object.keys(parts).filter((name) => !placed.has(name));
}
