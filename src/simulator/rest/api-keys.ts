import { dice, uuid } from '../data/dice.ts';
import type { FirstRows } from '../data/first-rows.ts';
import type { RowMaker } from '../data/row-list.ts';
import { iso, timeline } from '../data/timeline.ts';
import { bothWays } from './list-parameters.ts';
import type { RestList } from './rest-list.ts';

/** A row of GET /api-keys. */
interface ApiKey {
  id: string;
  tenantId: string;
  description: string;
  sub: string;
  subType: 'user';
  status: 'active' | 'expired' | 'revoked';
  created: string;
  lastUpdated: string;
  createdByUser: string;
  expiry: string;
}

const YEAR_MS = 365 * 86_400_000;

/** GET /api-keys (https://qlik.dev/apis/rest/api-keys/). Its cursor is `startingAfter`. */
export const apiKeys = {
  path: 'api-keys',
  rows: apiKeyRows,
  endpoint: ({ plan, dials }) => ({
    prefix: 'API-KEYS',
    limit: { default: 20, max: 100 },
    sorts: ['+created', ...bothWays(['createdByUser', 'sub', 'status', 'description', 'created'])],
    cursor: 'startingAfter',
    filters: {
      status: (value) => (key) => key.status === value,
      sub: (value) => (key) => key.sub === value,
      createdByUser: (value) => (key) => key.createdByUser === value,
    },
    shape: (key) => (dials.apiKeyExpiry && key.id === plan.apiKeyId ? { ...key, expiry: dials.apiKeyExpiry } : key),
  }),
} satisfies RestList<ApiKey>;

/** The caller's key, then older ones that no longer serve. */
function apiKeyRows({ plan }: FirstRows): RowMaker<ApiKey> {
  const size = 5;
  const time = timeline(plan, 'api keys', size);
  const dieAt = dice(plan.seed, 'api keys');
  const idAt = (index: number) => (index ? uuid(dieAt(index)) : plan.apiKeyId);
  const rowAt = (index: number): ApiKey => {
    const created = iso(time.createdMs(index));
    const status = index === 0 ? 'active' : index % 2 ? 'expired' : 'revoked';
    return {
      id: idAt(index),
      tenantId: plan.tenantId,
      description: `Key ${index + 1}`,
      sub: plan.adminId,
      subType: 'user',
      status,
      created,
      lastUpdated: created,
      createdByUser: plan.adminId,
      expiry: iso(status === 'expired' ? time.createdMs(index) + 1000 : plan.nowMs + 5 * YEAR_MS),
    };
  };
  const indexOf = (id: string) => Array.from({ length: size }, (_, index) => idAt(index)).indexOf(id);
  return { size, rowAt, idAt, indexOf };
}
