import type { Properties, PropertyTree } from '../app-objects.ts';
import { type Assumption, counted, NotAsked, refusalIn } from '../assumption.ts';
import { TenantError } from '../error.ts';
import { MASTER_ITEM_TYPES } from '../master-items.ts';
import { fulfilled, type Probe } from '../probe.ts';
import { propertiesIn, type SeenApp } from '../probed-app.ts';
import { told } from '../told.ts';

const reliedOnBy = 'sheets, charts, dimensions, measures, master_visualizations';

/** Whether apps of a kind open. One that could not be tried, or came with its data, says nothing. */
const whetherOpen = (isOfKind: (app: SeenApp) => boolean) => async (probe: Probe) => {
  const apps = (await probe.apps()).filter(isOfKind);
  if (apps.length === 0) throw new NotAsked(told`no such app is among those that were tried`);
  const layouts = apps.map(({ layout }) => layout).filter((layout) => isOpened(layout) || isRefused(layout));
  const { holds, came } = counted(layouts, told`apps opened`, isOpened);
  const [refusal] = layouts.filter((layout) => layout.status === 'rejected');
  return { holds, came: refusal ? told`${came}; ${refusalIn(refusal.reason)}` : came };
};

/** What is assumed of apps that are opened, and of the objects in them. */
export const visitAssumptions: readonly Assumption[] = [
  {
    name: 'engine-session',
    claim: 'An API key or an OAuth token alone begins a session with the engine.',
    doubt: 'One guide of Qlik says that an API key needs a web integration; other pages and tools do without.',
    reliedOnBy,
    ifNot: { copes: 'no', how: 'nothing in apps can be read with such credentials; check says so' },
    async ask(probe) {
      const apps = await probe.apps();
      const { came } = await whetherOpen(() => true)(probe);
      return { holds: apps.some(({ layout }) => isOpened(layout)), came };
    },
  },
  {
    name: 'opened-without-data',
    claim: 'An app that is opened without its data says so (qIsOpenedWithoutData).',
    doubt: 'Documented for the request; in the answer seen in one recording.',
    reliedOnBy,
    ifNot: {
      copes: 'yes',
      how: 'an app that comes with its data is left at once, with an error; one that does not say is read',
    },
    async ask(probe) {
      const layouts = (await probe.apps())
        .map(({ layout }) => layout)
        .filter((layout) => isOpened(layout) || cameWithData(layout));
      return counted(layouts, told`apps`, (layout) => isOpened(layout) && layout.value.qIsOpenedWithoutData === true);
    },
  },
  {
    name: 'managed-apps-open',
    claim: 'Apps in managed spaces open without their data.',
    doubt: 'Whether a viewer may, and an admin who has no role in the space, is not documented.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'an app that is refused is named in a warning and in app_coverage' },
    ask: whetherOpen(({ spaceType }) => spaceType === 'managed'),
  },
  {
    name: 'personal-apps-open',
    claim: 'Personal apps that are listed can be opened.',
    doubt: 'Tenant Admins may manage the personal apps of others, and not necessarily open them.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'an app that is refused is named in a warning and in app_coverage' },
    ask: whetherOpen(({ item }) => !item.spaceId),
  },
  {
    name: 'section-access-apps-open',
    claim: 'Apps with section access open without their data.',
    doubt: "Qlik's remedy for them, without a word on who may.",
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'an app that is refused is named in a warning and in app_coverage' },
    ask: whetherOpen(({ item }) => attributesOf(item).hasSectionAccess === true),
  },
  {
    name: 'new-apps-open',
    claim: 'Apps that were never reloaded open.',
    doubt: 'Inferred.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'an app that is refused is named in a warning and in app_coverage' },
    ask: whetherOpen(({ item }) => attributesOf(item).lastReloadTime === ''),
  },
  {
    name: 'sheets-by-get-objects',
    claim: 'GetObjects lists the same sheets as a list object, with what is known of each (qMeta).',
    doubt: 'Qlik documents the list object; GetObjects is what other tools use, with qMeta in a recording of 2024.',
    reliedOnBy,
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
  {
    name: 'missing-object',
    claim: 'GetObject of what is not there answers without a handle, and with no error.',
    doubt: "Read from Qlik's own clients.",
    reliedOnBy: 'charts: objects that were deleted meanwhile',
    ifNot: { copes: 'yes', how: 'error 2 is understood as well' },
    async ask(probe) {
      const answers = (await probe.apps()).filter(({ layout }) => isOpened(layout)).map(({ missing }) => missing);
      const isNull = (answer: PromiseSettledResult<unknown>) =>
        answer.status === 'fulfilled' && propertiesIn(answer.value).qHandle === null;
      return counted(answers, told`answers`, isNull);
    },
  },
  {
    name: 'cells-in-tree',
    claim: "What a sheet's cells show is among its children.",
    doubt: "Qlik's client and its guide fetch some objects one by one.",
    reliedOnBy: 'charts',
    ifNot: { copes: 'yes', how: 'objects that the tree lacks are asked for, with their children' },
    async ask(probe) {
      const cells = treesOf(await probe.apps()).flatMap(({ tree }) => {
        const children = new Set(objectsIn(tree).map(idOf));
        const own = Array.isArray(tree.qProperty?.cells) ? tree.qProperty.cells.map(propertiesIn) : [];
        return own.map(({ name }) => children.has(String(name)));
      });
      return counted(cells, told`cells`, (isChild) => isChild);
    },
  },
  {
    name: 'linked-charts-have-types',
    claim: 'A chart that shows a master visualisation has the type that is drawn, not masterobject.',
    doubt: "Qlik's Go client and its other clients disagree.",
    reliedOnBy: 'charts: type',
    ifNot: { copes: 'yes', how: "the type is then taken from the master's visualization" },
    async ask(probe) {
      return counted(
        linkedIn(await probe.apps()),
        told`linked charts`,
        ({ qProperty }) => typeOf(qProperty) !== 'masterobject',
      );
    },
  },
  {
    name: 'linked-charts-have-no-children',
    claim: 'The tree of a sheet does not hold what is below a master visualisation.',
    doubt: 'Not documented; the children belong to the master.',
    reliedOnBy: 'charts: what is in a master has no rows of its own',
    ifNot: { copes: 'in part', how: 'such objects have rows, each on the first sheet that shows the master' },
    async ask(probe) {
      const linked = linkedIn(await probe.apps());
      return counted(linked, told`linked charts`, ({ qChildren }) => (qChildren ?? []).length === 0);
    },
  },
  {
    name: 'get-objects-lists-roots',
    claim: 'GetObjects lists sheets and master items, and nothing that stands on a sheet.',
    doubt: '“All objects compatible with options”, by its documentation; every tool asks for sheets only.',
    reliedOnBy: 'master_visualizations: objects in a master have no rows',
    ifNot: { copes: 'yes', how: 'only sheets and master items are asked for' },
    async ask(probe) {
      const seen = (await probe.apps()).map(({ listsInner }) => listsInner);
      const answers = fulfilled(seen).filter((isInner) => isInner !== undefined);
      return counted(answers, told`charts`, (isInner) => !isInner);
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

function attributesOf({ resourceAttributes }: Properties): Properties {
  return propertiesIn(resourceAttributes);
}

function isOpened<T>(seen: PromiseSettledResult<T>): seen is PromiseFulfilledResult<T> {
  return seen.status === 'fulfilled';
}

/** Whether an app may not be opened: no matter of time, nor of the probe's budget. */
function isRefused(seen: PromiseSettledResult<unknown>): boolean {
  if (seen.status !== 'rejected' || !(seen.reason instanceof TenantError)) return false;
  const { failureType, facts } = seen.reason;
  return failureType === 'config_error' && facts.app !== undefined;
}

/** Whether an app was left since it came with its data. */
function cameWithData(seen: PromiseSettledResult<unknown>): boolean {
  const { code } = seen.status === 'rejected' && seen.reason instanceof TenantError ? seen.reason.facts : {};
  return code === 'OPENED-WITH-DATA';
}

/** Sheets as the connector takes them: from a list object where GetObjects tells none, or nothing of them. */
function sheetsIn({ sheets, listedSheets }: SeenApp): PromiseSettledResult<readonly Properties[]> {
  return sheets.status === 'rejected' || !areKnown(sheets.value) ? listedSheets : sheets;
}

function sheetsOf(apps: readonly SeenApp[]): readonly Properties[] {
  return fulfilled(apps.map(sheetsIn)).flat();
}

/** Whether anything is said of the objects. */
function areKnown(objects: readonly Properties[]): boolean {
  return objects.length === 0 || objects.some(({ qMeta }) => Object.keys(propertiesIn(qMeta)).length > 0);
}

/** Master items as the connector takes them, master visualisations by GetObjects only. */
function masterItemsIn({ masterItems, measures, dimensions }: SeenApp): readonly Properties[] {
  const byGetObjects = fulfilledIn(masterItems);
  return areKnown(byGetObjects) && byGetObjects.length > 0
    ? byGetObjects
    : [...fulfilledIn(measures), ...fulfilledIn(dimensions)];
}

function treesOf(apps: readonly SeenApp[]) {
  return fulfilled(apps.map(({ trees }) => trees)).flat();
}

function fulfilledIn<T>(seen: PromiseSettledResult<readonly T[]>): readonly T[] {
  return seen.status === 'fulfilled' ? seen.value : [];
}

function idsOf(objects: readonly Properties[]): string[] {
  return objects.map(({ qInfo }) => String(propertiesIn(qInfo).qId)).sort();
}

/** All that is below an object. */
function objectsIn({ qChildren }: PropertyTree): PropertyTree[] {
  return (qChildren ?? []).flatMap((child) => (child ? [child, ...objectsIn(child)] : []));
}

function linkedIn(apps: readonly SeenApp[]): PropertyTree[] {
  const objects = treesOf(apps).flatMap(({ tree }) => objectsIn(tree));
  return objects.filter(({ qProperty }) => {
    const { qExtendsId } = propertiesIn(qProperty);
    return typeof qExtendsId === 'string' && qExtendsId !== '';
  });
}

function idOf({ qProperty }: PropertyTree): string {
  return String(propertiesIn(propertiesIn(qProperty).qInfo).qId);
}

function typeOf(properties: Properties | undefined): unknown {
  return propertiesIn(propertiesIn(properties).qInfo).qType;
}
