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
