import type { ListedObject, Properties, PropertyTree } from '../../qlik/app-objects.ts';
import type { Visit } from '../../qlik/visit.ts';

/** What charts of an app may refer to, by id: master visualisations with all that is in them, dimensions and measures. */
export interface Library {
  readonly masters: ReadonlyMap<string, PropertyTree>;
  readonly dimensions: ReadonlyMap<string, Properties>;
  readonly measures: ReadonlyMap<string, Properties>;
}

export async function libraryOf(visit: Visit): Promise<Library> {
  const [masters, dimensions, measures] = await Promise.all([
    visit.masterVisualizations(),
    visit.dimensions(),
    visit.measures(),
  ]);
  return { masters, dimensions: byId(dimensions), measures: byId(measures) };
}

function byId(objects: readonly ListedObject[]): ReadonlyMap<string, Properties> {
  return new Map(objects.map(({ qInfo, qData }) => [qInfo.qId, qData ?? {}]));
}
