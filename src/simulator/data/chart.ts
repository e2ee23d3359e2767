import { withDetails } from './chart-details.ts';
import { chance } from './dice.ts';
import { type Kit, someText } from './library.ts';
import type { Branch, Properties } from './stored-object.ts';

const TITLES = ['Sales by year', 'Top customers', 'Umsatz je Größe', '売上', 'What\'s "new" <here>', 'Share of users'];

/** The properties that every chart has, and more. */
export function chart(kit: Kit, type: string, more: object = {}): Properties {
  return withDetails({
    qInfo: { qId: kit.newId(), qType: type },
    qExtendsId: '',
    qMetaDef: {},
    qStateName: '',
    visualization: type,
    version: '1.0.0',
    showTitles: true,
    title: someText(kit.die, TITLES),
    subtitle: chance(kit.die, 70) ? '' : someText(kit.die, TITLES),
    footnote: chance(kit.die, 85) ? '' : someText(kit.die, TITLES),
    ...more,
  });
}

/** A chart without others in it. */
export function leaf(properties: Properties): Branch {
  return { properties, children: [] };
}
