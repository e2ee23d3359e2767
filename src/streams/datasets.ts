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
  async *read(tenant) {
    const list = tenant.pages<QlikDataset>({
      path: '/api/v1/items',
      query: { resourceType: 'dataset', sort: '+createdAt', noActions: true },
      needs: 'All data sets take the role Tenant Admin; an OAuth client takes the scope admin_classic.',
    });
    for await (const page of list) yield page.map(resourceOf);
  },
});
