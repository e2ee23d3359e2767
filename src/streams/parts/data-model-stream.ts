import type { PartitionStream, Row, Schema } from '../../cdk/index.ts';
import type { DataModel } from '../../qlik/data-model.ts';
import type { Visit } from '../../qlik/visit.ts';
import type { Declared } from './declared.ts';
import { allOf } from './section.ts';

/** Declares a stream of what an app's last reload has made. It takes no session, and is asked for only where the app has moved. */
export function dataModelStream<Item extends object>(
  declared: Declared & { rowsOf(model: DataModel): readonly Item[] },
): PartitionStream<Visit> {
  const { rowsOf, ...facts } = declared;
  return {
    ...facts,
    schema: facts.schema as Schema,
    partitionedBy: 'apps',
    hasOwnPermission: true,
    onlyWhenMoved: true,
    async readPartition(visit) {
      const rows = rowsOf(await visit.dataModel());
      return { sections: [allOf(rows.map((item): Row => ({ ...item, appId: visit.app.id })))] };
    },
  };
}
