import { liveInApps } from './app-life.ts';
import type { Space } from './data/spaces.ts';
import { iso, NOW } from './data/timeline.ts';
import type { User } from './data/users.ts';
import type { TenantData } from './tenant-data.ts';

/** When people and spaces change; apps have times of their own. */
const TODAY = iso(NOW + 3_600_000);

/**
 * A day in a tenant's life: people, apps and what is in them come, change and go, as far as the tenant has any. The same
 * tenant lives the same day. Returns what happened, in words.
 */
export function live(data: TenantData): string[] {
  const [space] = data.spaces.all();
  const done = [...leave(data), changeEmail(data), ...deleteConnection(data), ...liveInApps(data)];
  if (space) done.push(renameSpace(data, space));
  done.push(...replaceFile(data), ...runAutomation(data));
  const newcomer = join(data);
  return [...done, `${newcomer.name} joins as a user.`, makeApp(data, newcomer, space?.id)];
}

function join({ users }: TenantData): User {
  const { id } = users.add({});
  return users.change(id, { status: 'active', inviteExpiry: undefined });
}

/** Without the first two: the tenant's admin and its bot, as whom the connector signs in. */
function* colleagues({ users }: TenantData): Generator<User> {
  for (const user of users.all().drop(2)) if (user.status === 'active' && user.email) yield user;
}

function leave(data: TenantData): string[] {
  return [...colleagues(data).take(1)].map(({ id, name }) => {
    data.users.delete(id);
    return `${name} leaves; the user is deleted.`;
  });
}

function changeEmail(data: TenantData): string {
  const [admin] = data.users.all();
  const [user = admin as User] = colleagues(data);
  data.users.change(user.id, { email: `renamed.${user.email}` });
  return `${user.name} gets another e-mail address; no time of the user's row moves.`;
}

function renameSpace({ spaces }: TenantData, { id, name }: Space): string {
  const renamed = spaces.change(id, { name: 'Bright ideas', updatedAt: TODAY });
  return `The space "${name}" becomes "${renamed.name}".`;
}

function deleteConnection({ connections }: TenantData): string[] {
  return [...connections.all().take(1)].map(({ id, qName }) => {
    connections.delete(id);
    return `The connection "${qName}" is deleted.`;
  });
}

function replaceFile({ dataFiles }: TenantData): string[] {
  return [...dataFiles.all().take(1)].map(({ id, name, size }) => {
    dataFiles.change(id, { size: size + 1, modifiedDate: TODAY, contentUpdatedDate: TODAY });
    return `The file "${name}" is replaced.`;
  });
}

function runAutomation({ automations }: TenantData): string[] {
  return [...automations.all().take(1)].map(({ id, name }) => {
    automations.change(id, { lastRunAt: TODAY, lastRunStatus: 'failed', duration: 7 });
    return `The automation "${name}" runs, and fails.`;
  });
}

function makeApp(data: TenantData, { id: ownerId, subject: owner, name: maker }: User, spaceId?: string): string {
  const { id, name, resourceAttributes } = data.items.add({ ownerId, creatorId: ownerId, updaterId: ownerId });
  const ofMaker = { ownerId, owner, spaceId: spaceId ?? '', originAppId: '', publishTime: '', usage: 'ANALYTICS' };
  const { resourceId } = data.items.change(id, { spaceId, resourceAttributes: { ...resourceAttributes, ...ofMaker } });
  const document = data.document(resourceId);
  const sheets = document.sheetIds(data.plan.adminId).length;
  const charts = document.charts(data.plan.adminId).length;
  return `${maker} makes the app "${name}", with ${sheets} sheets and ${charts} charts.`;
}
