import schema from '../../schemas/data_files.json' with { type: 'json' };
import type { DataFile } from '../generated/data_files.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** Files in the spaces that the credentials may see. Sorted so that a file changed meanwhile is seen twice, never missed. */
export const data_files = tenantStream<DataFile>({
  name: 'data_files',
  schema,
  primaryKey: ['id'],
  updatedField: 'modifiedDate',
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'files of spaces that the user is a member of, and personal ones',
  },
  path: '/api/v1/data-files',
  read: (tenant, list) => tenant.pages({ ...list, query: { includeAllSpaces: true, sort: '+modifiedDate' } }),
});
