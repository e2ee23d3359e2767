import type { PartitionStream, Row } from '../../cdk/index.ts';
import type { SpaceVisit } from '../../qlik/space-visit.ts';
import { type Access, type Declared, type Facts, needsOf } from './facts.ts';
import { impersonal, nestedIn } from './impersonal.ts';
import { sectionOf } from './section.ts';

/** A stream that is read once a space, as its file declares it. */
interface SpaceStream extends Declared {
  /** What is listed of each space. */
  readonly lists: 'assignments' | 'shares';
}

const access: Access = {
  scopes: ['admin.spaces:read', 'admin_classic'],
  roles: ['Tenant Admin', 'Analytics Admin', 'one in each space'],
  otherwise: 'a space that refuses (403, 404) is named in a warning, and its rows stay as they were',
};

/** Declares a stream that is read once a space; `Item` is its row. What is refused of one space is warned of, and stays as it was. */
export function spaceStream<Item extends Row>(declared: SpaceStream): PartitionStream<SpaceVisit> & Facts {
  const { lists, ...facts } = declared;
  const nested = nestedIn(facts.schema);
  const needs = needsOf(`If the space is still there, listing its ${lists}`, access);
  return {
    ...facts,
    access,
    calls: { rest: { [`/api/v1/spaces/{id}/${lists}`]: 'space' } },
    partitionedBy: 'spaces',
    hasOwnPermission: true,
    async readPartition(space) {
      const rows = await space.list<Item>(lists, needs);
      return {
        sections: rows.map((item) => {
          const row: Row = { ...impersonal(item, nested), spaceId: space.id };
          return sectionOf(row);
        }),
      };
    },
  };
}
