import { expect, test } from 'vitest';
import type { Row } from '../cdk/index.ts';
import type { Measured } from '../qlik/data-model.ts';
import type { Visit } from '../qlik/visit.ts';
import { app_data_models } from './app_data_models.ts';

/** The rows of an app of which this was measured. */
async function rowsOf(measured: object): Promise<readonly Row[]> {
  const visit = {
    app: { id: 'app-1' },
    dataModel: async () => ({ tables: [], fields: [], measured: measured as Measured }),
  };
  const { sections } = await app_data_models.readPartition(visit as unknown as Visit);
  return (await Promise.all(sections.map((section) => section.read()))).flat();
}

const NOTHING = {
  appId: 'app-1',
  staticByteSize: null,
  cpuTimeMs: null,
  peakMemoryBytes: null,
  fullReloadPeakMemoryBytes: null,
  partialReloadPeakMemoryBytes: null,
  hasSectionAccess: null,
  isDirectQueryMode: null,
  usage: null,
  hardware: null,
};

test('one row an app tells what its data and its last reload take', async () => {
  const hardware = { logical_cores: 16, total_memory: 137_438_953_472 };
  const reload_meta = { cpu_time_spent_ms: 8100, peak_memory_bytes: 3e9, fullReloadPeakMemoryBytes: 2e9, hardware };
  const measured = {
    static_byte_size: 4096,
    has_section_access: true,
    is_direct_query_mode: false,
    usage: 'ANALYTICS',
  };
  expect(await rowsOf({ ...measured, reload_meta })).toEqual([
    {
      ...NOTHING,
      staticByteSize: 4096,
      cpuTimeMs: 8100,
      peakMemoryBytes: 3e9,
      fullReloadPeakMemoryBytes: 2e9,
      hasSectionAccess: true,
      isDirectQueryMode: false,
      usage: 'ANALYTICS',
      hardware,
    },
  ]);
});

test.each([{}, { reload_meta: null }, { reload_meta: 'none' }, { reload_meta: {}, static_byte_size: '5', usage: 7 }])(
  'an app of which nothing of use is told has a row too: %j',
  async (measured) => {
    expect(await rowsOf(measured)).toEqual([NOTHING]);
  },
);
