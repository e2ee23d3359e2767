import schema from '../../schemas/datasets.json' with { type: 'json' };
import type { Dataset } from '../generated/datasets.ts';
import { type CatalogItem, resourceOf } from './parts/item.ts';
import { tenantStream } from './parts/tenant-stream.ts';

/** A data set as the tenant lists it: an item of its catalogue. */
type QlikDataset = Omit<Dataset, 'id' | 'itemId' | 'tags' | 'collections'> & CatalogItem;

/** Data sets that the credentials may see: files and tables whose fields are known to the tenant. */
export const datasets = tenantStream<Dataset>({
  name: 'datasets',
  schema,
  primaryKey: ['id'],
  updatedField: 'updatedAt',
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise: 'those that the user may see',
  },
  path: '/api/v1/items',
  async *read(tenant, list) {
    const query = { resourceType: 'dataset', sort: '+createdAt', noActions: true };
    for await (const page of tenant.pages<QlikDataset>({ ...list, query })) yield page.map(resourceOf);
  },
});
