/** Longer texts are compared by their beginnings. */
const COMPARED = 40;

/**
 * The texts that a pattern most nearly fits, at most so many, the nearest first: by how many letters would have to be put in, left
 * out or replaced until it fits, in upper or lower case. A text that the pattern is a part of is one letter away.
 */
export function nearest(patterns: readonly string[], texts: readonly string[], most: number): string[] {
  const wanted = patterns.map(comparable);
  const comparables = texts.map(comparable);
  const found: { readonly text: string; readonly away: number }[] = [];
  for (const [index, text] of texts.entries()) {
    const limit = found.length < most ? Number.POSITIVE_INFINITY : (found.at(-1)?.away ?? 0);
    const away = wanted.reduce(
      (least, pattern) => Math.min(least, lettersAway(pattern, comparables[index] ?? '', least)),
      limit,
    );
    if (away >= limit) continue;
    const place = found.findIndex((other) => away < other.away);
    found.splice(place < 0 ? found.length : place, 0, { text, away });
    if (found.length > most) found.pop();
  }
  return found.map(({ text }) => text);
}

/** Whether a text would fit if at most one of four letters of the pattern were other ones. */
export function isNearlyRight(pattern: string, text: string): boolean {
  const most = Math.floor(pattern.trim().length / 4);
  return lettersAway(comparable(pattern), comparable(text), most + 1) <= most;
}

function comparable(text: string): string {
  return text.trim().toLowerCase().slice(0, COMPARED);
}

/** How many letters keep a pattern from fitting a text, `*` standing for anything; a number from the limit up for as many or more. */
function lettersAway(pattern: string, text: string, limit: number): number {
  if (text.includes(pattern)) return Math.min(text.length - pattern.length, 1);
  if (!pattern.includes('*') && Math.abs(pattern.length - text.length) >= limit) return limit;
  // A row for each beginning of the pattern, of which only the last one is kept; a column for each beginning of the text.
  const row = Array.from({ length: text.length + 1 }, (_, column) => column);
  for (const letter of pattern) {
    if (nextRow(row, letter, text) >= limit) return limit;
  }
  return row[text.length] ?? 0;
}

/** Turns the row for a beginning of the pattern into that for one letter more, and returns its least number. */
function nextRow(row: number[], letter: string, text: string): number {
  const isAnything = letter === '*';
  let before = row[0] ?? 0;
  let left = isAnything ? before : before + 1;
  let least = left;
  row[0] = left;
  for (let column = 1; column < row.length; column += 1) {
    const above = row[column] ?? 0;
    const changed = text[column - 1] === letter ? before : before + 1;
    left = isAnything ? Math.min(left, above) : Math.min(left + 1, above + 1, changed);
    least = Math.min(least, left);
    row[column] = left;
    before = above;
  }
  return least;
}
