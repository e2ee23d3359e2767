import { isComputed } from './computed.ts';
import { type Context, type Frame, Frames } from './frames.ts';
import { isAggregation, isCounting, isNaming, isOperator, isQualifier, isSortWord } from './functions.ts';
import { OPAQUE } from './opaque.ts';
import { type Token, tokens } from './tokens.ts';

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

/** Values of sets that no name says: `$`, `1`, `$1`, `$_1`, and parameters that nothing was given for. */
const NO_NAME = /^\$?_?\d*$/;

/**
 * The names in an expression whose dollar expansions are replaced: of fields, variables, measures, states, whatever they will turn out to
 * be. Functions, keywords, strings and numbers are none. Any text has some answer; it takes linear time and no recursion.
 */
export function namesIn(text: string): Names {
  return new Scanner().scan(tokens(text));
}

class Scanner {
  readonly #names: Name[] = [];
  readonly #expressions: QuotedExpression[] = [];
  readonly #frames = new Frames();
  #isTorn = false;
  #before: Token | undefined;
  #next: Token | undefined;

  scan(all: Generator<Token>): Names {
    for (let token = nextOf(all); token; token = this.#next) {
      this.#next = nextOf(all);
      const { top } = this.#frames;
      this.#take(token);
      if (top?.kind === 'paren' && token.kind !== 'mark' && !isQualifier(token.text)) top.isBegun = true;
      this.#before = token;
    }
    return { names: this.#names, expressions: this.#expressions, isTorn: this.#isTorn };
  }

  #take(token: Token): void {
    if (token.kind === 'mark') this.#takeMark(token.text);
    else if (token.kind === 'string') this.#takeString(token);
    else if (token.kind !== 'number') this.#takeName(token);
  }

  #takeMark(mark: string): void {
    const { top, context } = this.#frames;
    if (mark === '(') this.#openParen();
    else if (mark === '{') this.#frames.open(top?.kind === 'modifier' ? { kind: 'elements' } : { kind: 'set' });
    else if (mark === '<' && context === 'set_identifier')
      this.#frames.open({ kind: 'modifier', isTotal: false, isValue: false });
    else if (mark === '<' && isTotal(this.#before, top))
      this.#frames.open({ kind: 'modifier', isTotal: true, isValue: false });
    else if (mark === ')' || mark === '}' || (mark === '>' && top?.kind === 'modifier')) this.#frames.close(mark);
    else if (mark === ',' && top?.kind === 'modifier') top.isValue = false;
    else if (mark === '=' && top?.kind === 'modifier') top.isValue = true;
    else if (mark === ',' && top?.kind === 'paren') {
      top.argument += 1;
      top.isBegun = false;
    }
  }

  #openParen(): void {
    const { top: outer, context: around } = this.#frames;
    const { kind, text = '' } = this.#before ?? {};
    const fn = kind === 'word' && !isOperator(text) && !isQualifier(text) ? text : '';
    const isSorting =
      outer?.kind === 'paren' && outer.fn === '' && outer.context === 'aggr_dimension' && outer.argument > 0;
    const context = fn !== '' && isAggregation(fn) ? 'aggregated' : around;
    this.#frames.open({ kind: 'paren', fn, context, isSorting, argument: 0, isBegun: false });
  }

  /** A string that is a whole argument may name a field. */
  #takeString({ text: name, opaqueCount }: Token): void {
    const { top } = this.#frames;
    if (top?.kind !== 'paren' || !isNaming(top.fn) || top.argument > 0 || top.isBegun || name === '') return;
    const isWhole = isMark(this.#next, ',') || isMark(this.#next, ')');
    if (isWhole) this.#names.push({ name, context: 'argument', opaqueCount });
  }

  #takeName({ kind, text: name, opaqueCount }: Token): void {
    const { top, context } = this.#frames;
    if (kind !== 'word' && isComputed(name)) {
      this.#expressions.push({ text: name, opaqueCount });
      return;
    }
    // All other searches, and bare words among the elements of a set, are values.
    if (top?.kind === 'elements') return;
    const isPart = name.includes(OPAQUE);
    if (isPart && (name.length > 1 || kind !== 'word')) this.#isTorn = true;
    if (kind === 'word' && (name === OPAQUE || NO_NAME.test(name) || isSyntax(name, this.#next, top))) return;
    if (name !== '') this.#names.push({ name, context: isMark(this.#next, '::') ? 'state' : context, opaqueCount });
  }
}

function nextOf(all: Generator<Token>): Token | undefined {
  const { value, done } = all.next();
  return done ? undefined : value;
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
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
