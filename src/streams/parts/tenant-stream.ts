import type { ListStream, Reason, Row, Schema } from '../../cdk/index.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import type { Declared } from './declared.ts';
import { impersonal, nestedIn } from './impersonal.ts';

/** Declares a stream that is read once a tenant; `Item` is its row. Rows never hold what depends on who is asking. */
export function tenantStream<Item extends object>(
  declared: Declared & {
    read(
      tenant: Tenant,
      expect: (rows: number) => void,
      skip?: (item: Item, reason: Reason) => void,
    ): AsyncIterable<readonly Item[]>;
  },
): ListStream<Tenant> {
  const schema = declared.schema as Schema;
  const nested = nestedIn(schema);
  return {
    ...declared,
    schema,
    async *read(tenant, expect, skip) {
      for await (const items of declared.read(tenant, expect, skip as (item: Item, reason: Reason) => void))
        yield items.map((item) => impersonal(item as Row, nested));
    },
  };
}
