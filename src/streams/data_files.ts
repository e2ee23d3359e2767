import schema from '../../schemas/data_files.json' with { type: 'json' };
import type { DataFile } from '../generated/data_files.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Files in the spaces that the credentials may see. Sorted so that a file changed meanwhile is seen twice, never missed. */
export const data_files = tenantStream<DataFile>({
  name: 'data_files',
  schema,
  primaryKey: ['id'],
  updatedField: 'modifiedDate',
  read: (tenant) =>
    tenant.pages({
      path: '/api/v1/data-files',
      query: { includeAllSpaces: true, sort: '+modifiedDate' },
      needs: 'Files of all spaces take the role Tenant Admin; an OAuth client takes the scope admin_classic.',
    }),
});
