import { isProperties } from '../app-objects.ts';
import { type Assumption, counted, NotAsked } from '../assumption.ts';
import { propertiesIn } from '../probed-app.ts';
import { told } from '../told.ts';

/** What is assumed of the tenant itself, and of who asks it. */
export const tenantAssumptions: readonly Assumption[] = [
  {
    name: 'tenant-id',
    claim: 'GET /tenants/me tells anybody the id of the tenant, which all users have as their tenantId.',
    doubt: 'No source says who may ask; in the examples the ids are equal.',
    reliedOnBy: 'the state of incremental syncs, which belongs to one tenant',
    ifNot: { copes: 'yes', how: 'a state then belongs to the address of the tenant' },
    async ask(probe) {
      const { id } = propertiesIn(await probe.answer('/api/v1/tenants/me'));
      return counted(
        await probe.rows('users'),
        told`users`,
        ({ tenantId }) => typeof id === 'string' && tenantId === id,
      );
    },
  },
  {
    name: 'own-user',
    claim: 'GET /users/me tells who asks, behind a redirect on the same host.',
    doubt: 'An OAuth client with narrow scopes may be refused; the redirect is documented without its host.',
    reliedOnBy: 'check',
    ifNot: { copes: 'yes', how: 'check says that the tenant has let the credentials in, and not as whom' },
    async ask(probe) {
      const me = await probe.answer('/api/v1/users/me');
      return { holds: isProperties(me) && typeof me.id === 'string', came: told`an answer without a refusal` };
    },
  },
  {
    name: 'api-key-id',
    claim: 'An API key is a JWT that holds the id under which GET /api-keys lists it.',
    doubt: 'Seen in public tests of other programs only.',
    reliedOnBy: "check's warning that the key ends soon",
    ifNot: { copes: 'yes', how: 'the warning names every key of the user that ends soon' },
    async ask(probe) {
      const { apiKey } = probe.tenant;
      if (!apiKey) throw new NotAsked(told`the credentials are no API key`);
      const { id } = propertiesIn(await probe.answer('/api/v1/users/me'));
      const query = { sub: String(id), status: 'active', limit: 100 };
      const { rows } = await probe.pageAt('/api/v1/api-keys', query);
      const isListed = rows.some((key) => key.id === apiKey.id);
      return {
        holds: isListed,
        came: isListed
          ? told`listed`
          : told`${apiKey.id === undefined ? 0 : 1} id in the key, none of ${rows.length} keys`,
      };
    },
  },
];
