import type { Properties } from '../app-objects.ts';
import { type Assumption, counted, NotAsked, refusalIn } from '../assumption.ts';
import { MASTER_ITEM_TYPES } from '../master-items.ts';
import { propertiesIn, type SeenApp } from '../probed-app.ts';
import { told } from '../told.ts';
import { areKnown, fulfilledIn, idsOf, isOpened } from './seen-apps.ts';

/** What is assumed of master items and variables. */
export const libraryAssumptions: readonly Assumption[] = [
  {
    name: 'master-items-by-get-objects',
    claim: 'GetObjects lists measures and dimensions beside master visualisations.',
    doubt: "It lists objects “of all types”; measures and dimensions are of another kind in Qlik's API.",
    reliedOnBy: 'charts: whether a master item has changed, in the round trip of the sheets',
    ifNot: { copes: 'yes', how: 'list objects tell them, for a round trip more an app' },
    async ask(probe) {
      const apps = (await probe.apps()).filter(
        ({ measures, dimensions }) => fulfilledIn(measures).length + fulfilledIn(dimensions).length > 0,
      );
      return counted(apps, told`apps`, ({ masterItems, measures, dimensions }) => {
        const listed = new Set(idsOf(fulfilledIn(masterItems)));
        return idsOf([...fulfilledIn(measures), ...fulfilledIn(dimensions)]).every((id) => listed.has(id));
      });
    },
  },
  {
    name: 'master-item-definitions',
    claim: 'Lists of measures and dimensions give their definitions, as they are stored.',
    doubt: 'A list may give what is asked for by any pointer, by its documentation; of definitions none was recorded.',
    reliedOnBy: 'measures, dimensions, charts',
    ifNot: { copes: 'in part', how: 'expressions and fields are null' },
    async ask(probe) {
      const apps = await probe.apps();
      const measures = apps.flatMap((app) => fulfilledIn(app.measures));
      const dimensions = apps.flatMap((app) => fulfilledIn(app.dimensions));
      return counted([...measures, ...dimensions], told`master items`, ({ qData }) => {
        const { qMeasure, qDim } = propertiesIn(qData);
        return typeof propertiesIn(qMeasure).qDef === 'string' || Array.isArray(propertiesIn(qDim).qFieldDefs);
      });
    },
  },
  {
    name: 'master-item-times',
    claim: 'Of every master item the engine tells when it was changed.',
    doubt: 'Seen of sheets only.',
    reliedOnBy: 'charts: a changed master moves the version of the library',
    ifNot: {
      copes: 'in part',
      how: 'definitions of measures and dimensions are compared as well; a changed visualisation shows when the app is due',
    },
    async ask(probe) {
      const items = (await probe.apps()).flatMap(masterItemsIn);
      const ofTypes = items.filter(({ qInfo }) =>
        (MASTER_ITEM_TYPES as string[]).includes(String(propertiesIn(qInfo).qType)),
      );
      return counted(ofTypes, told`master items`, ({ qMeta }) => Boolean(propertiesIn(qMeta).modifiedDate));
    },
  },
  {
    name: 'variables-listed',
    claim: 'GetVariables lists the variables of an app that is opened without its data.',
    doubt: 'Documented for the method; what it does without data, and for viewers, is not.',
    reliedOnBy: 'variables',
    ifNot: { copes: 'yes', how: 'where it is not understood, a list object is asked' },
    async ask(probe) {
      const apps = (await probe.apps()).filter(({ layout }) => isOpened(layout));
      const { holds, came } = counted(apps, told`apps`, ({ variables }) => variables.status === 'fulfilled');
      const refused = apps.map(({ variables }) => variables).find((seen) => seen.status === 'rejected');
      return { holds, came: refused ? told`${came}; ${refusalIn(refused.reason)}` : came };
    },
  },
  {
    name: 'script-variables',
    claim: 'Variables that the load script makes are listed as well, and say so (qIsScriptCreated).',
    doubt: 'Nobody says whether they are there before the data is.',
    reliedOnBy: 'variables',
    ifNot: { copes: 'no', how: 'they have no rows' },
    async ask(probe) {
      const all = (await probe.apps()).flatMap(({ variables }) => fulfilledIn(variables));
      if (all.length === 0) throw new NotAsked(told`there are no variables`);
      const made = all.filter(({ qIsScriptCreated }) => qIsScriptCreated === true).length;
      return { holds: made > 0, came: told`${made} of ${all.length} variables` };
    },
  },
];

/** Master items as the connector takes them, master visualisations by GetObjects only. */
function masterItemsIn({ masterItems, measures, dimensions }: SeenApp): readonly Properties[] {
  const byGetObjects = fulfilledIn(masterItems);
  return areKnown(byGetObjects) && byGetObjects.length > 0
    ? byGetObjects
    : [...fulfilledIn(measures), ...fulfilledIn(dimensions)];
}
