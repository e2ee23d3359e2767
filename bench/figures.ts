import type { Result, Run } from './rounds.ts';

/** A figure of a run. */
export type Figure = (run: Run) => number;

export const wall: Figure = ({ wallSeconds }) => wallSeconds;
export const cpu: Figure = ({ cpuSeconds }) => cpuSeconds;
export const memory: Figure = ({ peakMiB }) => peakMiB;

/** The median of a figure over the rounds; none of who failed. */
export function medianOf({ runs, failure }: Result, figure: Figure): number | undefined {
  return failure ? undefined : median(Object.values(runs).map(figure));
}

/** How many times the reference's figure it is: the median over the rounds in which both ran. */
export function ratio(result: Result, reference: Result, figure: Figure): number | undefined {
  return compared(result, reference, (one, other) => figure(one) / figure(other));
}

/** By how much it is over the reference's figure: the median over the rounds in which both ran. */
export function excess(result: Result, reference: Result, figure: Figure): number | undefined {
  return compared(result, reference, (one, other) => figure(one) - figure(other));
}

function compared(result: Result, reference: Result, compare: (one: Run, other: Run) => number): number | undefined {
  if (result.failure || reference.failure) return undefined;
  const figures = Object.entries(result.runs).flatMap(([round, run]) => {
    const other = reference.runs[Number(round)];
    return other ? [compare(run, other)] : [];
  });
  return median(figures);
}

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** A figure as it stands in tables and pictures: three digits that count, or all of a whole number. */
export function written(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The figure of a contender, or that it failed. */
export function writtenOf({ failure }: Result, value: number | undefined): string {
  return failure ? 'failed' : written(value);
}
