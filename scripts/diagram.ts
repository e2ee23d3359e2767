import { type Box, type Edge, furtherPicture, HEADER, mainPicture, type Picture } from './diagram-layout.ts';

const [INK, LINE, PAPER, TINT] = ['#1f2933', '#52667a', '#ffffff', '#dfeaf5'];

const STYLE = `
    text { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: ${INK}; }
    .stream { font-size: 13px; font-weight: 600; }
    .field { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
    .key { font-weight: 700; }
    .label { font-size: 11px; fill: ${LINE}; }
    .edge { fill: none; stroke: ${LINE}; stroke-width: 1.3; marker-end: url(#arrow); }
    .dangles { stroke-dasharray: 5 4; }
    .box { fill: ${PAPER}; stroke: ${LINE}; }
    .head { fill: ${TINT}; stroke: ${LINE}; }`;

/** How the streams of every tenant join, as SVG. */
export function mainDiagram(): string {
  return drawn(mainPicture(), 'How the streams join', LEGEND);
}

/** What the other streams name, as SVG. */
export function furtherDiagram(): string {
  return drawn(furtherPicture(), 'What the other streams name', []);
}

/** It brings its own background, so that it can be read on any page. */
function drawn({ width, height, boxes, edges }: Picture, title: string, legend: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">${title}</title>
  <style>${STYLE}
  </style>
  <defs>
    <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
      <path d="M0 0 8 4 0 8Z" fill="${LINE}"/>
    </marker>
  </defs>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#f7f9fb" stroke="#c5d0da"/>
${[...edges.flatMap(drawnEdge), ...boxes.flatMap(drawnBox), ...legend].map((line) => `  ${line}`).join('\n')}
</svg>
`;
}

function drawnEdge({ points, label, dangles }: Edge): string[] {
  const [x, y] = label.at;
  return [
    `<path class="edge${dangles ? ' dangles' : ''}" d="M${points.map(([left, top]) => `${left} ${top}`).join(' L')}"/>`,
    `<text class="label" x="${x}" y="${y}" text-anchor="${label.anchor}">${label.text}</text>`,
  ];
}

function drawnBox({ stream, x, y, width, height, fields }: Box): string[] {
  return [
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    `<rect class="head" x="${x}" y="${y}" width="${width}" height="${HEADER}"/>`,
    `<text class="stream" x="${x + 12}" y="${y + 18}">${stream}</text>`,
    ...fields.map(
      ({ text, isKey, at: [left, top] }) =>
        `<text class="field${isKey ? ' key' : ''}" x="${left}" y="${top}">${text}</text>`,
    ),
  ];
}

const LEGEND = [
  '<text x="640" y="42">An arrow leads from a stream that holds ids to the one whose rows they name.</text>',
  '<path class="edge" d="M640 62 L696 62"/>',
  '<text x="708" y="66">every id is that of a row</text>',
  '<path class="edge dangles" d="M640 86 L696 86"/>',
  '<text x="708" y="90">some ids may be of no row: a user who was deleted still owns apps</text>',
  '<text x="640" y="114"><tspan class="key">Bold</tspan> is the primary key.</text>',
];
