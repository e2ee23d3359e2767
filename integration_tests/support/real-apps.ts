import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { branchAdder } from '../../src/simulator/data/document-maker.ts';
import type { Branch, Meta, Properties } from '../../src/simulator/data/stored-object.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { appsOf, tenantOf } from './engine-tenant.ts';

/** Apps as `qlik app unbuild` writes them, beside the repository: they belong to others, and are not part of it. */
export const REAL_APPS = fileURLToPath(new URL('../../../shared/data/real-apps', import.meta.url));

export const hasRealApps = existsSync(REAL_APPS);

/** An object of a file, with all that is below it. */
export interface StoredTree {
  readonly qProperty: Properties;
  readonly qChildren?: readonly StoredTree[];
}

/** What the files of one app hold. */
export interface RealApp {
  readonly name: string;
  /** The id that it is replayed under. */
  readonly appId: string;
  readonly objects: readonly StoredTree[];
  readonly dimensions: readonly Properties[];
  readonly measures: readonly Properties[];
}

/** A tenant whose apps are the real ones. */
export async function replayRealApps(): Promise<{ tenant: SimulatedTenant; apps: RealApp[] }> {
  const names = readdirSync(REAL_APPS);
  const tenant = await tenantOf({ apps: names.length * 4, sheets: 2, charts: 0 }, { privateSheets: 'all' });
  const documents = appsOf(tenant);
  const apps = names.map((name, at) => {
    const document = documents[at];
    if (!document) throw new Error(`there is no app to be ${name}`);
    const app = { ...readApp(name), appId: document.appId };
    document.objects.clear();
    const add = branchAdder(document.objects);
    for (const { qInfo, ...item } of [...app.dimensions, ...app.measures])
      add({ properties: { qInfo, ...item }, children: [] }, metaOf({ qInfo, ...item }));
    for (const tree of app.objects) add(branchOf(tree), metaOf(tree.qProperty));
    // What is edited is kept.
    document.edit.change(app.objects[0]?.qProperty.qInfo.qId ?? '', {});
    return app;
  });
  return { tenant, apps };
}

function readApp(name: string): Omit<RealApp, 'appId'> {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(REAL_APPS, name, ...path), 'utf8'));
  const files = readdirSync(join(REAL_APPS, name, 'objects')).map((file) => read('objects', file));
  return {
    name,
    // An object that holds none is written without a tree.
    objects: files.map((file) => (file.qProperty ? file : { qProperty: file })),
    dimensions: read('dimensions.json'),
    measures: read('measures.json'),
  };
}

function branchOf({ qProperty, qChildren }: StoredTree): Branch {
  return { properties: qProperty, children: (qChildren ?? []).map(branchOf) };
}

/** The files hold no more of it than this; of what is in no list, the engine knows neither title nor time. */
function metaOf({ qInfo: { qId, qType }, qMetaDef = {} }: Properties): Meta {
  const { title = '', description = '', tags } = qMetaDef;
  const privileges = ['read'];
  if (!['sheet', 'masterobject', 'dimension', 'measure'].includes(qType)) return { privileges };
  const modifiedDate = '2026-05-01T10:00:00.000Z';
  return { privileges, id: `id of ${qId}`, title, description, published: true, modifiedDate, ...(tags && { tags }) };
}
