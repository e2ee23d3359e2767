import type { Run, StreamRun } from './program.ts';

/** A sync, and what it asked of the tenant. */
export interface Sync extends Run {
  /** Over REST. */
  readonly calls: number;
  /** Apps opened. */
  readonly opens: number;
  readonly engineCalls: number;
}

type Syncs = readonly [Sync, Sync, Sync];

/** What a first, a second and a third sync sent of each stream, and what they cost. */
export function syncTable(streams: readonly string[], syncs: Syncs): string {
  return aligned([
    ['stream', 'first sync', 'second sync', 'deleted', 'third sync', 'status'],
    ...streams.map((name) => [name, ...sumsOf([name], syncs), endsOf(name, syncs)]),
    ['in all', ...sumsOf(streams, syncs)],
    [],
    ...costs(syncs),
  ]);
}

const SHOWN = ['users', 'spaces', 'apps', 'sheets', 'charts', 'connections'];

/** The same in twelve lines: the streams that people know best, the others together. */
export function screenTable(streams: readonly string[], syncs: Syncs): string {
  const others = streams.filter((name) => !SHOWN.includes(name) && name !== 'app_coverage');
  return aligned([
    ['rows', 'first sync', 'second sync', 'deleted', 'third sync', ''],
    ...SHOWN.map((name) => [name, ...sumsOf([name], syncs)]),
    [`${others.length} other streams`, ...sumsOf(others, syncs)],
    ['what could be read', ...sumsOf(['app_coverage'], syncs)],
    ...costs(syncs).slice(0, 2),
  ]);
}

/** Rows of some streams that each sync sent, and that the second found gone; the third has none to bury. */
function sumsOf(names: readonly string[], [first, second, third]: Syncs): number[] {
  const runs = names.map((name) => [runOf(first, name), runOf(second, name), runOf(third, name)] as const);
  const figures = runs.map(([one, two, three]) => [one.sent, two.sent, two.deleted, three.sent + three.deleted]);
  return figures.reduce((sums, row) => sums.map((sum, column) => sum + (row[column] ?? 0)), [0, 0, 0, 0]);
}

function costs([first, second, third]: Syncs) {
  return [
    ['REST calls', first.calls, second.calls, '', third.calls],
    ['apps opened', first.opens, second.opens, '', third.opens],
    ['engine calls', first.engineCalls, second.engineCalls, '', third.engineCalls],
  ];
}

function runOf({ streams }: Sync, name: string): StreamRun {
  return streams.get(name) ?? { sent: 0, deleted: 0 };
}

/** One word where all syncs ended alike. */
function endsOf(name: string, syncs: Syncs): string {
  return [...new Set(syncs.map((sync) => runOf(sync, name).status ?? 'not read'))].join(', ');
}

/** Figures to the right, words to the left. */
function aligned(rows: readonly (readonly (string | number)[])[]): string {
  const printed = rows.map((cells) => cells.map((cell) => cell.toLocaleString('en')));
  const [header = []] = printed;
  const widths = header.map((_, column) => Math.max(...printed.map((cells) => cells[column]?.length ?? 0)));
  const isWords = (column: number) => column === 0 || column === header.length - 1;
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell[isWords(column) ? 'padEnd' : 'padStart'](widths[column] ?? 0)).join('   ');
  return printed.map((cells) => `  ${line(cells)}`.trimEnd()).join('\n');
}
