import { apiPath } from '../api-path.ts';
import type { Properties } from '../app-objects.ts';
import { type Assumption, counted, NotAsked, refusalIn } from '../assumption.ts';
import { TenantError } from '../error.ts';
import { fulfilled, type Probe } from '../probe.ts';
import { propertiesIn } from '../probed-app.ts';
import { told } from '../told.ts';

const reliedOnBy = 'reloads';

const NOT_YET = { copes: 'not needed yet', how: 'no stream reads it yet' } as const;
const ENDED = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT'];
const OPEN = ['QUEUED', 'RELOADING', 'CANCELING'];
const APPS_ASKED = 3;
const DAY_MS = 86_400_000;

/** What is assumed of reloads, and of what they tell of themselves. */
export const reloadAssumptions: readonly Assumption[] = [
  {
    name: 'reloads-of-all',
    claim: 'The credentials may list the reloads of all apps at once, without appId.',
    doubt: 'appId is declared as required; the text says that Tenant Admins may leave it out.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'reloads are read app by app, a call for each' },
    async ask(probe) {
      try {
        const { rows } = await probe.page('reloads');
        return { holds: true, came: told`${rows.length} reloads` };
      } catch (error) {
        if (!isRefused(error)) throw error;
        return { holds: false, came: refusalIn(error) };
      }
    },
  },
  {
    name: 'reload-statuses',
    claim: 'A reload has one of seven statuses, of which four are ends.',
    doubt: 'Declared; recordings show four of them.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'a reload of another status counts as not ended, and is asked for at every sync' },
    async ask(probe) {
      const isKnown = ({ status }: Properties) => [...ENDED, ...OPEN].includes(String(status));
      return counted(await reloadsIn(probe), told`reloads`, isKnown);
    },
  },
  {
    name: 'reload-ends',
    claim: 'A reload that has ended tells when, one that has not does not.',
    doubt: 'Inferred from examples.',
    reliedOnBy: 'reloads, and the questions of the docs',
    ifNot: { copes: 'yes', how: 'the status alone says whether a reload has ended' },
    async ask(probe) {
      const isTold = ({ status, endTime }: Properties) => ENDED.includes(String(status)) === Boolean(endTime);
      return counted(await reloadsIn(probe), told`reloads`, isTold);
    },
  },
  {
    name: 'reloads-kept',
    claim: 'Reloads are kept for 90 days and more.',
    doubt: "Nobody says how long; Qlik's own Reload Analyzer reads 90 days.",
    reliedOnBy: 'reloads: a first sync has what Qlik still keeps',
    ifNot: { copes: 'yes', how: 'rows that Qlik no longer keeps stay in the warehouse' },
    async ask(probe) {
      const { rows } = await probe.page('reloads', { sort: '+creationTime', limit: 1 });
      const apps = await probe.rows('apps');
      const ageOf = (time: unknown) => (Date.now() - Date.parse(String(time))) / DAY_MS;
      if (!apps.some(({ createdAt }) => ageOf(createdAt) > 90)) throw new NotAsked(told`no app is older than 90 days`);
      const isOld = rows.some(({ creationTime }) => ageOf(creationTime) > 90);
      return { holds: isOld, came: isOld ? told`the oldest is older` : told`the oldest is younger` };
    },
  },
  {
    name: 'reload-metadata',
    claim:
      'GET /apps/{id}/reloads/metadata/{reloadId} tells what a reload read and wrote, under the id that GET /reloads lists.',
    doubt: 'Declared with the id in the path and as a parameter; no recording was found, nor which right it takes.',
    reliedOnBy: 'streams to come: app_sources, reload_statements',
    ifNot: NOT_YET,
    async ask(probe) {
      const { appId, id } = await endedReload(probe);
      const { data } = propertiesIn(await probe.answer(apiPath`/api/v1/apps/${appId}/reloads/metadata/${id}`));
      const reloads = Array.isArray(data) ? data.map(propertiesIn) : [];
      return counted(
        reloads,
        told`reloads`,
        ({ reloadId, statements }) => reloadId === id && Array.isArray(statements),
      );
    },
  },
  {
    name: 'reload-metadata-of-all',
    claim: 'The same path without an id tells of the last ten reloads.',
    doubt: 'The text says to use an empty id; in a path that may be another address.',
    reliedOnBy: 'streams to come: app_sources, reload_statements',
    ifNot: NOT_YET,
    async ask(probe) {
      const { appId } = await endedReload(probe);
      const { data } = propertiesIn(await probe.answer(apiPath`/api/v1/apps/${appId}/reloads/metadata/`));
      const count = Array.isArray(data) ? data.length : 0;
      return { holds: count > 0 && count <= 10, came: told`${count} reloads` };
    },
  },
];

function isRefused(error: unknown): boolean {
  return error instanceof TenantError && (error.facts.status === 403 || error.facts.status === 400);
}

/** The last reloads: of all apps, or of some where that is refused. */
async function reloadsIn(probe: Probe): Promise<readonly Properties[]> {
  try {
    return await probe.rows('reloads');
  } catch (error) {
    if (!isRefused(error)) throw error;
    const apps = (await probe.rows('apps')).slice(-APPS_ASKED);
    const pages = apps.map(({ resourceId }) => probe.page('reloads', { appId: String(resourceId) }));
    return fulfilled(await Promise.allSettled(pages)).flatMap(({ rows }) => rows);
  }
}

/** The last reload that succeeded, of an app that is there. */
async function endedReload(probe: Probe): Promise<{ appId: string; id: string }> {
  const [reloads, apps] = [await reloadsIn(probe), await probe.rows('apps')];
  const ids = new Set(apps.map(({ resourceId }) => resourceId));
  const reload = reloads.find(({ status, appId }) => status === 'SUCCEEDED' && ids.has(appId));
  if (!reload) throw new NotAsked(told`no reload has succeeded`);
  return { appId: String(reload.appId), id: String(reload.id) };
}
