import type { SimulatedTenant } from '../simulator/tenant.ts';

/**
 * Lets a tenant have what the questions in the docs ask for, as far as it has apps for it: an app of a certain name, one whose owner
 * has left, and one that is closed to us.
 */
export function furnish({ data, engine }: SimulatedTenant): void {
  const inSpaces = (type: string) => {
    const ids = new Set([...data.spaces.all()].filter((space) => space.type === type).map(({ id }) => id));
    return data.items.all().filter((item) => item.resourceType === 'app' && ids.has(item.spaceId ?? ''));
  };
  const [shared, ...furtherShared] = inSpaces('shared');
  if (shared) {
    const { id, resourceAttributes } = shared;
    const name = 'Sales overview';
    data.items.change(id, { name, resourceAttributes: { ...resourceAttributes, name } });
  }
  const orphan = furtherShared.at(-1);
  if (orphan) {
    const { id: ownerId, subject: owner } = data.users.add();
    data.users.delete(ownerId);
    data.items.change(orphan.id, { ownerId, resourceAttributes: { ...orphan.resourceAttributes, ownerId, owner } });
  }
  const closed = [...inSpaces('managed')].at(-1);
  if (closed) engine.faults.add({ app: closed.resourceId, close: 4203 });
}
