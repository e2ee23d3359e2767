import { apiPath } from './api-path.ts';
import type { List } from './pages.ts';
import { failureOfPart } from './refusals.ts';

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
      path: apiPath`/api/v1/spaces/${this.id}/${what}`,
      query: { limit: 100 },
      needs: NEEDS,
    });
    try {
      return (await Array.fromAsync(list)).flat();
    } catch (error) {
      throw failureOfPart(error, { what: `The ${what} of space ${this.id} are not shown`, remedy: NEEDS });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
