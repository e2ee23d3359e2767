import { dice, uuid } from './dice.ts';
import type { Plan } from './plan.ts';
import type { RowMaker } from './row-list.ts';
import { iso, NOW, timeline } from './timeline.ts';

/** A row of GET /api-keys. */
export interface ApiKey {
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

/** The caller's key, then older ones that no longer serve. */
export function apiKeyMaker(plan: Plan): RowMaker<ApiKey> {
  const size = 5;
  const time = timeline(plan.seed, 'api keys', size);
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
      expiry: iso(status === 'expired' ? time.createdMs(index) + 1000 : NOW + 5 * YEAR_MS),
    };
  };
  const indexOf = (id: string) => Array.from({ length: size }, (_, index) => idAt(index)).indexOf(id);
  return { size, rowAt, idAt, indexOf };
}
