import { type Answer, refusal } from '../answer.ts';
import { SECRET_MARK } from '../data/connections.ts';
import { dice, hex } from '../data/dice.ts';
import type { Plan } from '../data/plan.ts';
import type { Dials } from './dials.ts';

/** Who may call: the admin by an API key, the bot by access tokens that expire. All of it is made up and worth nothing. */
export class Credentials {
  readonly apiKey: string;
  readonly oauthClient: { clientId: string; clientSecret: string };
  #plan: Plan;
  #dials: Dials;
  #tokenEndsMs = new Map<string, number>();
  #issued = 0;
  /** The access token that was issued last, until somebody has called with it. */
  #unused: string | undefined;

  constructor(plan: Plan, dials: Dials) {
    this.#plan = plan;
    this.#dials = dials;
    const die = dice(plan.seed, 'credentials')(0);
    const claims = { aud: 'qlik.api', iss: 'qlik.api/api-keys', jti: plan.apiKeyId, sub: plan.adminId };
    this.apiKey = fakeJwt({ ...claims, subType: 'user', tenantId: plan.tenantId }, 'api-key');
    this.oauthClient = { clientId: hex(die, 32), clientSecret: SECRET_MARK + hex(die, 40) };
  }

  /** The user whom an Authorization header stands for, if anyone. */
  callerOf(authorization: string | undefined): string | undefined {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    if (token === this.apiKey) return this.#plan.adminId;
    if ((this.#tokenEndsMs.get(token) ?? 0) <= Date.now()) return undefined;
    if (token === this.#unused) this.#unused = undefined;
    return this.#plan.botId;
  }

  /** Whether the access token that was issued last has let somebody in. */
  get isLastTokenUsed(): boolean {
    return this.#issued > 0 && this.#unused === undefined;
  }

  /** Ends all access tokens at once. */
  revokeTokens(): void {
    this.#tokenEndsMs.clear();
  }

  /** Answers POST /oauth/token for the grant `client_credentials`; any other is refused. */
  answerToken(body: string): Answer {
    const asked = parsed(body);
    const { clientId, clientSecret } = this.oauthClient;
    if (asked?.client_id !== clientId || asked.client_secret !== clientSecret) return this.#refuse('invalid_client');
    if (asked.grant_type !== 'client_credentials') return this.#refuse('unsupported_grant_type');
    const lifeSeconds = this.#dials.tokenLifeSeconds;
    const endsMs = Date.now() + lifeSeconds * 1000;
    const serial = ++this.#issued;
    const token = fakeJwt({ aud: 'qlik.api', sub: this.#plan.botId, subType: 'user', serial }, `token-${serial}`);
    this.#tokenEndsMs.set(token, endsMs);
    this.#unused = token;
    const scope = typeof asked.scope === 'string' ? asked.scope : 'user_default admin_classic';
    const expires = { expires_at: new Date(endsMs).toISOString(), expires_in: lifeSeconds };
    return { status: 200, body: { access_token: token, token_type: 'bearer', ...expires, scope } };
  }

  #refuse(error: string): Answer {
    const { tokenRefusal } = this.#dials;
    if (tokenRefusal === 'rfc6749')
      return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: 'Refused.' } };
    return refusal(tokenRefusal === 'qlik400' ? 400 : 401, 'HTTP-401', 'Unauthorized', { detail: error });
  }
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function fakeJwt(payload: object, kid: string): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const signature = Buffer.from('this signature is fake; it opens nothing but the simulated tenant'.repeat(2));
  return [part({ alg: 'ES384', typ: 'JWT', kid: `fake-${kid}` }), part(payload), signature.toString('base64url')].join(
    '.',
  );
}
