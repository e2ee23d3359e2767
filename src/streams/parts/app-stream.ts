import type { Contents, PartitionStream, Schema, Section } from '../../cdk/index.ts';
import type { Visit } from '../../qlik/visit.ts';
import type { Declared } from './declared.ts';

/** What an app holds for one stream; `Item` is a row. */
interface AppContents<Item> extends Omit<Contents, 'sections'> {
  readonly sections: readonly (Omit<Section, 'read'> & { read(): Promise<readonly Item[]> })[];
}

/** Declares a stream that is read once an app; `Item` is its row. */
export function appStream<Item extends object>(
  declared: Declared & { readPartition(visit: Visit): Promise<AppContents<Item>> },
): PartitionStream<Visit> {
  return { ...declared, schema: declared.schema as Schema, partitionedBy: 'apps' } as PartitionStream<Visit>;
}
