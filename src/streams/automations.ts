import schema from '../../schemas/automations.json' with { type: 'json' };
import type { Automation } from '../generated/automations.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Automations of the whole tenant. A list of the caller's own instead would look as if all others were gone. */
export const automations = tenantStream<Automation>({
  name: 'automations',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  async *read(tenant) {
    const list = tenant.pages<Automation>({
      path: '/api/v1/automations',
      query: { sort: '+createdAt', listAll: true },
      needs:
        'All automations take the role Tenant Admin or Analytics Admin; an OAuth client takes the scope admin.automations:read or admin_classic.',
    });
    for await (const page of list) yield page.map(withSortedIds);
  },
});

/** Qlik promises no order of these ids, and another order would look like a change. */
function withSortedIds({ connectorIds, endpointIds, snippetIds, ...automation }: Automation): Automation {
  return {
    ...automation,
    connectorIds: sorted(connectorIds),
    endpointIds: sorted(endpointIds),
    snippetIds: sorted(snippetIds),
  };
}

function sorted<Id>(ids: Id[] | null | undefined): Id[] | null {
  return Array.isArray(ids) ? ids.toSorted() : null;
}
