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

/** The text in a property; null for anything else. */
export function textIn(property: unknown): string | null {
  return typeof property === 'string' ? property : null;
}
