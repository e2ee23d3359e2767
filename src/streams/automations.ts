import schema from '../../schemas/automations.json' with { type: 'json' };
import type { Automation } from '../generated/automations.ts';
import { declaredIn } from './parts/declared.ts';
import { numberOf } from './parts/property.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Automations of the whole tenant. A list of the caller's own instead would look as if all others were gone. */
export const automations = tenantStream<Automation>({
  name: 'automations',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  access: {
    scopes: ['admin.automations:read', 'admin_classic'],
    roles: ['Tenant Admin', 'Analytics Admin'],
    otherwise: 'refused (403)',
  },
  path: '/api/workflows/automations',
  formerPath: '/api/v1/automations',
  async *read(tenant, list) {
    const query = { sort: '+createdAt', listAll: true };
    for await (const page of tenant.pages<Automation>({ ...list, query })) yield page.map(automationOf);
  },
});

/** Qlik promises no order of the ids, and another order would look like a change. */
function automationOf({
  connectorIds,
  endpointIds,
  snippetIds,
  lastRun,
  duration,
  ...automation
}: Automation): Automation {
  return {
    ...automation,
    ...(lastRun !== undefined && { lastRun: declaredIn(lastRun, schema.properties.lastRun) }),
    ...(duration !== undefined && { duration: numberOf(duration) }),
    connectorIds: sorted(connectorIds),
    endpointIds: sorted(endpointIds),
    snippetIds: sorted(snippetIds),
  };
}

function sorted<Id>(ids: Id[] | null | undefined): Id[] | null {
  return Array.isArray(ids) ? ids.toSorted() : null;
}
