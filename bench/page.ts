import type { Aim } from './aims.ts';
import type { Table, WalkReport } from './part.ts';

/** What is kept of a part, besides its picture. */
export interface Kept extends Omit<WalkReport, 'picture'> {
  /** As YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  /** Of the project, where it is known. */
  readonly commit?: string;
}

/** The page that shows what was found, in Markdown. */
export function page(parts: readonly (readonly [name: string, Kept])[]): string {
  const sections = parts.map(([name, kept]) => section(name, kept));
  const aims = parts.flatMap(([, kept]) => kept.aims);
  return `${['# Results', INTRODUCTION, table(aimTable(aims)), ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `Made by \`npm run bench\`, whose [page](../README.md) says what is measured, and how. Figures are ratios unless they are counts or a unit stands by them: the
median over the rounds of what one took by what the reference, which is 1, took in the same round.`;

function aimTable(aims: readonly Aim[]): Table {
  const rows = aims.map(({ what, aim, measured, isReached }) => [what, aim, measured, isReached ? 'yes' : 'no']);
  return { prose: 'What was aimed at:', head: ['', 'aim', 'measured', 'reached'], rows };
}

function section(name: string, { title, date, machine, commit, tables }: Kept): string {
  const at = commit ? ` Commit ${commit}.` : '';
  const head = [
    `## ${title}`,
    `${date}, ${machine}.${at} [All measurements](${name}.json).`,
    `![${title}](${name}.svg)`,
  ];
  return [...head, ...tables.map(table)].join('\n\n');
}

function table({ prose, head, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')));
  const lines = [line(head), rule, ...rows.map(line)].join('\n');
  const list = notes.map((note) => `- ${note}`).join('\n');
  return [prose, lines, list].filter(Boolean).join('\n\n');
}
