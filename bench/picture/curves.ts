import { label, picture, short, widthOf } from './svg.ts';

/** A line through points, whose values are not negative. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Curves that share their axes; the same names in all panels. */
export interface Plot {
  readonly title: string;
  readonly curves: readonly Curve[];
}

const COLUMNS = 3;
const MARGIN = 20;
const LEGEND_HEIGHT = 24;
const CELL = { width: 250, height: 210 };
/** Where the axes are in a cell. */
const FRAME = { left: 48, top: 30, right: 12, bottom: 28 };

/** Maps values to pixels; 0 has a place of its own, a step below the smallest power of ten. */
interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Curves with logarithmic axes in panels, three in a row, with one legend; `xTitle` is that of all horizontal axes. */
export function curves(title: string, plots: readonly Plot[], xTitle: string): string {
  const rows = Math.ceil(plots.length / COLUMNS);
  const size = { width: CELL.width * COLUMNS + MARGIN, height: MARGIN + LEGEND_HEIGHT + rows * CELL.height };
  const cells = plots.flatMap((plot, index) => {
    const left = MARGIN / 2 + (index % COLUMNS) * CELL.width;
    return cell(plot, { left, top: MARGIN + LEGEND_HEIGHT + Math.floor(index / COLUMNS) * CELL.height });
  });
  const xAxisTitle = label({ x: size.width - MARGIN, y: MARGIN + 4, text: xTitle, anchor: 'end', look: 'faint' });
  return picture(title, size, [...legend(plots[0]?.curves ?? []), xAxisTitle, ...cells]);
}

function legend(all: readonly Curve[]): string[] {
  let x = MARGIN;
  return all.flatMap(({ name }, index) => {
    const at = x;
    x += 34 + widthOf(name) + 16;
    const stroke = `<path class="curve line-${index}" d="M${at} ${MARGIN} h24"/>`;
    return [stroke, label({ x: at + 32, y: MARGIN + 4, text: name })];
  });
}

function cell({ title, curves: all }: Plot, place: { left: number; top: number }): string[] {
  const points = all.flatMap((curve) => curve.points);
  const [left, right] = [place.left + FRAME.left, place.left + CELL.width - FRAME.right];
  const [top, bottom] = [place.top + FRAME.top, place.top + CELL.height - FRAME.bottom];
  const xAxis = logarithmic(
    points.map(([x]) => x),
    left,
    right,
  );
  const yAxis = logarithmic(
    points.map(([, y]) => y),
    bottom,
    top,
  );
  const grid = (d: string) => `<path class="grid" d="${d}"/>`;
  return [
    label({ x: left, y: place.top + 16, text: title, look: 'title' }),
    ...yAxis.ticks.flatMap((tick) => [
      grid(`M${left} ${short(yAxis.place(tick))} H${right}`),
      label({ x: left - 6, y: yAxis.place(tick) + 4, text: brief(tick), anchor: 'end', look: 'faint' }),
    ]),
    ...xAxis.ticks.flatMap((tick) => [
      grid(`M${short(xAxis.place(tick))} ${top} V${bottom}`),
      label({ x: xAxis.place(tick), y: bottom + 15, text: brief(tick), anchor: 'middle', look: 'faint' }),
    ]),
    ...all.flatMap((curve, index) => drawn(curve, index, xAxis, yAxis)),
  ];
}

function drawn({ points }: Curve, index: number, xAxis: Axis, yAxis: Axis): string[] {
  const at = points.map(([x, y]) => [short(xAxis.place(x)), short(yAxis.place(y))] as const);
  return [
    `<path class="curve line-${index}" d="M${at.map((point) => point.join(' ')).join(' L')}"/>`,
    ...at.map(([x, y]) => `<circle class="fill-${index}" cx="${x}" cy="${y}" r="${4.5 - index}"/>`),
  ];
}

/** An axis from whole powers of ten to whole powers of ten, from one pixel to another. */
function logarithmic(values: readonly number[], from: number, to: number): Axis {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...logs, Number.POSITIVE_INFINITY));
  const first = Number.isFinite(low) ? low : 0;
  const last = Math.max(first + 1, ...logs.map((log) => Math.ceil(log)));
  const hasZero = values.some((value) => value <= 0);
  const start = hasZero ? first - 1 : first;
  const powers = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  return {
    ticks: hasZero ? [0, ...powers] : powers,
    place: (value) => from + (((value > 0 ? Math.log10(value) : start) - start) / (last - start)) * (to - from),
  };
}

/** 0.01, 10, 1k, 1M. */
function brief(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(1)));
}
