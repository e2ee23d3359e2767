/**
 * The expression in a property that Qlik lets be plain text or an expression, such as
 * `{"qStringExpression": {"qExpr": "='Sales ' & Year"}}`; null for plain text.
 */
export function expressionIn(property: unknown): string | null {
  if (typeof property !== 'object' || property === null) return null;
  const { qStringExpression, qValueExpression } = property as { [field: string]: unknown };
  const expression = qStringExpression ?? qValueExpression;
  if (typeof expression === 'string') return expression;
  return textIn((expression as { qExpr?: unknown } | undefined)?.qExpr);
}

/** The same where the property is always an expression, which older objects hold as plain text; null for none. */
export function expressionOrText(property: unknown): string | null {
  return expressionIn(property) ?? (textIn(property) || null);
}

/** The text in a property; null for anything else. */
export function textIn(property: unknown): string | null {
  return typeof property === 'string' ? property : null;
}

/** The number in a property; null for anything else. */
export function numberIn(property: unknown): number | null {
  return typeof property === 'number' ? property : null;
}

/** The number in a property, which Qlik writes as a text in some answers; null for anything else. */
export function numberOf(property: unknown): number | null {
  const isWritten = typeof property === 'string' && /^-?\d{1,15}(\.\d+)?$/.test(property);
  return numberIn(isWritten ? Number(property) : property);
}

/** The whole number in a property; null for anything else. */
export function integerIn(property: unknown): number | null {
  return Number.isSafeInteger(property) ? (property as number) : null;
}

/** The boolean in a property; null for anything else. */
export function booleanIn(property: unknown): boolean | null {
  return typeof property === 'boolean' ? property : null;
}

/** The objects in a list; null where there is no list. */
export function objectsIn(property: unknown): object[] | null {
  return Array.isArray(property)
    ? property.filter((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
    : null;
}

/** The texts in a list, empty ones too; null where there is no list. */
export function textsIn(property: unknown): string[] | null {
  return Array.isArray(property) ? property.filter((entry) => typeof entry === 'string') : null;
}

/** The object in a property; null for anything else. */
export function objectIn(property: unknown): object | null {
  return typeof property === 'object' && !Array.isArray(property) ? property : null;
}
