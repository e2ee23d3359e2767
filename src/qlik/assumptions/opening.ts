import { type Assumption, counted, NotAsked, refusalIn } from '../assumption.ts';
import { TenantError } from '../error.ts';
import type { Probe } from '../probe.ts';
import { attributesOf, type SeenApp } from '../probed-app.ts';
import { told } from '../told.ts';
import { isOpened } from './seen-apps.ts';

const reliedOnBy = 'sheets, charts, dimensions, measures, master_visualizations, variables';

/** Whether apps of a kind open. One that could not be tried, or came with its data, says nothing. */
const whetherOpen = (isOfKind: (app: SeenApp) => boolean) => async (probe: Probe) => {
  const apps = (await probe.apps()).filter(isOfKind);
  if (apps.length === 0) throw new NotAsked(told`no such app is among those that were tried`);
  const layouts = apps.map(({ layout }) => layout).filter((layout) => isOpened(layout) || isRefused(layout));
  const { holds, came } = counted(layouts, told`apps opened`, isOpened);
  const [refusal] = layouts.filter((layout) => layout.status === 'rejected');
  return { holds, came: refusal ? told`${came}; ${refusalIn(refusal.reason)}` : came };
};

/** What is assumed of apps that are opened. */
export const openingAssumptions: readonly Assumption[] = [
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
];

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
