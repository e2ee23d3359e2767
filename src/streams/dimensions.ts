import schema from '../../schemas/dimensions.json' with { type: 'json' };
import type { Dimension } from '../generated/dimensions.ts';
import type { ListedObject, Properties } from '../qlik/app-objects.ts';
import type { Visit } from '../qlik/visit.ts';
import { appStream } from './parts/app-stream.ts';
import { libraryItem } from './parts/library-item.ts';
import { expressionOrText, textIn, textsIn } from './parts/property.ts';
import { allOf } from './parts/section.ts';

/** Master dimensions of apps. */
export const dimensions = appStream<Dimension>({
  name: 'dimensions',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'modifiedDate',
  async readPartition(visit) {
    return { sections: [allOf((await visit.dimensions()).map((item) => dimensionOf(item, visit)))] };
  },
});

function dimensionOf(item: ListedObject, visit: Visit) {
  const stored = (item.qData?.qDim ?? {}) as Properties;
  return {
    ...libraryItem(item, visit),
    grouping: textIn(stored.qGrouping),
    fieldDefs: textsIn(stored.qFieldDefs),
    fieldLabels: textsIn(stored.qFieldLabels),
    labelExpression: expressionOrText(stored.qLabelExpression),
  };
}
