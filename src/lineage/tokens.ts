import { OPAQUE } from './opaque.ts';

/** A piece of an expression that counts. */
export interface Token {
  /**
   * `word`: a bare name, function or keyword; `bracketed`, `quoted`: a name in `[]` or backticks, in `""`; `string`: in `''`; `number`;
   * `mark`: one of the other characters, or `::`.
   */
  readonly kind: 'word' | 'bracketed' | 'quoted' | 'string' | 'number' | 'mark';
  /** Without its quotes, and with those in it as single ones. */
  readonly text: string;
  /** How many marks of opaque parts come before it. */
  readonly opaqueCount: number;
}

/** What ends a comment, a string or a name in quotes, and how that is written within. */
const CLOSED: { readonly [open: string]: { readonly end: string; readonly kind: Token['kind'] } } = {
  "'": { end: "'", kind: 'string' },
  '"': { end: '"', kind: 'quoted' },
  '`': { end: '`', kind: 'bracketed' },
  '[': { end: ']', kind: 'bracketed' },
};

/** U+FFFF stands for what is computed, as a part of a word. */
const WORD = /[\p{L}\p{M}\p{N}_#%@.$\uFFFF]+/uy;
const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE]\d*)?$/;
const BLANK = /\s/u;

/**
 * The tokens of an expression whose dollar expansions are replaced. Comments are left out. A string or a comment that nothing closes goes on to
 * the end; the quote of a name that nothing closes is a mark.
 */
export function* tokens(text: string): Generator<Token> {
  // What is looked for in vain once is not looked for again: the text would be walked as often as it begins.
  const unclosed = new Set<string>();
  let [at, opaqueCount] = [0, 0];
  /** Goes on to where the next piece begins. */
  const pass = (end: number) => {
    for (let mark = text.indexOf(OPAQUE, at); mark >= 0 && mark < end; mark = text.indexOf(OPAQUE, mark + 1))
      opaqueCount += 1;
    at = end;
  };
  const isMarked = text.includes(OPAQUE);
  while (at < text.length) {
    const { end, kind, text: content } = pieceAt(text, at, unclosed);
    if (kind !== undefined) yield { kind, text: content, opaqueCount };
    if (isMarked) pass(end);
    else at = end;
  }
}

/** A token, or a blank or comment, which have no kind. */
interface Piece {
  readonly end: number;
  readonly kind?: Token['kind'];
  readonly text: string;
}

function pieceAt(text: string, at: number, unclosed: Set<string>): Piece {
  const letter = text[at] as string;
  const comment = commentEnd(text, at);
  if (comment !== undefined) return { end: comment, text: '' };
  return quotedAt(text, at, unclosed) ?? wordAt(text, at) ?? markAt(text, at, letter);
}

function quotedAt(text: string, at: number, unclosed: Set<string>): Piece | undefined {
  const letter = text[at] as string;
  const closed = unclosed.has(letter) ? undefined : CLOSED[letter];
  if (!closed) return undefined;
  const { end: quote, kind } = closed;
  const end = endOf(text, at + 1, quote);
  if (end !== undefined) return { end: end + 1, kind, text: text.slice(at + 1, end).replaceAll(quote + quote, quote) };
  // Prose has apostrophes, and no names behind them.
  if (kind === 'string') return { end: text.length, text: '' };
  unclosed.add(letter);
  return undefined;
}

function wordAt(text: string, at: number): Piece | undefined {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  return word === undefined
    ? undefined
    : { end: at + word.length, kind: NUMBER.test(word) ? 'number' : 'word', text: word };
}

function markAt(text: string, at: number, letter: string): Piece {
  if (BLANK.test(letter)) return { end: at + 1, text: '' };
  const mark = letter === ':' && text[at + 1] === ':' ? '::' : letter;
  return { end: at + mark.length, kind: 'mark', text: mark };
}

/** Where a comment ends that begins here, if one does. */
function commentEnd(text: string, at: number): number | undefined {
  if (text[at] !== '/') return undefined;
  if (text[at + 1] === '/') {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (text[at + 1] !== '*') return undefined;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + 2;
}

/** Where a closing quote is that is not doubled. */
function endOf(text: string, from: number, quote: string): number | undefined {
  for (let at = from; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at < 0) return undefined;
    if (text[at + 1] !== quote) return at;
  }
}
