import type { PartitionStream, Row, Schema } from '../../cdk/index.ts';
import type { SpaceVisit } from '../../qlik/space-visit.ts';
import type { Declared } from './declared.ts';
import { impersonal, nestedIn } from './impersonal.ts';
import { sectionOf } from './section.ts';

/** Declares a stream that is read once a space; `Item` is its row. What is refused of one space is warned of, and stays as it was. */
export function spaceStream<Item extends { readonly id?: string | null | undefined }>(
  declared: Declared & { read(space: SpaceVisit): Promise<readonly Item[]> },
): PartitionStream<SpaceVisit> {
  const { read, ...facts } = declared;
  const schema = facts.schema as Schema;
  const nested = nestedIn(schema);
  return {
    ...facts,
    schema,
    partitionedBy: 'spaces',
    hasOwnPermission: true,
    async readPartition(space) {
      const rows = await read(space);
      return {
        sections: rows.map((item) => {
          const row: Row = { ...impersonal(item as Row, nested), spaceId: space.id };
          return sectionOf(row);
        }),
      };
    },
  };
}
