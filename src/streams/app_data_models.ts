import schema from '../../schemas/app_data_models.json' with { type: 'json' };
import type { AppDataModel } from '../generated/app_data_models.ts';
import type { Measured } from '../qlik/data-model.ts';
import { dataModelStream } from './parts/data-model-stream.ts';
import { booleanIn, integerIn, objectIn, textIn } from './parts/property.ts';

/** What the data models of apps take of memory and time: one row an app, from the answer that tells its tables and fields. */
export const app_data_models = dataModelStream<AppDataModel>({
  name: 'app_data_models',
  schema,
  primaryKey: ['appId'],
  rowsOf: ({ measured }) => [modelOf(measured)],
});

function modelOf({ reload_meta: reload, ...model }: Measured): AppDataModel {
  return {
    staticByteSize: integerIn(model.static_byte_size),
    cpuTimeMs: integerIn(reload?.cpu_time_spent_ms),
    peakMemoryBytes: integerIn(reload?.peak_memory_bytes),
    fullReloadPeakMemoryBytes: integerIn(reload?.fullReloadPeakMemoryBytes),
    partialReloadPeakMemoryBytes: integerIn(reload?.partialReloadPeakMemoryBytes),
    hasSectionAccess: booleanIn(model.has_section_access),
    isDirectQueryMode: booleanIn(model.is_direct_query_mode),
    usage: textIn(model.usage),
    hardware: objectIn(reload?.hardware ?? null),
  };
}
