export type { AppContent, Dimension, Exactness, Kind, Measure } from './app-names.ts';
export {
  AppReferences,
  type Owner,
  type PlacedExpression,
  type ReachedField,
  type Reference,
  type References,
  type Step,
} from './references.ts';
export type { Variable } from './variables.ts';
