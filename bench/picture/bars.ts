import { label, picture, short, widthOf } from './svg.ts';

/** A bar of a panel; one without a value is told in words alone. */
export interface Bar {
  readonly name: string;
  readonly value: number | undefined;
  /** What stands at its end. */
  readonly text: string;
  /** The connector's own stand out. */
  readonly isOwn: boolean;
}

/** Bars that share a scale. */
export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const MARGIN = 20;
const TITLE_HEIGHT = 30;
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 14;
const PANEL_GAP = 14;

/** Horizontal bars in panels, one below the other. */
export function bars(title: string, panels: readonly Panel[]): string {
  const all = panels.flatMap((panel) => panel.bars);
  const left = MARGIN + Math.max(...all.map(({ name }) => widthOf(name))) + 10;
  const room = WIDTH - MARGIN - left - Math.max(...all.map(({ text }) => widthOf(text))) - 8;
  const content: string[] = [];
  let y = MARGIN;
  for (const panel of panels) {
    content.push(label({ x: MARGIN, y: y + 14, text: panel.title, look: 'title' }));
    y += TITLE_HEIGHT;
    const longest = Math.max(...panel.bars.map(({ value }) => value ?? 0)) || 1;
    for (const bar of panel.bars) {
      const length = (Math.max(0, bar.value ?? 0) / longest) * room;
      content.push(...row(bar, { left, y, length }));
      y += ROW_HEIGHT;
    }
    y += PANEL_GAP;
  }
  return picture(title, { width: WIDTH, height: y - PANEL_GAP + MARGIN / 2 }, content);
}

function row({ name, text, value, isOwn }: Bar, place: { left: number; y: number; length: number }): string[] {
  const { left, y, length } = place;
  const baseline = y + BAR_HEIGHT - 3;
  const drawn = Math.max(1, length);
  const kind = isOwn ? 'fill-0' : 'fill-3';
  return [
    label({ x: left - 10, y: baseline, text: name, anchor: 'end' }),
    ...(value === undefined
      ? []
      : [`<rect class="${kind}" x="${left}" y="${y}" width="${short(drawn)}" height="${BAR_HEIGHT}" rx="2"/>`]),
    label({ x: left + (value === undefined ? 0 : drawn) + 6, y: baseline, text, look: 'faint' }),
  ];
}
