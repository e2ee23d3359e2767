import { streamParts } from './stream-tables.ts';

/** A place for a generated part: what is between the two comments is replaced. */
const PLACE = /<!-- generated: ([^>]+?) -->.*?<!-- end -->/gs;

/** A page with all its generated parts as they should be. Throws for a part that nothing makes. */
export function withGeneratedParts(page: string): string {
  return page.replaceAll(PLACE, (_, name: string) => {
    const make = streamParts[name];
    if (!make)
      throw new Error(`A page has a place for '${name}', which is none of ${Object.keys(streamParts).join(', ')}`);
    return `<!-- generated: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });
}

/** The parts that no page has a place for. */
export function unplacedParts(pages: readonly string[]): string[] {
  const placed = new Set(pages.flatMap((page) => [...page.matchAll(PLACE)].map(([, name]) => name)));
  return Object.keys(streamParts).filter((name) => !placed.has(name));
}
