/** Properties whose text is an expression, whatever it begins with: these, and those that are called conditions or expressions. */
const NAMES = new Set(['qExpr', 'qDef', 'qFieldDefs', 'qExpressions', 'qv', 'key', 'target']);
const ENDING = /(?:xpression|ondition)$/;
const [EQUALS, N] = ['=', 'n'].map((letter) => letter.charCodeAt(0));

/** Texts of the engine, which are computed only where they say so. */
const TEXTS = new Set(['qMsg', 'qOtherLabel', 'qTotalLabel', 'qTitle']);

const NUMBER = /^\s*-?[\d.]+\s*$/;

/**
 * Whether a text in an object's properties is an expression: one that begins with an equals sign, or stands where Qlik takes
 * any text for one. A number is none, except for a condition. `path` leads to the holder.
 */
export function isExpression(field: string, text: string, holder: object, path: readonly (string | number)[]): boolean {
  if (text.charCodeAt(0) === EQUALS) return text.trim().length > 1;
  // Of the texts in a chart, this turns nearly all away.
  if (!NAMES.has(field) && !(field.charCodeAt(field.length - 1) === N && ENDING.test(field))) return false;
  if (field === 'key' && !isColoredByExpression(holder)) return false;
  if (text.trim() === '' || (NUMBER.test(text) && !isCondition(path))) return false;
  switch (field) {
    case 'qv':
      return !TEXTS.has(String(path.at(-1))) || text.includes('$(');
    case 'target':
      return path.at(-1) === 'qDef';
    default:
      return true;
  }
}

/** Whether it stands where a table has its condition, of which a number says something: 0 for never. */
function isCondition(path: readonly (string | number)[]): boolean {
  return path.at(-1) === 'qCalcCond' || (path.at(-1) === 'qCond' && path.at(-2) === 'qCalcCondition');
}

/** What a chart is coloured by is an expression, or the id of a master item. */
function isColoredByExpression(holder: object): boolean {
  return (holder as { type?: unknown }).type === 'expression';
}
