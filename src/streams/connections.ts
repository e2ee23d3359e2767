import schema from '../../schemas/connections.json' with { type: 'json' };
import type { Connection } from '../generated/connections.ts';
import { maskedStatement } from './parts/connect-statement.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Data connections that the credentials may see: of spaces and personal, those of disabled data sources and data files too. */
export const connections = tenantStream<Connection>({
  name: 'connections',
  schema,
  primaryKey: ['id'],
  updatedField: 'updated',
  async *read(tenant, expect) {
    const list = tenant.pages<Connection>({
      path: '/api/v1/data-connections',
      query: { includeDisabled: true, sort: '+created' },
      needs:
        'All connections take the role Tenant Admin; an OAuth client takes the scope admin_classic (data-connections:read gives its own).',
      expect,
    });
    for await (const page of list) yield page.map(connectionOf);
  },
});

function connectionOf({ qConnectStatement, ...connection }: Connection): Connection {
  return {
    ...connection,
    // Some tenants name the key in one way only.
    id: connection.qID ?? connection.qEngineObjectID ?? connection.id ?? null,
    ...(typeof qConnectStatement === 'string' && { qConnectStatement: maskedStatement(qConnectStatement) }),
  };
}
