import { chance, type Die, pick } from './dice.ts';
import { FIELDS, FORMULAS, type Kit } from './library.ts';

/** Inactive columns name this field, which is part of no chart. */
export const INACTIVE = 'InactiveField';

/** A hypercube definition, with the shadow cube that every one of Qlik's carries; in some it holds inactive columns. */
function cube(kit: Kit, dimensions: number, measures: number): Record<string, unknown> {
  const columns = dimensions + measures;
  const hasInactive = chance(kit.die, 25);
  return {
    qDimensions: Array.from({ length: dimensions }, () => dimension(kit)),
    qMeasures: Array.from({ length: measures }, () => measure(kit)),
    qInterColumnSortOrder: Array.from({ length: columns }, (_, column) => column),
    qInitialDataFetch: [{ qLeft: 0, qTop: 0, qWidth: Math.max(1, columns), qHeight: 50 }],
    qMode: 'S',
    qColumnOrder: [],
    qExpansionState: [],
    qTitle: {},
    qCalcCondition: {},
    qLayoutExclude: {
      qHyperCubeDef: {
        qDimensions: hasInactive
          ? [{ qDef: { qGrouping: 'N', qFieldDefs: [INACTIVE], qFieldLabels: [INACTIVE] } }]
          : [],
        qMeasures: hasInactive ? [{ qDef: { qLabel: INACTIVE, qDef: `Sum(${INACTIVE})` } }] : [],
        qInterColumnSortOrder: [],
        qInitialDataFetch: [],
        qColumnOrder: [],
        qExpansionState: [],
      },
    },
  };
}

/** A cube with its members in a member of its own, for properties. */
export function withCube(kit: Kit, dimensions: number, measures: number) {
  return { qHyperCubeDef: cube(kit, dimensions, measures) };
}

/** A column that groups: of a library item (which may be gone), of a field, calculated, or a drill-down. */
function dimension({ die, library }: Kit): Record<string, unknown> {
  const way = die(20);
  const rest = { qOtherTotalSpec: { qOtherMode: 'OTHER_OFF' }, qAttributeExpressions: [], qAttributeDimensions: [] };
  if (way < 9) return { qLibraryId: pick(die, library.dimensionIds), qDef: NO_FIELD, ...rest };
  if (way < 10) return { qLibraryId: library.goneId, qDef: NO_FIELD, ...rest };
  return { qLibraryId: '', qDef: inlineDimension(die, way), ...rest };
}

function inlineDimension(die: Die, way: number): object {
  const field = pick(die, FIELDS);
  const cId = `c${die(100_000)}`;
  if (way < 12)
    return { ...ofFields('H', ['Country', field, 'City'], ['Country', field, 'City']), qLabelExpression: '', cId };
  if (way < 15)
    return { ...ofFields('N', ['=Year(OrderDate)'], ['Year']), qLabelExpression: "='Year'&' of order'", cId };
  if (way < 17) return { ...ofFields('N', [`[${field}]`], ['']), cId };
  return { ...ofFields('N', [field], [field]), qLabelExpression: '', cId };
}

function ofFields(qGrouping: string, qFieldDefs: string[], qFieldLabels: string[]) {
  return { qGrouping, qFieldDefs, qFieldLabels, qSortCriterias: [{ qSortByAscii: 1, qSortByLoadOrder: 1 }] };
}

const NO_FIELD = { qGrouping: 'N', qFieldDefs: [], qFieldLabels: [] };

/** A column that is computed: of a library item (which may be gone), or of a formula. */
function measure({ die, library }: Kit): Record<string, unknown> {
  const way = die(20);
  const [label, formula] = pick(die, FORMULAS);
  const rest = { qSortBy: {}, qAttributeExpressions: [], qAttributeDimensions: [] };
  const linked = { qLabel: label, qTags: [], qGrouping: 'N' };
  if (way < 8) return { qLibraryId: pick(die, library.measureIds), qDef: linked, ...rest };
  if (way < 9) return { qLibraryId: library.goneId, qDef: linked, ...rest };
  const inline = { qTags: [], qGrouping: 'N', qDef: way < 11 ? `=${formula}` : formula, qNumFormat: { qType: 'U' } };
  const labels =
    way < 13 ? { qLabelExpression: `='${label}'` } : { qLabel: way < 15 ? '' : label, qLabelExpression: '' };
  return { qLibraryId: '', qDef: { ...inline, ...labels, cId: `c${die(100_000)}` }, ...rest };
}

/** A list of values to choose from, as list boxes define it. */
export function listObject(kit: Kit): { qListObjectDef: object } {
  const { qLibraryId, qDef } = dimension(kit);
  const qInitialDataFetch = [{ qLeft: 0, qTop: 0, qWidth: 1, qHeight: 20 }];
  return { qListObjectDef: { qLibraryId, qDef, qShowAlternatives: true, qFrequencyMode: 'N', qInitialDataFetch } };
}
