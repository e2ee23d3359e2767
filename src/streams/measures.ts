import schema from '../../schemas/measures.json' with { type: 'json' };
import type { Measure } from '../generated/measures.ts';
import type { ListedObject, Properties } from '../qlik/app-objects.ts';
import type { Visit } from '../qlik/visit.ts';
import { appStream } from './parts/app-stream.ts';
import { libraryItem } from './parts/library-item.ts';
import { expressionOrText, objectIn, textIn } from './parts/property.ts';
import { allOf } from './parts/section.ts';

/** Master measures of apps. */
export const measures = appStream<Measure>({
  name: 'measures',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'modifiedDate',
  async readPartition(visit) {
    return { sections: [allOf((await visit.measures()).map((item) => measureOf(item, visit)))] };
  },
});

function measureOf(item: ListedObject, visit: Visit) {
  const stored = (item.qData?.qMeasure ?? {}) as Properties;
  return {
    ...libraryItem(item, visit),
    label: textIn(stored.qLabel),
    labelExpression: expressionOrText(stored.qLabelExpression),
    expression: textIn(stored.qDef),
    grouping: textIn(stored.qGrouping),
    numberFormat: objectIn(stored.qNumFormat),
  };
}
