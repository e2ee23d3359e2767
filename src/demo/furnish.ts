import type { SimulatedTenant } from '../simulator/tenant.ts';

/** Lets a tenant have what the questions in the docs ask for by name, as far as it has apps for it, and an app that is closed to us. */
export function furnish({ data, engine }: SimulatedTenant): void {
  const inSpaces = (type: string) => {
    const ids = new Set([...data.spaces.all()].filter((space) => space.type === type).map(({ id }) => id));
    return data.items.all().filter((item) => item.resourceType === 'app' && ids.has(item.spaceId ?? ''));
  };
  const [shared] = inSpaces('shared');
  if (shared) {
    const { id, resourceAttributes } = shared;
    const name = 'Sales overview';
    data.items.change(id, { name, resourceAttributes: { ...resourceAttributes, name } });
  }
  const closed = [...inSpaces('managed')].at(-1);
  if (closed) engine.faults.add({ app: closed.resourceId, close: 4203 });
}
