import type { Properties } from '../../qlik/app-objects.ts';
import { maskedLink } from './masked-link.ts';
import { objectsIn, textIn } from './property.ts';

/** What takes a line of its own. */
const LINES = new Set(['paragraph', 'heading', 'quote', 'list', 'listitem']);

/** No text is nested deeper. */
const DEEPEST = 100;

/**
 * What a text object says: the markdown of the older kind as it is stored, of the newer one its paragraphs, a line each. In both
 * `=[](id)` stands for what the measure of that `cId` comes to; a link is written as markdown has it. Null for an object without a text.
 */
export function chartText({ markdown, text }: Properties): string | null {
  const stored = textIn(markdown) || textIn(text) || null;
  const said = stored?.startsWith('{') ? (linesOf(stored) ?? stored) : stored;
  return said && maskedLink(said);
}

/** The lines of an editor's document; null where it is none. */
function linesOf(stored: string): string | null {
  try {
    const { root } = JSON.parse(stored) as { root?: unknown };
    return childrenOf(root as Properties)
      .map((paragraph) => textOf(paragraph))
      .join('\n')
      .trim();
  } catch {
    return null;
  }
}

function textOf(node: Properties, depth = 0): string {
  if (depth > DEEPEST) return '';
  if (typeof node.text === 'string') return node.text;
  if (typeof node.expressionId === 'string') return `=[](${node.expressionId})`;
  if (node.type === 'linebreak') return '\n';
  const children = childrenOf(node);
  // Entries of a list are lines; what stands in a line is not.
  const isOfLines = children.length > 0 && children.every(({ type }) => LINES.has(String(type)));
  const said = children.map((child) => textOf(child, depth + 1)).join(isOfLines ? '\n' : '');
  return node.type === 'link' && typeof node.url === 'string' ? `[${said}](${node.url})` : said;
}

function childrenOf(node: Properties): Properties[] {
  return (objectsIn(node.children) ?? []) as Properties[];
}
