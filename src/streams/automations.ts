import schema from '../../schemas/automations.json' with { type: 'json' };
import type { Automation } from '../generated/automations.ts';
import { numberOrText } from './parts/property.ts';
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
    ...(lastRun !== undefined && { lastRun: withoutErrors(lastRun) }),
    ...(duration !== undefined && { duration: numberOrText(duration) }),
    connectorIds: sorted(connectorIds),
    endpointIds: sorted(endpointIds),
    snippetIds: sorted(snippetIds),
  };
}

/** Without the texts of errors: they quote what the run has read. */
function withoutErrors(run: NonNullable<Automation['lastRun']> | null) {
  if (typeof run !== 'object' || run === null) return run;
  const { error, ...kept } = run as typeof run & { readonly error?: unknown };
  return kept;
}

function sorted<Id>(ids: Id[] | null | undefined): Id[] | null {
  return Array.isArray(ids) ? ids.toSorted() : null;
}
