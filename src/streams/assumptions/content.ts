import type { Properties } from '../../qlik/app-objects.ts';
import { type Assumption, counted, NotAsked } from '../../qlik/assumption.ts';
import { TenantError } from '../../qlik/error.ts';
import { attributesOf, propertiesIn } from '../../qlik/probed-app.ts';
import { told } from '../../qlik/told.ts';

/** What is assumed of apps as they are listed, and of what the other lists of content tell. */
export const contentAssumptions: readonly Assumption[] = [
  {
    name: 'app-ids',
    claim: 'The item of an app names the app by resourceId, and its attributes by the same id.',
    doubt: 'resourceId is optional by the schema.',
    reliedOnBy: 'apps, and all that is read from apps',
    ifNot: { copes: 'in part', how: 'an app without a resourceId has no row, and the stream fails at its end' },
    async ask(probe) {
      const isSame = (app: Properties) => Boolean(app.resourceId) && attributesOf(app).id === app.resourceId;
      return counted(await probe.rows('apps'), told`apps`, isSame);
    },
  },
  {
    name: 'app-times',
    claim:
      "The updatedAt of an app's item is never before its resourceUpdatedAt, nor before the app's own modifiedDate.",
    doubt: 'They are equal in all samples; what moves one and not the other is not documented.',
    reliedOnBy: 'incremental syncs of what is in apps: an app is visited when its updatedAt moves',
    ifNot: {
      copes: 'in part',
      how: 'a change that moves no updatedAt is seen when the app is due, after reread_apps_after_days',
    },
    async ask(probe) {
      const apps = await probe.rows('apps');
      return counted(apps, told`apps`, (app) => {
        const [updated, ...others] = [app.updatedAt, app.resourceUpdatedAt, attributesOf(app).modifiedDate].map(
          seconds,
        );
        return others.every((other) => !(other > (updated ?? 0)));
      });
    },
  },
  {
    name: 'app-reload-status',
    claim: 'resourceReloadStatus is ok, or empty where an app was never reloaded.',
    doubt: 'Only these two were seen; the set of values is not documented.',
    reliedOnBy: 'apps, and reloads app by app: an app whose status moves has a new reload',
    ifNot: { copes: 'yes', how: 'the row says what Qlik says, and any change of it counts' },
    async ask(probe) {
      const isKnown = ({ resourceReloadStatus = '' }: Properties) => ['ok', ''].includes(String(resourceReloadStatus));
      return counted(await probe.rows('apps'), told`apps`, isKnown);
    },
  },
  {
    name: 'app-attributes',
    claim: "resourceAttributes has a property for each of the app's own, apart from encrypted and custom.",
    doubt: 'From recordings of 2024.',
    reliedOnBy: 'apps',
    ifNot: { copes: 'yes', how: 'what is missing is null; what is sent beside is kept in the object' },
    async ask(probe) {
      const has = (app: Properties) => APP_ATTRIBUTES.every((name) => attributesOf(app)[name] !== undefined);
      return counted(await probe.rows('apps'), told`apps`, has);
    },
  },
  {
    name: 'app-publish-time',
    claim: 'publishTime is a time or an empty text, and a time only of apps in managed spaces.',
    doubt: 'Boolean in one recording of a sheet; published means something else in Qlik Cloud.',
    reliedOnBy: 'sheets: which are public, and which the community has added',
    ifNot: { copes: 'in part', how: 'an app with any publishTime but an empty one counts as published' },
    async ask(probe) {
      const { rows } = await probe.spaces();
      const others = new Set(rows.filter(({ type }) => type !== 'managed').map(({ id }) => id));
      return counted(await probe.rows('apps'), told`apps`, (app) => {
        const { publishTime = '' } = attributesOf(app);
        return (
          publishTime === '' ||
          (!Number.isNaN(Date.parse(String(publishTime))) && Boolean(app.spaceId) && !others.has(app.spaceId))
        );
      });
    },
  },
  {
    name: 'app-links',
    claim: 'The item of an app has a link to the page where it opens (links.open).',
    doubt: 'Optional by the schema; seen in recordings.',
    reliedOnBy: 'apps: url',
    ifNot: { copes: 'yes', how: 'the url is then the usual one, which is wrong for data flows only' },
    async ask(probe) {
      const { origin } = probe.tenant;
      return counted(await probe.rows('apps'), told`apps`, ({ links }) => {
        const { href } = propertiesIn(propertiesIn(links).open);
        return typeof href === 'string' && URL.parse(href, origin) !== null;
      });
    },
  },
  {
    name: 'dataset-locators',
    claim: 'A file and its data set, which has the name of the file, share a qri or secureQri.',
    doubt: 'Examples show equal ones; lineage takes secureQri and refuses qri.',
    reliedOnBy: 'the answer in SQL to which files are loaded by no app',
    ifNot: { copes: 'no', how: 'such a join finds no row, and the file seems not to be used' },
    async ask(probe) {
      const files = (await probe.rows('data_files')).filter(({ qri }) => Boolean(qri));
      const pairs = (await probe.rows('datasets')).flatMap((dataset) => {
        const { technicalName, qri, secureQri } = attributesOf(dataset);
        const isOf = ({ name, spaceId }: Properties) =>
          name === technicalName && (spaceId ?? null) === (dataset.spaceId ?? null);
        return files.filter(isOf).map((file) => [file.qri, qri, secureQri]);
      });
      return counted(pairs, told`data sets with the name of a file`, ([ofFile, ...others]) => others.includes(ofFile));
    },
  },
  {
    name: 'connection-ids',
    claim: 'A connection has its id as qID, and the same as id and qEngineObjectID, where it has those.',
    doubt: 'The schema has two of them, examples a third.',
    reliedOnBy: 'connections',
    ifNot: { copes: 'yes', how: 'the first of qID, qEngineObjectID and id is the key' },
    async ask(probe) {
      return counted(
        await probe.rows('connections'),
        told`connections`,
        ({ qID, qEngineObjectID = qID, id = qID }) => Boolean(qID) && qEngineObjectID === qID && id === qID,
      );
    },
  },
  {
    name: 'connection-times',
    claim: 'Only connections of data files lack created and updated.',
    doubt: 'Inferred from two examples.',
    reliedOnBy: 'connections',
    ifNot: { copes: 'yes', how: 'the columns are null, and changes are found by comparing rows' },
    async ask(probe) {
      const isTold = ({ qType, created, updated }: Properties) =>
        String(qType).includes('datafiles') || (Boolean(created) && Boolean(updated));
      return counted(await probe.rows('connections'), told`connections`, isTold);
    },
  },
  {
    name: 'connection-tags',
    claim: 'The tags of a connection are a list, or missing.',
    doubt: 'A list by the schema, a text in an example.',
    reliedOnBy: 'connections',
    ifNot: { copes: 'yes', how: 'a text is taken for a list of one' },
    async ask(probe) {
      const isList = ({ tags }: Properties) => (tags ?? null) === null || Array.isArray(tags);
      return counted(await probe.rows('connections'), told`connections`, isList);
    },
  },
  {
    name: 'connections-moved',
    claim:
      'GET /api/connectivity/data-connections has the same rows as /api/v1/data-connections, with createdAt for created.',
    doubt: 'The examples of the new path are made up; the old one has no date of its end.',
    reliedOnBy: 'nothing yet: connections are read at the old path',
    ifNot: { copes: 'not needed yet', how: 'the old path is asked' },
    async ask(probe) {
      const { rows } = await probe.pageAt('/api/connectivity/data-connections', { limit: 100 });
      return counted(
        rows,
        told`connections`,
        ({ qID, qName, createdAt, qType }) =>
          Boolean(qID) && Boolean(qName) && (Boolean(createdAt) || String(qType).includes('datafiles')),
      );
    },
  },
  {
    name: 'automations-moved',
    claim: 'Automations are listed at /api/workflows/automations.',
    doubt: 'Named as what replaces /api/v1/automations, without a date.',
    reliedOnBy: 'automations',
    ifNot: { copes: 'yes', how: 'where the path is not known (404), the former one is asked' },
    async ask(probe) {
      const { rows } = await probe
        .pageAt('/api/workflows/automations', { limit: 100, listAll: true })
        .catch((error: unknown) => {
          if (error instanceof TenantError && error.facts.status === 404) return { rows: undefined };
          throw error;
        });
      return { holds: rows !== undefined, came: rows ? told`${rows.length} automations` : told`not there (404)` };
    },
  },
  {
    name: 'automation-runs',
    claim: 'An automation that has run tells its last run, and its duration as a number.',
    doubt: 'A number by the schema, a text in examples.',
    reliedOnBy: 'automations',
    ifNot: { copes: 'yes', how: 'a text with a number becomes one; what is missing is null' },
    async ask(probe) {
      const ran = (await probe.rows('automations')).filter(({ lastRunAt }) => Boolean(lastRunAt));
      const isTold = ({ lastRun, duration }: Properties) =>
        Object.keys(propertiesIn(lastRun)).length > 0 && (duration === undefined || typeof duration === 'number');
      return counted(ran, told`automations`, isTold);
    },
  },
  {
    name: 'collection-types',
    claim: 'Collections are private, public, publicgoverned or favorite.',
    doubt: 'The last is in one of two schemas.',
    reliedOnBy: 'collections: those of the caller are left out by type',
    ifNot: { copes: 'in part', how: 'a collection of another type has a row, also where only the caller sees it' },
    async ask(probe) {
      const known = ['private', 'public', 'publicgoverned', 'favorite'];
      return counted(await probe.rows('collections'), told`collections`, ({ type }) => known.includes(String(type)));
    },
  },
  {
    name: 'files-of-all-spaces',
    claim: 'includeAllSpaces lists the files of spaces beside the personal ones.',
    doubt: 'Documented as an alternative to connectionId; not recorded.',
    reliedOnBy: 'data_files',
    ifNot: { copes: 'no', how: 'files of spaces have no rows' },
    async ask(probe) {
      const files = await probe.rows('data_files');
      if (files.length === 0) throw new NotAsked(told`there are no files`);
      const inSpaces = files.filter(({ spaceId }) => Boolean(spaceId)).length;
      return { holds: inSpaces > 0, came: told`${inSpaces} of ${files.length} files are in a space` };
    },
  },
];

const APP_ATTRIBUTES =
  'id name description ownerId owner createdDate modifiedDate lastReloadTime publishTime published originAppId hasSectionAccess isDirectQueryMode usage'.split(
    ' ',
  );

/** Items tell whole seconds, what they stand for milliseconds. */
function seconds(time: unknown): number {
  return Math.floor(Date.parse(String(time)) / 1_000);
}
