import type { Properties } from './stored-object.ts';

/** How a chart looks, in so many words: what makes real properties long. Nothing in it is of interest. */
const LOOKS = [
  { key: 'general', fontFamily: 'Source Sans Pro', fontSize: '13px', color: { index: -1, color: '#404040' } },
  { key: 'theme', title: { main: { fontSize: '16px', fontStyle: [] }, subTitle: { fontSize: '12px' } } },
  { key: 'axis', gridLine: { auto: true, spacing: 2 }, dock: 'near', show: 'all', label: { auto: true, angle: 0 } },
  { key: 'legend', show: true, dock: 'auto', showTitle: true, style: { fontFamily: '', fontSize: '12px' } },
  { key: 'tooltip', auto: true, hideBasic: false, chart: { style: { size: 'medium' } }, title: '', description: '' },
  { key: 'color', auto: true, mode: 'primary', paletteColor: { index: 6 }, persistent: false, useDimColVal: true },
];

/** Enough of it for a while; then it begins anew. */
const COMPONENTS = Array.from({ length: 420 }, (_, round) => ({ ...LOOKS[round % LOOKS.length], round }));

/** How many, of a chart, and of what is in a filter pane. */
const ROUNDS = { chart: 70, listbox: 12 };

/** A chart's properties as long as real ones: some 10 KB at a padding of 1, none at 0. */
export function withFiller(properties: Properties, padding: number): Properties {
  if (properties.visualization === undefined || padding <= 0) return properties;
  const rounds = Math.round(padding * (properties.visualization === 'listbox' ? ROUNDS.listbox : ROUNDS.chart));
  const components = Array.from({ length: rounds }, (_, round) => COMPONENTS[round % COMPONENTS.length]);
  return { ...properties, components };
}
