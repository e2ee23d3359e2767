import schema from '../../schemas/reloads.json' with { type: 'json' };
import type { Reload } from '../generated/reloads.ts';
import { logStream } from './parts/log-stream.ts';

/** Reloads of apps, and how they ended. Without the log, which is what the load script has printed. */
export const reloads = logStream<Reload>({
  name: 'reloads',
  schema,
  primaryKey: ['id'],
  updatedField: 'creationTime',
  access: {
    scopes: ['admin_classic'],
    roles: ['Tenant Admin'],
    otherwise:
      'app by app, those of apps that the user may see; an app whose reloads are refused is named in a warning',
  },
  calls: {
    rest: {
      '/api/v1/reloads': '100 reloads that are new',
      '/api/v1/reloads/{id}': 'older reload that had not ended',
    },
  },
  readEntries: (tenant, needs, app) => tenant.reloads(needs, app),
  readEntry: (tenant, id) => tenant.reload(id),
  hasEnded: ({ status }) => typeof status === 'string' && ENDED.has(status),
});

/** Any other status may change. */
const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT']);
