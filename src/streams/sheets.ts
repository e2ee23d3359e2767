import schema from '../../schemas/sheets.json' with { type: 'json' };
import type { Sheet } from '../generated/sheets.ts';
import type { ListedObject } from '../qlik/app-session.ts';
import type { VisitedApp } from '../qlik/visit.ts';
import { expressionIn, textIn } from './expression.ts';
import { appStream } from './stream.ts';

/** Sheets that the credentials may see. One list an app tells all of them. */
export const sheets = appStream<Sheet>({
  name: 'sheets',
  schema,
  primaryKey: ['appId', 'id'],
  updatedField: 'modifiedDate',
  async *readPartition(visit) {
    yield (await visit.sheets()).map((sheet) => sheetOf(sheet, visit.app));
  },
});

function sheetOf({ qInfo, qMeta = {}, qData = {} }: ListedObject, app: VisitedApp): Sheet {
  const meta = qMeta as Partial<Sheet> & { readonly id?: string };
  const { rank, cells, columns, rows, gridResolution } = qData as Partial<Sheet>;
  return {
    appId: app.id,
    id: qInfo.qId,
    objectId: meta.id ?? null,
    title: textIn(meta.title) ?? textIn(qData.title),
    description: textIn(meta.description) ?? textIn(qData.description),
    rank: rank ?? null,
    ownerId: meta.ownerId ?? null,
    approved: meta.approved ?? null,
    published: meta.published ?? null,
    visibility: visibility(meta, app),
    createdDate: meta.createdDate ?? null,
    modifiedDate: meta.modifiedDate ?? null,
    columns: columns ?? null,
    rows: rows ?? null,
    gridResolution: gridResolution ?? null,
    cells: cells ?? null,
    thumbnail: pictureIn(qData.thumbnail),
    labelExpression: expressionIn(qData.labelExpression) ?? textIn(qData.labelExpression),
    descriptionExpression: expressionIn(qData.descriptionExpression) ?? textIn(qData.descriptionExpression),
    showCondition: expressionIn(qData.showCondition) ?? textIn(qData.showCondition),
    url: `${app.origin}/sense/app/${app.id}/sheet/${qInfo.qId}/state/analysis`,
  };
}

/** In a published app only approved sheets are its own; what users have added and shared is the community's. */
function visibility({ approved, published }: Partial<Sheet>, app: VisitedApp): string | null {
  if (typeof published !== 'boolean') return null;
  if (!published) return 'private';
  return approved || !app.published ? 'public' : 'community';
}

function pictureIn(thumbnail: unknown): string | null {
  const { qStaticContentUrlDef, qStaticContentUrl } = (thumbnail ?? {}) as { [field: string]: { qUrl?: unknown } };
  return textIn((qStaticContentUrlDef ?? qStaticContentUrl)?.qUrl) || null;
}
