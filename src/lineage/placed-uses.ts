import { isComputed } from './computed.ts';
import { expand } from './expansion.ts';
import { type Use, usesIn, usesInText } from './uses.ts';
import type { Variables } from './variables.ts';

/** An expression of an object. */
export interface PlacedExpression {
  readonly place: string;
  readonly role: string;
  readonly expression: string;
  /** Whether it is the definition of a dimension: without an equals sign it is the name of a field. */
  readonly isFieldDef?: boolean;
}

/** Texts that are expressions only if they begin with an equals sign, and descriptions if they do with a string; what texts expand is computed all the same. */
const TEXTS = new Set(['title', 'label', 'text', 'description', 'tooltip']);

/** The names that an expression uses, as its place has it read; `dimensions` are those of its chart. */
export function usesOfPlaced(
  { role, expression, isFieldDef = false }: PlacedExpression,
  variables: Variables,
  dimensions: readonly string[],
): Use[] {
  if (isText(role, expression)) return usesInText(expression, variables);
  if (!isFieldDef || isComputed(expression)) return usesIn(expression, variables, dimensions);
  const { text, opaques } = expand(expression, variables);
  // What variables expand to may be an expression; and a name that is computed in part is looked at as one in brackets.
  if (isComputed(text) || opaques.length > 0) return usesIn(bracketed(expression), variables, dimensions);
  const named =
    expression === text ? [] : usesIn(expression, variables).filter(({ context }) => context === 'expansion');
  return [...named, { name: unquoted(text.trim()), context: 'aggregated', certainty: 'certain' }];
}

function isText(role: string, expression: string): boolean {
  const [first] = expression.trimStart();
  return TEXTS.has(role) && first !== '=' && !(role === 'description' && first === "'");
}

/** The name of a field as an expression writes it. */
function bracketed(fieldDef: string): string {
  const trimmed = fieldDef.trim();
  return trimmed.startsWith('[') || trimmed.startsWith('"') ? trimmed : `[${trimmed}]`;
}

function unquoted(name: string): string {
  if (name.startsWith('[') && name.endsWith(']')) return name.slice(1, -1).replaceAll(']]', ']');
  return name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1).replaceAll('""', '"') : name;
}
