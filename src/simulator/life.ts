import { liveInApps } from './app-life.ts';
import { isDataFiles } from './data/connections.ts';
import type { Space } from './data/spaces.ts';
import { iso, isoSeconds } from './data/timeline.ts';
import type { User } from './data/users.ts';
import { another, type Day, inTurn, nextDay } from './day.ts';
import type { TenantData } from './tenant-data.ts';

const SPACES = ['Bright ideas', 'Board reports', 'Finance and more', 'Front desk', 'Forecasts', 'Sandbox'];

/**
 * A day in a tenant's life: people, apps and what is in them come, change and go, as far as the tenant has any. The same
 * tenant lives the same days, each unlike the others. Returns what happened, in words.
 */
export function live(data: TenantData): string[] {
  const day = nextDay(data);
  const space = inTurn(day, data.spaces.all());
  const done = [...leave(day), changeEmail(day), ...replaceConnection(day), ...liveInApps(day)];
  if (space) done.push(renameSpace(day, space));
  done.push(...replaceFile(day), ...runAutomation(day));
  const newcomer = join(day);
  return [...done, `${newcomer.name} joins as a user.`, makeApp(day, newcomer, space?.id)];
}

function join({ data: { users }, ms }: Day): User {
  const { id } = users.add({ createdAt: iso(ms), lastUpdatedAt: iso(ms) });
  return users.change(id, { status: 'active', inviteExpiry: undefined });
}

/** Without the first two: the tenant's admin and its bot, as whom the connector signs in. */
function* colleagues({ users }: TenantData): Generator<User> {
  for (const user of users.all().drop(2)) if (user.status === 'active' && user.email) yield user;
}

function leave(day: Day): string[] {
  const leaver = inTurn(day, colleagues(day.data));
  if (!leaver) return [];
  day.data.users.delete(leaver.id);
  return [`${leaver.name} leaves; the user is deleted.`];
}

function changeEmail(day: Day): string {
  const { users, daysLived } = day.data;
  const [admin] = users.all();
  const user = inTurn(day, colleagues(day.data)) ?? (admin as User);
  users.change(user.id, { email: `renamed.${daysLived}@example.com` });
  return `${user.name} gets another e-mail address; no time of the user's row moves.`;
}

function renameSpace(day: Day, { id, name }: Space): string {
  const renamed = day.data.spaces.change(id, { name: another(day, SPACES, name), updatedAt: iso(day.ms) });
  return `The space "${name}" becomes "${renamed.name}".`;
}

function replaceConnection(day: Day): string[] {
  const { connections } = day.data;
  const old = inTurn(
    day,
    connections.all().filter((connection) => !isDataFiles(connection)),
  );
  if (!old) return [];
  connections.delete(old.id);
  const { qName } = connections.add({ created: iso(day.ms), updated: iso(day.ms) });
  return [`The connection "${old.qName}" is deleted, and a connection "${qName}" added.`];
}

function replaceFile(day: Day): string[] {
  const { dataFiles } = day.data;
  const file = inTurn(day, dataFiles.all());
  if (!file) return [];
  const time = iso(day.ms);
  dataFiles.change(file.id, { size: file.size + 1, modifiedDate: time, contentUpdatedDate: time });
  return [`The file "${file.name}" is replaced.`];
}

function runAutomation(day: Day): string[] {
  const { automations } = day.data;
  const automation = inTurn(day, automations.all());
  if (!automation) return [];
  automations.change(automation.id, { lastRunAt: iso(day.ms), lastRunStatus: 'failed', duration: 7 });
  return [`The automation "${automation.name}" runs, and fails.`];
}

function makeApp({ data, ms }: Day, { id: ownerId, subject: owner, name: maker }: User, spaceId?: string): string {
  const { id, name, resourceAttributes } = data.items.add({ ownerId, creatorId: ownerId, updaterId: ownerId });
  const ofMaker = { ownerId, owner, spaceId: spaceId ?? '', originAppId: '', publishTime: '', usage: 'ANALYTICS' };
  const times = { createdDate: iso(ms), lastReloadTime: iso(ms), modifiedDate: iso(ms) };
  const { resourceId } = data.items.change(id, {
    spaceId,
    ...{ createdAt: isoSeconds(ms), updatedAt: isoSeconds(ms), resourceReloadEndTime: isoSeconds(ms) },
    ...{ resourceCreatedAt: isoSeconds(ms), resourceUpdatedAt: isoSeconds(ms), resourceReloadStatus: 'ok' },
    resourceAttributes: { ...resourceAttributes, ...ofMaker, ...times },
  });
  const document = data.document(resourceId);
  const sheets = document.sheetIds(data.plan.adminId).length;
  const charts = document.charts(data.plan.adminId).length;
  return `${maker} makes the app "${name}", with ${sheets} sheets and ${charts} charts.`;
}
