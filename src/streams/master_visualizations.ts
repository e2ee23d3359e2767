import schema from '../../schemas/master_visualizations.json' with { type: 'json' };
import type { MasterVisualization } from '../generated/master_visualizations.ts';
import type { ListedObject } from '../qlik/app-objects.ts';
import type { Visit } from '../qlik/visit.ts';
import { appStream } from './parts/app-stream.ts';
import { chartProperties } from './parts/chart-properties.ts';
import { type Library, libraryOf } from './parts/library.ts';
import { libraryItem } from './parts/library-item.ts';
import { textIn } from './parts/property.ts';

/** Master visualisations of apps, with all that is in them, and the dimensions and measures of their library filled in. */
export const master_visualizations = appStream<MasterVisualization>({
  name: 'master_visualizations',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'modifiedDate',
  methods: ['GetObject', 'GetFullPropertyTree', 'GetProperties', 'GetChildInfos'],
  async readPartition(visit) {
    const [listed, version] = await Promise.all([visit.masters(), visit.libraryVersion()]);
    const masters = listed.filter(isInLibrary);
    const all = {
      id: 'all',
      version: [version, masters.map((item) => libraryItem(item, visit))],
      expectedRows: masters.length,
      async read() {
        const library = await libraryOf(visit);
        return masters.flatMap((item) => masterOf(item, library, visit));
      },
    };
    return { sections: [all] };
  },
});

/** A sheet may hold objects of the same type, which Qlik may list too: it knows neither a title nor a time of them. */
function isInLibrary({ qMeta, qData }: ListedObject): boolean {
  const facts = [qMeta?.title, qMeta?.createdDate, qMeta?.modifiedDate, qData?.title || null];
  return facts.some((fact) => textIn(fact) !== null);
}

/** None for one that has gone since it was listed. */
function masterOf(item: ListedObject, library: Library, visit: Visit) {
  const stored = library.masters.get(item.qInfo.qId);
  if (!stored) return [];
  const { masterItemId: _, ...drawn } = chartProperties(stored, library);
  return [{ ...drawn, ...libraryItem(item, visit) }];
}
