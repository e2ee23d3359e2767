import type { ListedObject, Properties } from '../../qlik/app-objects.ts';
import type { Visit } from '../../qlik/visit.ts';
import { booleanIn, textIn, textsIn } from './property.ts';

/** The columns that all items of an app's library have. */
export function libraryItem({ qInfo, qMeta, qData }: ListedObject, { app }: Visit) {
  const meta: Properties = qMeta ?? {};
  return {
    appId: app.id,
    id: qInfo.qId,
    title: textIn(meta.title) ?? textIn(qData?.title),
    description: textIn(meta.description),
    tags: textsIn(meta.tags ?? qData?.tags),
    ownerId: textIn(meta.ownerId),
    approved: booleanIn(meta.approved),
    published: booleanIn(meta.published),
    createdDate: textIn(meta.createdDate),
    modifiedDate: textIn(meta.modifiedDate),
  };
}
