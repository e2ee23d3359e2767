/** What an expression does for its object. */
export type Role =
  | 'dimension'
  | 'measure'
  | 'sort'
  | 'color'
  | 'title'
  | 'label'
  | 'text'
  | 'condition'
  | 'limit'
  | 'attribute'
  | 'reference_line'
  | 'description'
  | 'tooltip'
  | 'action'
  | 'excluded';

/** What the places of expressions tell of their roles; the first that fits does. */
const ROLES: readonly (readonly [place: RegExp, role: Role])[] = [
  [/\/refLine/, 'reference_line'],
  [/tooltip/i, 'tooltip'],
  [/colou?r/i, 'color'],
  [/\/(?:qMsg|text|markdown|customErrorMessage)(?:\/|$)/, 'text'],
  [/ondition(?:\/|$)|\/qCalcCond\/|\/qCond\/|\/show\//, 'condition'],
  [/^\/(?:actions|navigation|variableValue)(?:\/|$)|[uU]rl(?:\/|$)/, 'action'],
  [/descriptionExpression/, 'description'],
  [/sort/i, 'sort'],
  [/(?:max|min|limit|qOtherCounted|target|qOtherLimit)(?:\/|$)/i, 'limit'],
  [/^\/(?:title|subtitle|footnote|labelExpression)(?:\/|$)|\/qTitle\//, 'title'],
  [/label/i, 'label'],
  [/\/qAttribute(?:Expressions|Dimensions)\//, 'attribute'],
  [/\/(?:qFieldDefs|qDimensions)\//, 'dimension'],
  [/\/(?:qDef|qMeasures)(?:\/|$)/, 'measure'],
];

/** The role of an expression that stands at a place in an object, in `holder`; of one that no place tells, that of an attribute. */
export function roleOf(place: string, holder: object): Role {
  const { id } = holder as { id?: unknown };
  // Attributes of columns colour cells and bars, and say so.
  if (typeof id === 'string' && /colou?r/i.test(id)) return 'color';
  return ROLES.find(([told]) => told.test(place))?.[1] ?? 'attribute';
}
