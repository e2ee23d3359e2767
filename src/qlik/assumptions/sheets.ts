import type { Properties } from '../app-objects.ts';
import { type Assumption, counted, NotAsked } from '../assumption.ts';
import { fulfilled } from '../probe.ts';
import { attributesOf, propertiesIn, type SeenApp } from '../probed-app.ts';
import { told } from '../told.ts';
import { areKnown, fulfilledIn, idsOf, sheetsIn, sheetsOf, treesOf } from './seen-apps.ts';

/** What is assumed of the sheets of apps. */
export const sheetAssumptions: readonly Assumption[] = [
  {
    name: 'sheets-by-get-objects',
    claim: 'GetObjects lists the same sheets as a list object, with what is known of each (qMeta).',
    doubt: 'Qlik documents the list object; GetObjects is what other tools use, with qMeta in a recording of 2024.',
    reliedOnBy: 'sheets, charts',
    ifNot: { copes: 'yes', how: 'where it is not understood, or says nothing of the sheets, a list object is asked' },
    async ask(probe) {
      const apps = (await probe.apps()).filter(({ listedSheets }) => fulfilledIn(listedSheets).length > 0);
      return counted(apps, told`apps`, ({ sheets, listedSheets }) => {
        const [one, other] = [fulfilledIn(sheets), fulfilledIn(listedSheets)];
        return one.length > 0 && areKnown(one) && idsOf(one).join() === idsOf(other).join();
      });
    },
  },
  {
    name: 'sheet-meta',
    claim: 'Of every sheet the engine tells id, title, ownerId, approved, published, createdDate and modifiedDate.',
    doubt: 'From one recording of 2024.',
    reliedOnBy: 'sheets; modifiedDate decides whether the charts on a sheet are read',
    ifNot: { copes: 'in part', how: 'columns are null; without a modifiedDate, charts are read at every visit' },
    async ask(probe) {
      const members = ['id', 'title', 'ownerId', 'approved', 'published', 'createdDate', 'modifiedDate'];
      const has = ({ qMeta }: Properties) => members.every((member) => propertiesIn(qMeta)[member] !== undefined);
      return counted(sheetsOf(await probe.apps()), told`sheets`, has);
    },
  },
  {
    name: 'app-time-of-sheets',
    claim: "No sheet was changed later than its app's updatedAt says.",
    doubt: 'In one recording, a private sheet is younger than its app; no document says what moves the time of an app.',
    reliedOnBy: 'incremental syncs of what is in apps',
    ifNot: { copes: 'in part', how: 'such a change is seen when the app is due, after reread_apps_after_days' },
    async ask(probe) {
      const apps = (await probe.apps()).filter((app) => fulfilledIn(sheetsIn(app)).length > 0);
      return counted(apps, told`apps`, (app) => {
        const times = fulfilledIn(sheetsIn(app)).map(({ qMeta }) =>
          Date.parse(String(propertiesIn(qMeta).modifiedDate)),
        );
        // The times of items are of whole seconds.
        return times.every((time) => !(time >= Date.parse(String(app.item.updatedAt)) + 1_000));
      });
    },
  },
  {
    name: 'private-sheets',
    claim: "Others' private sheets are not listed.",
    doubt: 'An OAuth client with admin.apps and admin_classic is documented to see those of personal apps.',
    reliedOnBy: 'sheets, charts',
    ifNot: { copes: 'yes', how: 'they have rows, with the visibility private' },
    async ask(probe) {
      const { id } = propertiesIn(await probe.answer('/api/v1/users/me'));
      if (typeof id !== 'string') throw new NotAsked(told`nobody says who asks`);
      const isOthers = ({ qMeta }: Properties) => {
        const { published, ownerId } = propertiesIn(qMeta);
        return published === false && ownerId !== id;
      };
      return counted(sheetsOf(await probe.apps()), told`sheets`, (sheet) => !isOthers(sheet));
    },
  },
  {
    name: 'listed-expressions',
    claim: 'Lists of sheets give what an expression comes to, not the expression.',
    doubt: 'From one recording; without its data, an app may compute nothing.',
    reliedOnBy: 'sheets: labelExpression, descriptionExpression, showCondition',
    ifNot: { copes: 'yes', how: 'the columns then hold the expression itself' },
    async ask(probe) {
      const isObject = (value: unknown) => typeof value === 'object' && value !== null;
      const pairs = treesOf(await probe.apps()).flatMap(({ sheet, tree }) => {
        const [{ qProperty }, qData] = [tree, propertiesIn(sheet.qData)];
        const fields = ['labelExpression', 'descriptionExpression', 'showCondition', 'thumbnail'];
        return fields
          .filter((field) => isObject(qProperty?.[field]))
          .map((field) => [qProperty?.[field], qData[field]]);
      });
      return counted(pairs, told`expressions`, ([stored, listed]) => JSON.stringify(stored) !== JSON.stringify(listed));
    },
  },
  {
    name: 'preparations-have-no-sheets',
    claim: 'Data preparations and data flows, which are apps too, have no sheets.',
    doubt: 'Inferred from their kinds.',
    reliedOnBy: 'sheets, app_coverage',
    ifNot: { copes: 'yes', how: 'their sheets have rows as those of other apps' },
    async ask(probe) {
      const isPreparation = ({ item }: SeenApp) => /PREP/.test(String(attributesOf(item).usage));
      const sheets = fulfilled((await probe.apps()).filter(isPreparation).map(sheetsIn));
      return counted(sheets, told`preparations`, ({ length }) => length === 0);
    },
  },
];
