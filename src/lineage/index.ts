/**
 * What the expressions of an app name, and which fields they reach, told from their texts alone: nothing is asked, and nothing from
 * outside of this folder is used. `new AppReferences(content)` once an app, `of(owner)` for each of its objects.
 *
 * No parser library does it: a generated parser wants text that parses, and half of what apps hold is prose, broken, or cut into pieces by
 * variables; the grammar of sets is not published; and names need no tree, but one pass with a stack.
 */
export type { AppContent, Dimension, Exactness, Kind, Measure } from './app-names.ts';
export type { PlacedExpression } from './placed-uses.ts';
export {
  AppReferences,
  type Owner,
  type PlacedItem,
  type ReachedField,
  type Reference,
  type References,
  type Step,
} from './references.ts';
export type { Variable } from './variables.ts';
