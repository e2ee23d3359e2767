import type { ListStream, Reason, Row } from '../../cdk/index.ts';
import type { List } from '../../qlik/pages.ts';
import type { Tenant } from '../../qlik/tenant.ts';
import { type Access, type Declared, type Facts, needsOf, type Path } from './facts.ts';
import { impersonal, nestedIn } from './impersonal.ts';

/** A stream that is read once a tenant, as its file declares it. */
interface TenantStream<Item> extends Declared {
  readonly access: Access;
  /** Where the tenant lists the rows. */
  readonly path: Path;
  /** What one call is made for; 100 rows, unless given. */
  readonly callsFor?: string;
  /** Where tenants list them that do not know the path yet. */
  readonly formerPath?: Path;
  /** All rows, page by page. `list` is the list at the stream's path (or its former one), and says what is missing where it is refused. */
  read(
    tenant: Tenant,
    list: Pick<List, 'path' | 'formerPath' | 'needs'>,
    expect: (rows: number) => void,
    skip?: (item: Item, reason: Reason) => void,
  ): AsyncIterable<readonly Item[]>;
}

/** Declares a stream that is read once a tenant; `Item` is its row. Rows never hold what depends on who is asking. */
export function tenantStream<Item extends Row>(declared: TenantStream<Item>): ListStream<Tenant> & Facts {
  const { path, formerPath, callsFor = '100 rows', ...facts } = declared;
  const nested = nestedIn(facts.schema);
  const former = formerPath && { [formerPath]: `${callsFor}, of a tenant that does not know that path yet` };
  const list = {
    path,
    ...(formerPath && { formerPath }),
    needs: needsOf(`Listing all ${facts.name.replaceAll('_', ' ')}`, facts.access),
  };
  return {
    ...facts,
    calls: { rest: { [path]: callsFor, ...former } },
    async *read(tenant, expect, skip) {
      for await (const items of declared.read(tenant, list, expect, skip))
        yield items.map((item) => impersonal(item, nested));
    },
  };
}
