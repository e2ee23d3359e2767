import type { AppDocument } from '../../../src/simulator/data/document.ts';
import type { Properties } from '../../../src/simulator/data/stored-object.ts';
import { expressionsAt } from './drawn-expressions.ts';

/** An object that is drawn, and where it stands in the tree that tells of it. */
interface Part {
  readonly properties: Properties;
  readonly place: string;
}

/** What an object draws, wherever it stands; what is below one on a sheet has rows of its own. */
export function drawnAs(
  document: AppDocument,
  id: string,
  type: string,
  reach: 'alone' | 'with all below it',
): { [column: string]: unknown } {
  const { objects } = document;
  const stored = objects.get(id)?.properties as Properties;
  const own = drawn(stored, '').properties;
  const names = stored.qExtendsId && !stored.qExtendsId.includes('qlik-compound-context');
  const masterItemId = names ? (stored.qExtendsId as string) : null;
  const master = objects.get(masterItemId ?? '')?.properties;
  const text = (field: string) => {
    const isTitle = field === 'title';
    const [name, masterName] = isTitle ? [stored.qMetaDef?.title, master?.qMetaDef?.title] : [];
    const candidates = [own[field], stored[field], name, master?.[field], masterName];
    const given = candidates.find((one) => one !== undefined && one !== '');
    const isFormula = typeof given === 'object';
    return { [field]: isFormula ? null : (given ?? null), [`${field}Expression`]: isFormula ? formulaOf(given) : null };
  };
  const parts = reach === 'alone' ? [drawn(stored, '')] : partsIn(document, id);
  const isThin =
    master && parts.every((part) => cubesIn(part).every((cube) => !cube.qDimensions[0] && !cube.qMeasures[0]));
  const all = isThin ? [...parts, ...partsIn(document, masterItemId ?? '')] : parts;
  const alternatives = columnsOf(
    document,
    all.flatMap(cubesIn).flatMap(({ qLayoutExclude }) => qLayoutExclude?.qHyperCubeDef ?? []),
  );
  const { calculationCondition, expressions } = expressionsAt(all);
  return {
    type: own.visualization ?? master?.visualization ?? type,
    objectType: type,
    ...text('title'),
    ...text('subtitle'),
    ...text('footnote'),
    masterItemId,
    text: all.flatMap(({ properties }) => textOf(properties)).join('\n') || null,
    showCondition: formulaOf(own.showCondition ?? stored.showCondition ?? master?.showCondition),
    calculationCondition,
    ...columnsOf(document, all.flatMap(cubesIn)),
    alternativeDimensions: alternatives.dimensions,
    alternativeMeasures: alternatives.measures,
    actions: all.flatMap(({ properties }) => actionsOf(properties)),
    expressions,
  };
}

/** A text or an expression as it is stored. */
export function formulaOf(stored: unknown): string | null {
  if (typeof stored === 'string') return stored;
  return (
    (stored as { readonly qStringExpression: { readonly qExpr: string } } | undefined)?.qStringExpression.qExpr ?? null
  );
}

function drawn(stored: Properties, place: string): Part {
  const { generated } = (stored.qUndoExclude ?? {}) as { generated?: Properties };
  return generated
    ? { properties: generated, place: `${place}/qUndoExclude/generated` }
    : { properties: stored, place };
}

/** An object and all below it; in the simulated tenant none of those names a master. */
function partsIn(document: AppDocument, id: string, place = ''): Part[] {
  const stored = document.objects.get(id)?.properties;
  if (!stored) return [];
  const below = document
    .childIds(id)
    .map((childId, at) => partsIn(document, childId, `${place}/qChildren/${at}/qProperty`));
  return [drawn(stored, place), ...below.flat()];
}

/** The texts that the simulated tenant's charts say, in so many words. */
function textOf({ visualization, markdown }: Properties): unknown[] {
  if (visualization === 'sn-text') return ['Sold: =[](abcde)\nMore'];
  return markdown ? [markdown] : [];
}

interface StoredAction {
  readonly actionType: string;
  readonly actionLabel: string;
  readonly variable: string;
  readonly field: string;
  readonly value: unknown;
  readonly bookmark: string;
}

const NO_TARGET = {
  action: '',
  label: null,
  sheet: null,
  variable: null,
  field: null,
  value: null,
  bookmark: null,
  url: null,
};

function actionsOf({ actions = [], navigation }: Properties): object[] {
  const listed = (actions as StoredAction[]).map(({ actionType, actionLabel, variable, field, value, bookmark }) => ({
    ...NO_TARGET,
    ...{ action: actionType, label: actionLabel || null, variable: variable || null, field: field || null },
    ...{ value: formulaOf(value) || null, bookmark: bookmark || null },
  }));
  const way = navigation as { action: string; sheet: string; websiteUrl: unknown } | undefined;
  if (!way || way.action === 'none') return listed;
  const target = { sheet: way.sheet || null, url: formulaOf(way.websiteUrl) || null };
  return [...listed, { ...NO_TARGET, action: way.action, label: null, ...target }];
}

export interface Column {
  readonly qLibraryId: string;
  readonly qDef: {
    readonly qFieldDefs: string[];
    readonly qFieldLabels: string[];
    readonly qLabel?: string;
    readonly qDef?: string;
    readonly qLabelExpression?: string;
    readonly qGrouping: string;
    readonly base?: { readonly qLibraryId: string };
  };
}

interface Cube {
  readonly qDimensions: Column[];
  readonly qMeasures: Column[];
  readonly qLayoutExclude?: { readonly qHyperCubeDef: Cube };
}

/** The places where the simulated tenant's charts keep what they compute; nothing is looked for elsewhere. */
function cubesIn({ properties }: Part): Cube[] {
  type Holder = { readonly qHyperCubeDef?: Cube };
  const { settings, gaLayers = [] } = properties as { settings?: { calendar: Holder }; gaLayers?: Holder[] };
  const cubes = [...gaLayers, properties as Holder, settings?.calendar].flatMap(
    (holder) => holder?.qHyperCubeDef ?? [],
  );
  const box = properties.qListObjectDef as Column | undefined;
  return box ? [...cubes, { qDimensions: [box], qMeasures: [] }] : cubes;
}

function columnsOf({ objects }: AppDocument, cubes: readonly Cube[]) {
  const dimensions = cubes
    .flatMap(({ qDimensions }) => qDimensions)
    .map(({ qDef, qLibraryId }) => {
      const { qMetaDef, qDim } = (objects.get(qLibraryId)?.properties ?? {}) as {
        qMetaDef?: { title: string };
        qDim?: Column['qDef'];
      };
      return {
        label: qDef.qFieldLabels[0] || qMetaDef?.title || null,
        libraryId: qLibraryId || null,
        fieldDefs: qDim?.qFieldDefs ?? qDef.qFieldDefs,
        labelExpression: qDef.qLabelExpression || qDim?.qLabelExpression || null,
        grouping: qDim?.qGrouping ?? qDef.qGrouping,
      };
    });
  const measures = cubes
    .flatMap(({ qMeasures }) => qMeasures)
    .map(({ qDef, qLibraryId }) => {
      const libraryId = qLibraryId || qDef.base?.qLibraryId || null;
      const { qMeasure } = (objects.get(libraryId ?? '')?.properties ?? {}) as { qMeasure?: Column['qDef'] };
      return {
        label: qDef.qLabel || qMeasure?.qLabel || null,
        libraryId,
        expression: qDef.qDef || qMeasure?.qDef || null,
        labelExpression: qDef.qLabelExpression || qMeasure?.qLabelExpression || null,
      };
    });
  return { dimensions, measures };
}
