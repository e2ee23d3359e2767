import type { Context } from '../cdk/index.ts';
import type { Tenant } from '../qlik/tenant.ts';

const WARNING_DAYS = 14;

interface ApiKey {
  readonly id?: string;
  readonly sub?: string;
  readonly status?: string;
  readonly expiry?: string;
  readonly description?: string;
}

/** A warning if the API key in use ends soon; if it is not known which one that is, for each such key of the user. */
export async function keyWarnings(tenant: Tenant, user: string | undefined, context: Context): Promise<string[]> {
  if (!tenant.apiKey || user === undefined) return [];
  const { id: inUse } = tenant.apiKey;
  const soon = Date.now() + WARNING_DAYS * 86_400_000;
  try {
    const query = { sub: user, status: 'active', limit: 100 };
    const keys = await tenant.get({ path: '/api/v1/api-keys', query, parse: apiKeys });
    const own = keys.filter(({ sub, status }) => sub === user && status === 'active');
    const known = own.filter(({ id }) => id === inUse);
    return (known.length > 0 ? known : own)
      .filter(({ expiry }) => Date.parse(String(expiry)) < soon)
      .map(({ expiry, description }) => `The API key "${description ?? ''}" ends on ${expiry}: make a new one before.`);
  } catch (error) {
    context.stop.throwIfAborted();
    context.logger.debug(`The tenant does not tell when API keys end: ${String(error)}`);
    return [];
  }
}

function apiKeys(json: unknown): ApiKey[] {
  const { data } = (json ?? {}) as { data?: unknown };
  return Array.isArray(data) ? data : [];
}
