import type { Schema } from '../../cdk/index.ts';

/** An object with the fields that its schema declares, at every depth; any other value as it is. */
export function declaredIn<Value>(value: Value, { properties }: Schema): Value {
  if (properties === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).flatMap(([field, below]) => {
    const declared = Object.hasOwn(properties, field) ? properties[field] : undefined;
    return declared ? [[field, declaredIn(below, declared)]] : [];
  });
  return Object.fromEntries(entries) as Value;
}
