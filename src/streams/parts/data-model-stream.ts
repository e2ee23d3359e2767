import type { PartitionStream, Row } from '../../cdk/index.ts';
import type { DataModel } from '../../qlik/data-model.ts';
import type { Visit } from '../../qlik/visit.ts';
import { listingApps, OPENING_APPS } from './app-access.ts';
import type { Access, Declared, Facts } from './facts.ts';
import { allOf } from './section.ts';

/** A stream of what an app's last reload has made, as its file declares it; `Item` is a row without the app's id. */
interface DataModelStream<Item> extends Declared {
  rowsOf(model: DataModel): readonly Item[];
}

const access: Access = {
  ...listingApps,
  also: OPENING_APPS,
  otherwise: 'apps whose data model is refused are named in warnings',
};

/** Declares a stream of what an app's last reload has made. It takes no session, and is asked for only where the app has moved. */
export function dataModelStream<Item extends Row>(declared: DataModelStream<Item>): PartitionStream<Visit> & Facts {
  const { rowsOf, ...facts } = declared;
  return {
    ...facts,
    access,
    calls: {
      rest: { '/api/v1/apps/{id}/data/metadata': 'app that is new or whose time has moved, for all such streams' },
    },
    partitionedBy: 'apps',
    hasOwnPermission: true,
    onlyWhenMoved: true,
    async readPartition(visit) {
      const rows = rowsOf(await visit.dataModel());
      return { sections: [allOf(rows.map((item): Row => ({ ...item, appId: visit.app.id })))] };
    },
  };
}
