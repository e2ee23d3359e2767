import { apiPath } from './api-path.ts';
import type { List } from './pages.ts';
import { failureOfPart } from './refusals.ts';

/** Whoever lists what the tenant has. */
interface Lister {
  pages<Item>(list: List): AsyncGenerator<Item[]>;
}

/** A visit to one space. */
export class SpaceVisit implements AsyncDisposable {
  readonly id: string;
  readonly #tenant: Lister;

  constructor(id: string, tenant: Lister) {
    this.id = id;
    this.#tenant = tenant;
  }

  /**
   * Its assignments, who has which roles in it (of the owner Qlik keeps no such row); or its shares, what of it is shared with whom.
   * Rejects with a `TenantError`; one that shows as a refusal ends with what the caller `needs`.
   */
  async list<Item>(what: 'assignments' | 'shares', needs: string): Promise<Item[]> {
    const list = this.#tenant.pages<Item>({
      path: apiPath`/api/v1/spaces/${this.id}/${what}`,
      query: { limit: 100 },
      needs,
    });
    try {
      return (await Array.fromAsync(list)).flat();
    } catch (error) {
      throw failureOfPart(error, { what: `The ${what} of space ${this.id} are not shown`, remedy: needs });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
