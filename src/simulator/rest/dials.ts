/** How a list says that there is no next page. */
export type ListEnd = 'absent' | 'emptyObject' | 'nullHref' | 'emptyHref';

/** What Qlik's documentation leaves open, or what differs between tenants: turn one to see whether a client copes. */
export interface Dials {
  /** Every list ends this way; by default each ends as its endpoint is known to. */
  endOfList?: ListEnd;
  /** Where links to other pages lead: the tenant itself, plain http, another host, or a path that lacks `/api`. */
  pageLinks: 'own' | 'http' | 'otherHost' | 'withoutApi';
  /** The cursor's parameter, instead of the endpoint's own: next, page, cursor, startingAfter, endingBefore. */
  cursorParameter?: string;
  /** The largest limit that GET /spaces takes; Qlik states none. */
  spacesLimit: number;
  /** Whether a parameter that an endpoint does not know is an error. */
  unknownParameters: 'refuse' | 'ignore';
  /** Users with `created`, `lastUpdated`, `roles` and `groups` instead of today's attributes. */
  legacyUsers: boolean;
  /** Whether GET /users lists users with the status deleted. */
  deletedUsers: 'listed' | 'leftOut';
  /** Whether the caller may list the reloads of all apps at once, as Tenant Admins may. */
  reloadsOfAllApps: boolean;
  /** Whether automations are below /api/workflows/ too, which https://qlik.dev names as what takes the place of /api/v1/automations. */
  workflows: boolean;
  /** Where the 301 of GET /users/me and /tenants/me leads. */
  meLocation: 'absolute' | 'relative' | 'otherHost' | 'missing';
  /** Whether GET /tenants/me redirects, as GET /users/me does, or answers at once. */
  tenantsMe: 'redirect' | 'direct';
  /** When the caller's API key expires, as GET /api-keys says. */
  apiKeyExpiry?: string;
  /** How long an access token serves; it says so as `expires_in`. */
  tokenLifeSeconds: number;
  /** What a refused token request looks like. */
  tokenRefusal: 'qlik400' | 'qlik401' | 'rfc6749';
  compression: 'asked' | 'off';
  /** Every answer is kept back this long. */
  latencyMs: number;
}

/** The dials of a tenant that behaves as documented. */
export function defaultDials(): Dials {
  return {
    pageLinks: 'own',
    spacesLimit: 100,
    unknownParameters: 'refuse',
    legacyUsers: false,
    deletedUsers: 'listed',
    reloadsOfAllApps: true,
    workflows: true,
    meLocation: 'absolute',
    tenantsMe: 'redirect',
    tokenLifeSeconds: 21_600,
    tokenRefusal: 'qlik401',
    compression: 'asked',
    latencyMs: 0,
  };
}
