/** Functions whose result is one of their arguments: of `if`, which of them may be. */
const CHOICES = /^=\s*(?:if|pick|match|alt|coalesce)\s*\(/i;

/** More are not tried. */
const MOST = 16;

const STRING = /'(?:[^']|'')*'/g;

/**
 * The texts that may come of an expression which chooses between some, such as `=If(a = 1, '[Net]', '[Gross]')`: each string in it, and
 * none at all. Undefined for any other expression.
 */
export function alternativesIn(expression: string): readonly string[] | undefined {
  if (!CHOICES.test(expression)) return undefined;
  const strings = expression.match(STRING)?.map((string) => string.slice(1, -1).replaceAll("''", "'")) ?? [];
  // What has to be expanded itself is not one of the texts.
  return [...new Set(['', ...strings.filter((text) => !text.includes('$('))])].slice(0, MOST);
}
