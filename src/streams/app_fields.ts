import schema from '../../schemas/app_fields.json' with { type: 'json' };
import type { AppField } from '../generated/app_fields.ts';
import { dataModelStream } from './parts/data-model-stream.ts';

/** Fields of the data models of apps, as their last reloads have made them. */
export const app_fields = dataModelStream<AppField>({
  name: 'app_fields',
  schema,
  primaryKey: ['appId', 'name'],
  rowsOf: ({ fields }) => fields.map(withSortedTables),
});

/** Qlik promises no order, and another one would look like a change. */
function withSortedTables(field: AppField): AppField {
  const { src_tables: tables } = field;
  return Array.isArray(tables) ? { ...field, src_tables: tables.toSorted() } : field;
}
