import { isExplained, refusalOf } from '../cdk/index.ts';
import type { AppItem, Tenant } from '../qlik/tenant.ts';
import { apps } from '../streams/apps.ts';
import { needsOf } from '../streams/parts/facts.ts';

/** Apps are listed by that many until some are wanted. */
const APPS_LISTED = 100;
/** More would take longer than people wait for a check. */
const SPACES_TRIED = 12;
const TRIED_AT_A_TIME = 4;

/** What a look into some apps has shown. */
export interface AppFindings {
  /** Whether sheets and charts can be read, of some apps at least. */
  readonly readable: boolean;
  readonly findings: readonly string[];
  readonly warnings: readonly string[];
}

interface Trial {
  readonly item: AppItem;
  readonly refusal: unknown;
}

/**
 * Opens apps of some spaces, to find out whether the engine can be reached at all (a firewall may let REST through
 * and no WebSocket), and in which spaces apps can be listed but not opened.
 */
export async function lookIntoApps(
  some: Promise<readonly AppItem[]>,
  tenant: Tenant,
  stop: AbortSignal,
): Promise<AppFindings> {
  try {
    const items = await some;
    if (items.length === 0)
      return { readable: true, findings: ['There is no app to open among those that are wanted.'], warnings: [] };
    const trials = await tryAll(items, tenant, stop);
    const opened = trials.filter(({ refusal }) => refusal === undefined);
    const failed = trials.find(({ refusal }) => refusal !== undefined && !refusalOf(refusal));
    const closed = trials.filter(({ refusal }) => isDenied(refusal));
    const warnings = await Promise.all(closed.map((trial) => closedSpace(trial, tenant)));
    if (opened[0]) {
      const { name: told, resourceId } = opened[0].item;
      const name = typeof told === 'string' ? told : resourceId;
      return { readable: true, findings: [`The app "${name}" could be opened.`], warnings };
    }
    const reason = `Sheets and charts cannot be read, since no app could be opened: ${messageOf((failed ?? trials[0])?.refusal)}`;
    return { readable: false, findings: [], warnings: [reason, ...warnings] };
  } catch (error) {
    stop.throwIfAborted();
    return { readable: false, findings: [], warnings: [`Sheets and charts cannot be read: ${messageOf(error)}`] };
  }
}

/** An app of each of some spaces, among those that are wanted. */
export async function someOfEachSpace(tenant: Tenant): Promise<AppItem[]> {
  const needs = needsOf('Listing all apps', apps.access);
  for await (const items of tenant.appItems<AppItem>({ limit: APPS_LISTED, needs })) {
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
    for (const [index, item] of next) trials[index] = { item, refusal: await whatKeepsOut(item, tenant, stop) };
  };
  await Promise.all(Array.from({ length: TRIED_AT_A_TIME }, worker));
  return trials;
}

async function whatKeepsOut({ resourceId }: AppItem, tenant: Tenant, stop: AbortSignal): Promise<unknown> {
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

async function closedSpace({ item, refusal }: Trial, tenant: Tenant): Promise<string> {
  const { spaceId } = item;
  if (!spaceId) return `Personal apps of others can be listed but not opened: ${messageOf(refusal)}`;
  return `Apps of the space "${await nameOf(spaceId, tenant)}" can be listed but not opened: ${messageOf(refusal)}`;
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

/** Others that are out were deleted meanwhile, which says nothing about their space. */
function isDenied(refusal: unknown): boolean {
  return refusalOf(refusal)?.kind === 'denied';
}
