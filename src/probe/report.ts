import packageJson from '../../package.json' with { type: 'json' };
import type { Schema } from '../cdk/index.ts';
import type { Properties } from '../qlik/app-objects.ts';
import { laterPages } from '../qlik/assumptions/later.ts';
import type { Budget } from '../qlik/budget.ts';
import type { Probe } from '../qlik/probe.ts';
import { SHEET } from '../qlik/visit.ts';
import { streams } from '../streams/index.ts';
import { type Shape, shapeOf } from './shape.ts';
import type { Verdict } from './verdict.ts';

/** What the engine is known to say of a sheet. */
const SHEET_META =
  '_resourcetype _objecttype id title description approved published owner ownerId createdDate modifiedDate publishTime privileges sourceObject draftObject';
const APP_LAYOUT =
  'qTitle qFileName qLastReloadTime qHasScript qStateNames qMeta qHasData qThumbnail qUnsupportedFeatures qUsage qIsOpenedWithoutData encrypted id published owner ownerId createdDate modifiedDate spaceId hassectionaccess _resourcetype privileges';

/** What came of a probe as JSON, to be given to others: words of our own, counts, names of fields. Nothing of the tenant. */
export async function reportOf(verdicts: readonly Verdict[], probe: Probe, budget: Budget): Promise<string> {
  const { rest, apps, messages, calls } = budget;
  return laidOut({
    probe: 1,
    connector: packageJson.version,
    credentials: probe.tenant.apiKey ? 'API key' : 'OAuth client',
    calls: { rest, apps, messages, atMost: calls },
    assumptions: verdicts.map(({ assumption: { name, ifNot }, holds, came }) => ({
      name,
      holds: holds ?? null,
      came: came.text,
      ...(holds === false && { copes: ifNot.copes }),
    })),
    shapes: Object.fromEntries([
      ...(await listShapes(probe)),
      ...(await spaceShapes(probe)),
      ...(await appShapes(probe)),
      ...(await laterShapes(probe)),
    ]),
  });
}

/** Longer things than this get lines of their own for what is in them. */
const LONGEST_LINE = 140;

type Named = [name: string, shape: Shape];

async function listShapes(probe: Probe): Promise<Named[]> {
  const pages = await probe.pages().catch(() => []);
  return pages.map(([name, { rows }]) => [name, shapeOf(rows, schemaOf(name), true)]);
}

async function spaceShapes(probe: Probe): Promise<Named[]> {
  const shapes = (['assignments', 'shares'] as const).map(async (what): Promise<Named> => {
    const rows = (await probe.inSpaces(what).catch(() => [])).flatMap(({ page }) => page.rows);
    return [`space_${what}`, shapeOf(rows, schemaOf(`space_${what}`), true)];
  });
  return await Promise.all(shapes);
}

async function appShapes(probe: Probe): Promise<Named[]> {
  const apps = await probe.apps().catch(() => []);
  const layouts = apps.flatMap(({ layout }) => (layout.status === 'fulfilled' ? [layout.value] : []));
  const sheets = apps.flatMap(({ sheets: seen }) => (seen.status === 'fulfilled' ? seen.value : []));
  const partOf = (part: string) => sheets.map((sheet) => (sheet[part] ?? {}) as Properties);
  return [
    ['layouts of apps', shapeOf(layouts, declaring(APP_LAYOUT.split(' ')), false)],
    ['qMeta of sheets', shapeOf(partOf('qMeta'), declaring(SHEET_META.split(' ')), false)],
    ['qData of sheets', shapeOf(partOf('qData'), declaring(Object.keys(SHEET)), false)],
  ];
}

async function laterShapes(probe: Probe): Promise<Named[]> {
  const pages = await laterPages(probe);
  return pages.flatMap(([name, page]): Named[] =>
    page.status === 'fulfilled' ? [[name, shapeOf(page.value.rows, {}, true)]] : [],
  );
}

function schemaOf(name: string): Schema {
  return streams.find((stream) => stream.name === name)?.schema ?? {};
}

function declaring(names: readonly string[]): Schema {
  return { properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

/** JSON in lines that a person can read. */
function laidOut(value: unknown, indent = ''): string {
  const line = JSON.stringify(value);
  if (line.length <= LONGEST_LINE || typeof value !== 'object' || value === null) return line;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([name, below]) => {
    return `${deeper}${isList ? '' : `${JSON.stringify(name)}: `}${laidOut(below, deeper)}`;
  });
  return `${isList ? '[' : '{'}\n${entries.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}
