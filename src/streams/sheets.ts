import schema from '../../schemas/sheets.json' with { type: 'json' };
import type { Sheet } from '../generated/sheets.ts';
import type { ListedObject } from '../qlik/app-objects.ts';
import type { VisitedApp } from '../qlik/visit.ts';
import { appStream } from './parts/app-stream.ts';
import { booleanIn, expressionOrText, integerIn, numberIn, objectsIn, textIn } from './parts/property.ts';
import { sectionOf } from './parts/section.ts';

/** Sheets that the credentials may see. One list an app tells all of them. */
export const sheets = appStream<Sheet>({
  name: 'sheets',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'modifiedDate',
  suggested: true,
  async readPartition(visit) {
    const sheets = await visit.sheets();
    return { sections: sheets.map((sheet) => sectionOf(sheetOf(sheet, visit.app))) };
  },
});

function sheetOf({ qInfo: { qId }, qMeta, qData }: ListedObject, app: VisitedApp): Sheet {
  const meta = qMeta ?? {};
  const data = qData ?? {};
  return {
    appId: app.id,
    id: qId,
    objectId: textIn(meta.id),
    title: textIn(meta.title) ?? textIn(data.title),
    description: textIn(meta.description) ?? textIn(data.description),
    rank: numberIn(data.rank),
    ownerId: textIn(meta.ownerId),
    approved: booleanIn(meta.approved),
    published: booleanIn(meta.published),
    visibility: visibility(booleanIn(meta.approved), booleanIn(meta.published), app),
    createdDate: textIn(meta.createdDate),
    modifiedDate: textIn(meta.modifiedDate),
    columns: integerIn(data.columns),
    rows: integerIn(data.rows),
    gridResolution: textIn(data.gridResolution),
    cells: objectsIn(data.cells),
    thumbnail: pictureIn(data.thumbnail),
    labelExpression: expressionOrText(data.labelExpression),
    descriptionExpression: expressionOrText(data.descriptionExpression),
    showCondition: expressionOrText(data.showCondition),
    url: `${app.origin}/sense/app/${app.id}/sheet/${qId}/state/analysis`,
  };
}

/** In a published app only approved sheets are its own; what users have added and shared is the community's. */
function visibility(approved: boolean | null, published: boolean | null, app: VisitedApp): string | null {
  if (published === null) return null;
  if (!published) return 'private';
  return approved || !app.published ? 'public' : 'community';
}

function pictureIn(thumbnail: unknown): string | null {
  const { qStaticContentUrlDef, qStaticContentUrl } = (thumbnail ?? {}) as {
    [field: string]: { qUrl?: unknown } | null;
  };
  return textIn((qStaticContentUrlDef ?? qStaticContentUrl)?.qUrl) || null;
}
