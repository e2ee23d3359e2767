import { isExplained, refusalOf } from '../cdk/index.ts';
import type { AppItem, Tenant } from '../qlik/tenant.ts';
import { apps } from '../streams/apps.ts';
import { needsOf } from '../streams/parts/facts.ts';

/** How many apps a page lists, until one has apps that the settings admit. */
const APPS_A_PAGE = 100;
/** More would take longer than people wait for a check. */
const SPACES_TRIED = 12;
const TRIED_AT_A_TIME = 4;

/** What opening some apps has shown. */
interface AppTrials {
  /** Whether sheets and charts can be read, of some apps at least. */
  readonly areReadable: boolean;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

interface Trial {
  readonly item: AppItem;
  /** Why the app could not be read; undefined if it could. */
  readonly error: unknown;
}

/**
 * Opens apps of some spaces, to find out whether the engine can be reached at all (a firewall may let REST through
 * and no WebSocket), and in which spaces apps can be listed but not opened.
 */
export async function tryApps(
  samples: Promise<readonly AppItem[]>,
  tenant: Tenant,
  stop: AbortSignal,
): Promise<AppTrials> {
  try {
    const items = await samples;
    if (items.length === 0)
      return { areReadable: true, notes: ['There is no app to open among those that are wanted.'], warnings: [] };
    return await judged(await tryAll(items, tenant, stop), tenant);
  } catch (error) {
    stop.throwIfAborted();
    return { areReadable: false, notes: [], warnings: [`Sheets and charts cannot be read: ${messageOf(error)}`] };
  }
}

async function judged(trials: readonly Trial[], tenant: Tenant): Promise<AppTrials> {
  const denied = trials.filter(({ error }) => isDenied(error));
  const warnings = await Promise.all(denied.map((trial) => deniedSpace(trial, tenant)));
  const opened = trials.find(({ error }) => error === undefined);
  if (opened) {
    const { name, resourceId } = opened.item;
    return {
      areReadable: true,
      notes: [`The app "${typeof name === 'string' ? name : resourceId}" could be opened.`],
      warnings,
    };
  }
  // A failure says more than a refusal, which may be a matter of the one app.
  const failed = trials.find(({ error }) => !refusalOf(error)) ?? trials[0];
  const reason = `Sheets and charts cannot be read, since no app could be opened: ${messageOf(failed?.error)}`;
  return { areReadable: false, notes: [], warnings: [reason, ...warnings] };
}

/** One app of each of some spaces, among those that the settings admit. */
export async function oneAppPerSpace(tenant: Tenant): Promise<AppItem[]> {
  const needs = needsOf('Listing all apps', apps.access);
  for await (const items of tenant.appItems<AppItem>({ limit: APPS_A_PAGE, needs })) {
    const openable = items.filter(({ resourceId }) => resourceId);
    const ofSpaces = new Map(openable.map((item) => [item.spaceId ?? '', item]));
    if (ofSpaces.size > 0) return [...ofSpaces.values()].slice(0, SPACES_TRIED);
  }
  return [];
}

async function tryAll(items: readonly AppItem[], tenant: Tenant, stop: AbortSignal): Promise<Trial[]> {
  const trials: Trial[] = [];
  const next = items.entries();
  const worker = async () => {
    for (const [index, item] of next) trials[index] = { item, error: await errorOfOpening(item, tenant, stop) };
  };
  await Promise.all(Array.from({ length: TRIED_AT_A_TIME }, worker));
  return trials;
}

async function errorOfOpening({ resourceId }: AppItem, tenant: Tenant, stop: AbortSignal): Promise<unknown> {
  await using visit = tenant.visit({ id: String(resourceId), published: false });
  try {
    const [[sheet]] = await Promise.all([
      visit.sheets(),
      visit.masterVisualizations(),
      visit.dimensions(),
      visit.measures(),
    ]);
    if (sheet) await visit.tree(sheet.qInfo.qId);
    return undefined;
  } catch (error) {
    stop.throwIfAborted();
    return error;
  }
}

async function deniedSpace({ item, error }: Trial, tenant: Tenant): Promise<string> {
  const { spaceId } = item;
  if (!spaceId) return `Personal apps of others can be listed but not opened: ${messageOf(error)}`;
  return `Apps of the space "${await nameOf(spaceId, tenant)}" can be listed but not opened: ${messageOf(error)}`;
}

async function nameOf(spaceId: string, tenant: Tenant): Promise<string> {
  const parse = (json: unknown) => String((json as { name?: unknown } | null)?.name ?? spaceId);
  return tenant
    .get({ path: `/api/v1/spaces/${encodeURIComponent(spaceId.toWellFormed())}`, parse })
    .catch(() => spaceId);
}

function messageOf(error: unknown): string {
  if (!isExplained(error)) throw error;
  return error.message;
}

/** An app that has vanished was deleted meanwhile, which says nothing about its space. */
function isDenied(error: unknown): boolean {
  return refusalOf(error)?.kind === 'denied';
}
