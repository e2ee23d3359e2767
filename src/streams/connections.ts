import schema from '../../schemas/connections.json' with { type: 'json' };
import type { Connection } from '../generated/connections.ts';
import { maskedStatement } from './parts/connect-statement.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** A connection as the tenant lists it: in some answers its tags are one text. */
type QlikConnection = Omit<Connection, 'tags'> & { readonly tags?: Connection['tags'] | string };

/** Data connections that the credentials may see: of spaces and personal, those of disabled data sources and data files too. */
export const connections = tenantStream<Connection>({
  name: 'connections',
  schema,
  primaryKey: ['id'],
  updatedField: 'updated',
  suggested: true,
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'those that the user may use; an OAuth client with data-connections:read gets its own',
  },
  path: '/api/v1/data-connections',
  async *read(tenant, list, expect) {
    const query = { includeDisabled: true, sort: '+created' };
    for await (const page of tenant.pages<QlikConnection>({ ...list, query, expect })) yield page.map(connectionOf);
  },
});

function connectionOf({ qConnectStatement, tags, ...connection }: QlikConnection): Connection {
  return {
    ...connection,
    ...(tags !== undefined && { tags: typeof tags === 'string' ? listOf(tags) : tags }),
    // Some tenants name the key in one way only.
    id: connection.qID ?? connection.qEngineObjectID ?? connection.id ?? null,
    ...(typeof qConnectStatement === 'string' && { qConnectStatement: maskedStatement(qConnectStatement) }),
  };
}

function listOf(text: string): string[] {
  return text === '' ? [] : [text];
}
