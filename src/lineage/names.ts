import { isAggregation, isCounting, isNaming, isOperator, isQualifier, isSortWord } from './functions.ts';
import { OPAQUE } from './opaque.ts';
import { type Token, tokens } from './tokens.ts';

/**
 * Where a name stands: in an aggregation or not (`plain`), as a field of a set's modifier, as a field whose values a set takes, as what a
 * set begins with (a state or a bookmark), as the state before `::`, in `TOTAL <...>`, as a dimension of Aggr, or in a string that a
 * function takes for a field (`argument`).
 */
export type Context =
  | 'plain'
  | 'aggregated'
  | 'set_modifier'
  | 'set_value'
  | 'set_identifier'
  | 'state'
  | 'total'
  | 'aggr_dimension'
  | 'argument';

/** A name in an expression. */
interface Name {
  /** Without its quotes. */
  readonly name: string;
  readonly context: Context;
  /** How many opaque parts of the text come before it. */
  readonly opaqueCount: number;
}

interface QuotedExpression {
  readonly text: string;
  /** How many opaque parts of the text come before it. */
  readonly opaqueCount: number;
}

/** What stands in an expression. */
export interface Names {
  /** In the order in which they stand. */
  readonly names: readonly Name[];
  /** Expressions in quotes: searches in sets, such as `{"=Sum(Sales) > 100"}`, and fields on the fly, such as `[=Year(Date)]`. */
  readonly expressions: readonly QuotedExpression[];
  /** Whether a name, function or keyword touches what the engine computes, so that it may be another one, or none. */
  readonly isTorn: boolean;
}

/** Round brackets that are open, of a function or of none. */
interface Paren {
  readonly kind: 'paren';
  /** The function; empty for none. */
  readonly fn: string;
  /** Where names in it stand. */
  readonly context: Context;
  /** Whether it says how a dimension of Aggr is sorted, as the inner ones of `(Month, (NUMERIC, ASCENDING))` do. */
  readonly isSorting: boolean;
  argument: number;
  /** Whether something of the argument has come, TOTAL and the like apart. */
  isBegun: boolean;
}

/** What was opened and is not closed. */
type Frame =
  | Paren
  | { readonly kind: 'set' }
  | { readonly kind: 'modifier'; readonly isTotal: boolean; isValue: boolean }
  | { readonly kind: 'elements' };

const CLOSES: { readonly [mark: string]: Frame['kind'][] } = {
  ')': ['paren'],
  '}': ['set', 'elements'],
  '>': ['modifier'],
};

/** Values of sets that no name says: `$`, `1`, `$1`, `$_1`, and parameters that nothing was given for. */
const NO_NAME = /^\$?_?\d*$/;

/**
 * The names in an expression whose dollar expansions are replaced: of fields, variables, measures, states, whatever they will turn out to
 * be. Functions, keywords, strings and numbers are none. Any text has some answer; it takes linear time and no recursion.
 */
export function namesIn(text: string): Names {
  const names: Name[] = [];
  const expressions: QuotedExpression[] = [];
  const frames: Frame[] = [];
  const counts = { paren: 0, set: 0, modifier: 0, elements: 0 };
  let before: Token | undefined;
  let isTorn = false;

  function push(frame: Frame): void {
    frames.push(frame);
    counts[frame.kind] += 1;
  }

  /** Closes what the mark closes, and whatever was left open within it. */
  function close(mark: string): void {
    const kinds = CLOSES[mark] ?? [];
    if (kinds.every((kind) => counts[kind] === 0)) return;
    for (let top = frames.pop(); top; top = frames.pop()) {
      counts[top.kind] -= 1;
      if (kinds.includes(top.kind)) return;
    }
  }

  function openParen(): void {
    const outer = frames.at(-1);
    const fn = before?.kind === 'word' && !isOperator(before.text) && !isQualifier(before.text) ? before.text : '';
    const isSorting =
      outer?.kind === 'paren' && outer.fn === '' && outer.context === 'aggr_dimension' && outer.argument > 0;
    const context = fn !== '' && isAggregation(fn) ? 'aggregated' : contextOf(outer);
    push({ kind: 'paren', fn, context, isSorting, argument: 0, isBegun: false });
  }

  function takeMark(mark: string): void {
    const top = frames.at(-1);
    if (mark === '(') openParen();
    else if (mark === '{') push(top?.kind === 'modifier' ? { kind: 'elements' } : { kind: 'set' });
    else if (mark === '<' && contextOf(top) === 'set_identifier')
      push({ kind: 'modifier', isTotal: false, isValue: false });
    else if (mark === '<' && isTotal(before, top)) push({ kind: 'modifier', isTotal: true, isValue: false });
    else if (mark === ')' || mark === '}' || (mark === '>' && top?.kind === 'modifier')) close(mark);
    else if (mark === ',' && top?.kind === 'modifier') top.isValue = false;
    else if (mark === '=' && top?.kind === 'modifier') top.isValue = true;
    else if (mark === ',' && top?.kind === 'paren') {
      top.argument += 1;
      top.isBegun = false;
    }
  }

  /** A string that is a whole argument may name a field. */
  function takeString({ text: name, opaqueCount }: Token, next: Token | undefined): void {
    const top = frames.at(-1);
    if (top?.kind !== 'paren' || !isNaming(top.fn) || top.argument > 0 || top.isBegun || name === '') return;
    if (isMark(next, ',') || isMark(next, ')')) names.push({ name, context: 'argument', opaqueCount });
  }

  function takeName({ kind, text: name, opaqueCount }: Token, next: Token | undefined): void {
    const top = frames.at(-1);
    if (top?.kind === 'elements') {
      // A search that begins with an equals sign computes; all others, and bare words, are values.
      if (kind !== 'word' && isComputed(name)) expressions.push({ text: name, opaqueCount });
      return;
    }
    if (name.length > 1 && name.includes(OPAQUE)) isTorn = true;
    if (kind === 'word' && (NO_NAME.test(name) || isSyntax(name, next, top))) return;
    if (kind !== 'word' && isComputed(name)) {
      expressions.push({ text: name, opaqueCount });
      return;
    }
    if (name === '' || (name === OPAQUE && kind === 'word')) return;
    if (name === OPAQUE) isTorn = true;
    names.push({ name, context: isMark(next, '::') ? 'state' : contextOf(top), opaqueCount });
  }

  const all = tokens(text);
  for (let token = nextOf(all); token; ) {
    const next = nextOf(all);
    const top = frames.at(-1);
    if (token.kind === 'mark') takeMark(token.text);
    else if (token.kind === 'string') takeString(token, next);
    else if (token.kind !== 'number') takeName(token, next);
    if (top?.kind === 'paren' && token.kind !== 'mark' && !isQualifier(token.text)) top.isBegun = true;
    before = token;
    token = next;
  }
  return { names, expressions, isTorn };
}

function nextOf(all: Generator<Token>): Token | undefined {
  const { value, done } = all.next();
  return done ? undefined : value;
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}

function isComputed(name: string): boolean {
  return name.trimStart().startsWith('=');
}

/** Where a name stands that comes next. */
function contextOf(top: Frame | undefined): Context {
  switch (top?.kind) {
    case 'paren':
      return top.fn.toLowerCase() === 'aggr' && top.argument > 0 ? 'aggr_dimension' : top.context;
    case 'set':
      return 'set_identifier';
    case 'modifier':
      return top.isTotal ? 'total' : top.isValue ? 'set_value' : 'set_modifier';
    default:
      return 'plain';
  }
}

/** Whether TOTAL comes before, in its place. */
function isTotal(before: Token | undefined, top: Frame | undefined): boolean {
  return before?.kind === 'word' && before.text.toLowerCase() === 'total' && top?.kind === 'paren' && !top.isBegun;
}

/** Whether a bare word is a function, an operator, a qualifier of what follows, or says how Aggr sorts. */
function isSyntax(word: string, next: Token | undefined, top: Frame | undefined): boolean {
  if (isOperator(word) || isMark(next, '(')) return true;
  if (top?.kind !== 'paren') return false;
  if (top.isSorting && isSortWord(word)) return true;
  if (!isQualifier(word) || top.fn === '' || top.isBegun || !next) return false;
  if (next.kind !== 'mark') return true;
  return '<{'.includes(next.text) ? isAggregation(top.fn) : next.text === ')' && isCounting(top.fn);
}
