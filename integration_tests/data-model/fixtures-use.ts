import { dataModelOf } from '../../src/simulator/data/data-model.ts';
import type { Patch } from '../../src/simulator/data/document-edits.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { TenantData } from '../../src/simulator/tenant-data.ts';
import type { Later } from './fixtures.ts';

/** Texts that name a field. */
export const FIELD_USES = {
  title: (field: string) => `='By '&Only([${field}])`,
  condition: (field: string) => `=Count("${field}")>0`,
  derived: (field: string) => `=[${field}.autoCalendar.Month]`,
  measure: (field: string) => `Max([${field}])`,
  dimension: (field: string) => `[${field}]`,
};

type Document = ReturnType<TenantData['document']>;

interface FieldUse {
  /** The type of library item that names the field; a sheet does, or what stands on it, unless given. */
  readonly inUnnamed?: string;
  name(document: Document, id: string, field: string): void;
}

/** Fields that no master item names. */
const FREE = ['Customer', 'Größe', 'Kanal'];

/** Every place that a field may be named in, and last a dimension that names another one. */
const PLACES: readonly FieldUse[] = [
  { name: addedChart((field) => ({ title: formula(FIELD_USES.title(field)) })) },
  { name: addedChart((field) => ({ color: { colorExpression: FIELD_USES.measure(field) } })) },
  { name: ({ edit }, id, field) => edit.change(id, { showCondition: FIELD_USES.condition(field) }) },
  { name: addedChart((field) => cubeOf('dimension', FIELD_USES.derived(field))) },
  {
    name: addedChart((field) => {
      const qDef = { qFieldDefs: ['Region'], qFieldLabels: [''], qLabelExpression: FIELD_USES.title(field) };
      const qDimensions = [{ qLibraryId: '', qDef: { ...qDef, qGrouping: 'N' } }];
      return { qHyperCubeDef: { qDimensions, qMeasures: [] } };
    }),
  },
  {
    inUnnamed: 'dimension',
    name: (document, id, field) => changeMember(document, id, 'qDim', { qLabelExpression: FIELD_USES.title(field) }),
  },
  {
    inUnnamed: 'measure',
    name: (document, id, field) => changeMember(document, id, 'qMeasure', { qDef: FIELD_USES.measure(field) }),
  },
  {
    inUnnamed: 'masterobject',
    name: ({ edit }, id, field) => edit.change(id, cubeOf('dimension', FIELD_USES.dimension(field))),
  },
  { name: addedChart((field) => cubeOf('dimension', `${field} alt`)) },
];

function addedChart(propertiesFor: (field: string) => Patch): FieldUse['name'] {
  return ({ edit }, sheetId, field) => {
    edit.addChart(sheetId, { kind: 'barchart', properties: { ...cubeOf('measure', '1'), ...propertiesFor(field) } });
  };
}

function changeMember(document: Document, id: string, member: string, patch: Patch): void {
  document.edit.change(id, { [member]: { ...(document.properties(id)[member] as object), ...patch } });
}

/** Lets fields that nothing names in their app be named, each in another place. */
export function furnishFieldUses(data: TenantData, apps: readonly Item[]): void {
  const free = apps.flatMap(({ id, resourceId }) => {
    const document = data.document(resourceId);
    const { fields } = dataModelOf(data.plan.seed, data.items.get(id) as Item);
    const text = textOf(document);
    return fields
      .filter(({ name }) => FREE.includes(name) && !text.includes(`"${name}"`) && !text.includes(`[${name}]`))
      .map(({ name }) => [document, name] as const);
  });
  for (const { inUnnamed, name } of PLACES) {
    const index = free.findIndex(([document]) => !inUnnamed || unnamed(document, inUnnamed));
    const [[document, field] = []] = free.splice(index, 1);
    if (index < 0 || !document || !field) throw new Error('the apps name too many of their fields and items');
    name(document, inUnnamed ? unnamed(document, inUnnamed) : addSheet(document), field);
  }
}

function addSheet({ edit }: Document): string {
  return edit.addSheet({ title: 'Uses', charts: 0 });
}

/** What is stored in an app, but for one object. */
function textOf({ objects }: Document, exceptId?: string): string {
  return JSON.stringify([...objects].flatMap(([id, { properties }]) => (id === exceptId ? [] : [properties])));
}

/** A library item that nothing names. */
function unnamed(document: Document, type: string): string {
  return document.idsOfType(type).find((id) => !textOf(document, id).includes(id)) ?? '';
}

function formula(qExpr: string): Patch {
  return { qStringExpression: { qExpr } };
}

/** Definitions of columns that may name the measure Sales, or one that does; of each, whether it does. */
export const MEASURE_PROBES: readonly [usedAs: 'dimension' | 'measure', definition: string, isUse: boolean][] = [
  ['measure', '[Sales]*2', true],
  ['measure', 'Sales-1', true],
  ['measure', '"Growth"+1', true],
  ['measure', '[Growth rate]+1', true],
  ['measure', '[Sales last year]*2', false],
  ['measure', "'Sales'&1", false],
  ['measure', 'Sales(1)', false],
  ['measure', 'Sum(Amount) // [Sales]', false],
  ['measure', 'Sum($(Sales))', false],
  ['dimension', '=Aggr([Sales], Year)', true],
  ['dimension', 'Sales', false],
  ['dimension', '[Sales]', false],
];

/** Formulas of measures that name Sales, or one another. */
export const NAMING = ['[Sales]/[Sales last year]', '"Growth"*100'];

/** Measures that name measures, charts with the probes, and an app whose Sales goes. */
export function furnishMeasures(data: TenantData, { resourceId }: Item, bereft: Item): Later[] {
  const document = data.document(resourceId);
  const { edit } = document;
  const [sales = '', users = '', margin = ''] = document.idsOfType('measure');
  for (const [index, [id, title]] of [[users, 'Growth'] as const, [margin, 'Growth rate'] as const].entries()) {
    edit.change(id, { qMetaDef: { title, tags: [] } });
    changeMember(document, id, 'qMeasure', { qLabel: title, qDef: NAMING[index] });
  }
  const sheetId = edit.addSheet({ title: 'Measures', charts: 0 });
  for (const [usedAs, definition] of MEASURE_PROBES)
    edit.addChart(sheetId, { kind: 'barchart', properties: { title: definition, ...cubeOf(usedAs, definition) } });
  for (const qLibraryId of [users, margin])
    edit.addChart(sheetId, { kind: 'barchart', properties: cubeOf('measure', '', qLibraryId) });
  const [shown = ''] = document.idsOfType('masterobject');
  edit.change(shown, cubeOf('measure', '', sales));
  edit.addChart(sheetId, { kind: 'linked', properties: { qExtendsId: shown } });
  const other = data.document(bereft.resourceId);
  return [() => other.edit.delete(other.idsOfType('measure')[0] ?? '')];
}

/** A cube of one column. */
export function cubeOf(usedAs: 'dimension' | 'measure', definition: string, qLibraryId = ''): Patch {
  const dimension = { qLibraryId, qDef: { qFieldDefs: [definition], qFieldLabels: [''], qGrouping: 'N' } };
  const measure = { qLibraryId, qDef: { qDef: definition } };
  const columns =
    usedAs === 'dimension' ? { qDimensions: [dimension], qMeasures: [] } : { qDimensions: [], qMeasures: [measure] };
  return { qHyperCubeDef: columns };
}
