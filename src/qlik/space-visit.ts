import { TenantError } from './error.ts';
import type { List } from './pages.ts';

/** Whoever lists what the tenant has. */
interface Lister {
  pages<Item>(list: List): AsyncGenerator<Item[]>;
}

const NEEDS =
  'If the space is still there, it takes the role Tenant Admin or one in the space; an OAuth client takes the scope admin.spaces:read or admin_classic.';

/** A look at one space. */
export class SpaceVisit implements AsyncDisposable {
  readonly id: string;
  readonly #tenant: Lister;

  constructor(id: string, tenant: Lister) {
    this.id = id;
    this.#tenant = tenant;
  }

  /** Who has which roles in it, the owner apart, of whom Qlik keeps no such row. Rejects with a `TenantError`. */
  assignments<Item>(): Promise<Item[]> {
    return this.#list('assignments');
  }

  /** What of it is shared with whom. Rejects with a `TenantError`. */
  shares<Item>(): Promise<Item[]> {
    return this.#list('shares');
  }

  async #list<Item>(what: 'assignments' | 'shares'): Promise<Item[]> {
    const list = this.#tenant.pages<Item>({
      path: `/api/v1/spaces/${encodeURIComponent(this.id.toWellFormed())}/${what}`,
      query: { limit: 100 },
      needs: NEEDS,
    });
    try {
      return (await Array.fromAsync(list)).flat();
    } catch (error) {
      throw this.#explained(error, what);
    }
  }

  /** A space that may not be read, or is gone, is out by itself: Qlik answers 404 for both. */
  #explained(error: unknown, what: string): unknown {
    const status = error instanceof TenantError ? error.facts.status : undefined;
    if (status !== 403 && status !== 404) return error;
    const refusal = status === 403 ? 'denied' : 'vanished';
    return new TenantError('config_error', `The ${what} of space ${this.id} are not shown (${status}).`, {
      ...{ status, refusal, ofWhole: true, cause: error },
      remedy: NEEDS,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
