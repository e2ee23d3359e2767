import schema from '../../schemas/reloads.json' with { type: 'json' };
import type { Reload } from '../generated/reloads.ts';
import { logStream } from './parts/log-stream.ts';

/** Reloads of apps, and how they ended. Without the log, which is what the load script has printed. */
export const reloads = logStream<Reload>({
  name: 'reloads',
  schema,
  primaryKey: ['id'],
  updatedField: 'creationTime',
  readEntries: (tenant, app) => tenant.reloads(app),
  readEntry: (tenant, id) => tenant.reload(id),
  hasEnded: ({ status }) => typeof status === 'string' && ENDED.has(status),
});

/** Any other status may change. */
const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT']);
