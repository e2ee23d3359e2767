import schema from '../../schemas/app_tables.json' with { type: 'json' };
import type { AppTable } from '../generated/app_tables.ts';
import { dataModelStream } from './parts/data-model-stream.ts';

/** Tables of the data models of apps, as their last reloads have made them. */
export const app_tables = dataModelStream<AppTable>({
  name: 'app_tables',
  schema,
  primaryKey: ['appId', 'name'],
  rowsOf: ({ tables }) => tables as readonly AppTable[],
});
