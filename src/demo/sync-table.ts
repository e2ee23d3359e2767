import type { Run, StreamRun } from './program.ts';

/** A sync, and what it asked of the tenant. */
export interface Sync extends Run {
  /** Over REST. */
  readonly calls: number;
  /** Apps opened. */
  readonly opens: number;
  readonly engineCalls: number;
}

/** What a first, a second and a third sync sent of each stream, and what they cost. */
export function syncTable(streams: readonly string[], [first, second, third]: readonly [Sync, Sync, Sync]): string {
  const figures = streams.map((name) => {
    const [one, two, three] = [runOf(first, name), runOf(second, name), runOf(third, name)];
    return [one.sent, two.sent, two.deleted, three.sent + three.deleted];
  });
  const sums = figures.reduce((sum, row) => sum.map((value, column) => value + (row[column] ?? 0)), [0, 0, 0, 0]);
  return aligned([
    ['stream', 'first sync', 'second sync', 'deleted', 'third sync', 'status'],
    ...streams.map((name, index) => [name, ...(figures[index] ?? []), endsOf(name, [first, second, third])]),
    ['in all', ...sums],
    [],
    ['REST calls', first.calls, second.calls, '', third.calls],
    ['apps opened', first.opens, second.opens, '', third.opens],
    ['engine calls', first.engineCalls, second.engineCalls, '', third.engineCalls],
  ]);
}

function runOf({ streams }: Sync, name: string): StreamRun {
  return streams.get(name) ?? { sent: 0, deleted: 0 };
}

/** One word where all syncs ended alike. */
function endsOf(name: string, syncs: readonly Sync[]): string {
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
