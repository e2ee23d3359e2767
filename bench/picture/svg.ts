/** Text at a place. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Which end of the text, or its middle, is at `x`; the start, unless given. */
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly look?: 'title' | 'faint';
}

/** Two colours a thing: on a light ground and on a dark one. */
const COLOURS = {
  '.ground': ['fill: #f7f9fb; stroke: #c5d0da', 'fill: #10161d; stroke: #33414f'],
  text: ['fill: #1f2933', 'fill: #e4e9ee'],
  '.faint': ['fill: #52667a', 'fill: #9aacbd'],
  '.grid': ['stroke: #d5dee6', 'stroke: #2a3642'],
  '.fill-0': ['fill: #1f6fb2', 'fill: #58a6e8'],
  '.fill-1': ['fill: #c0631b', 'fill: #e8a15c'],
  '.fill-2': ['fill: #4f8a3c', 'fill: #86c06f'],
  '.fill-3': ['fill: #a9b7c4', 'fill: #5b6b7a'],
  '.line-0': ['stroke: #1f6fb2', 'stroke: #58a6e8'],
  '.line-1': ['stroke: #c0631b', 'stroke: #e8a15c'],
  '.line-2': ['stroke: #4f8a3c', 'stroke: #86c06f'],
} as const;

const CHARACTER_WIDTH = 6.7;

/** How much room a text needs at the most, near enough. */
export function widthOf(text: string): number {
  return Math.ceil(text.length * CHARACTER_WIDTH);
}

/** A whole picture with its title; `content` is what `label` and others make. */
export function picture(
  title: string,
  { width, height }: { width: number; height: number },
  content: string[],
): string {
  const rules = (scheme: 0 | 1) => Object.entries(COLOURS).map(([name, looks]) => `${name} { ${looks[scheme]} }`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    '<style>',
    "text { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif }",
    '.title { font-size: 13px; font-weight: 600 }',
    // Curves that lie on one another are seen all the same.
    '.curve { fill: none } .line-0 { stroke-width: 7 } .line-1 { stroke-width: 4.5 } .line-2 { stroke-width: 2 }',
    ...rules(0),
    `@media (prefers-color-scheme: dark) { ${rules(1).join(' ')} }`,
    '</style>',
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

export function label({ x, y, text, anchor, look }: Label): string {
  const attributes = [look && ` class="${look}"`, anchor && ` text-anchor="${anchor}"`].filter(Boolean).join('');
  return `<text x="${short(x)}" y="${short(y)}"${attributes}>${escaped(text)}</text>`;
}

/** A coordinate: a tenth of a pixel is seen by nobody. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
