import { alternativesIn } from './alternatives.ts';
import { isComputed } from './computed.ts';
import { OPAQUE, type Opaque } from './opaque.ts';
import type { Variables } from './variables.ts';

/** A text whose dollar expansions are replaced. */
export interface Plain {
  /** With `OPAQUE` for every part that the engine computes. */
  readonly text: string;
  /** These parts, in the order of their marks in the text. */
  readonly opaques: readonly Opaque[];
}

/** What dollar expansion makes of a text. */
export interface Expanded extends Plain {
  /** Names of variables that were expanded, each as often as that happened; with OPAQUE where a name is computed. */
  readonly variables: readonly string[];
  /** Expressions in `$(=...)`, and arguments of what is not replaced: to be scanned by themselves. */
  readonly expressions: readonly Plain[];
}

/** Variables that expand to each other end here. */
const DEEPEST = 20;

/** No more than so many characters come of variables: `a` of two `b`, `b` of two `c` and so on would fill the memory. */
const MOST_EXPANDED = 1 << 20;

/** An expansion that is not yet closed. */
interface Open {
  /** What stands in it, expanded. */
  readonly parts: string[];
  /** Where its `$(` is. */
  readonly start: number;
  readonly opaqueCount: number;
  depth: number;
  isInString: boolean;
}

/**
 * Expands `$(...)` as the engine does before it looks at anything else, in quotes as well: a variable by its definition, the
 * parameters `$1` to `$9` by arguments, from the inside out, and what comes of that again. What is computed, as `$(=...)` and
 * variables whose definition begins with an equals sign are, stays opaque. Costs linear time in the text and what comes of variables.
 */
export function expand(text: string, variables: Variables): Expanded {
  return new Expansion(variables).expand(text.replaceAll(OPAQUE, ' '));
}

class Expansion {
  readonly #variables: Variables;
  readonly #names: string[] = [];
  readonly #expressions: Plain[] = [];
  #budget = MOST_EXPANDED;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  expand(text: string): Expanded {
    const { text: expanded, opaques } = this.#expanded(text, []);
    return { text: expanded, opaques, variables: this.#names, expressions: this.#expressions };
  }

  #expanded(text: string, above: readonly string[]): { text: string; opaques: Opaque[] } {
    if (!text.includes('$(')) return { text, opaques: [] };
    const [names, expressions] = [this.#names.length, this.#expressions.length];
    const careful = this.#walked(text, above, true);
    if (careful.isClosed) return careful;
    // An apostrophe in prose opens no string.
    this.#names.length = names;
    this.#expressions.length = expressions;
    return this.#walked(text, above, false);
  }

  #walked(text: string, above: readonly string[], hasStrings: boolean) {
    const opaques: Opaque[] = [];
    const bottom: Open = { parts: [], start: 0, opaqueCount: 0, depth: 0, isInString: false };
    const open: Open[] = [bottom];
    let taken = 0;
    const take = (end: number) => {
      if (end > taken) (open.at(-1) as Open).parts.push(text.slice(taken, end));
      taken = end;
    };
    for (let at = 0; at < text.length; at++) {
      const letter = text[at];
      const top = open.at(-1) as Open;
      if (letter === '$' && text[at + 1] === '(') {
        take(at);
        open.push({ parts: [], start: at, opaqueCount: opaques.length, depth: 1, isInString: false });
        at += 1;
        taken = at + 1;
      } else if (top === bottom) {
        // Only what is in an expansion has an end to be found.
      } else if (letter === "'" && hasStrings) top.isInString = !top.isInString;
      else if (top.isInString) {
        // A bracket in a string closes nothing.
      } else if (letter === '(') top.depth += 1;
      else if (letter === ')') {
        top.depth -= 1;
        if (top.depth > 0) continue;
        take(at);
        open.pop();
        taken = at + 1;
        const inner = opaques.splice(top.opaqueCount);
        const made = this.#replaced(top.parts.join(''), { inner, source: text.slice(top.start, at + 1), above });
        (open.at(-1) as Open).parts.push(made.text);
        for (const one of made.opaques) opaques.push(one);
      }
    }
    take(text.length);
    const isClosed = open.length === 1;
    return { text: open.map(({ parts }) => parts.join('')).join('$('), opaques, isClosed };
  }

  /** What stands in the place of one expansion; `inner` are the opaque parts within it. */
  #replaced(content: string, { inner, source, above }: { inner: Opaque[]; source: string; above: readonly string[] }) {
    const trimmed = content.trim();
    if (isComputed(trimmed)) {
      this.#expressions.push({ text: trimmed, opaques: inner });
      return opaque(source, inner.length > 0 ? undefined : alternativesIn(trimmed));
    }
    const { name, given } = callIn(trimmed.replace(/^#/, ''));
    this.#names.push(name);
    const variable = this.#variables.get(name);
    const { definition } = variable ?? {};
    const isTooDeep = above.includes(variable?.name ?? name) || above.length >= DEEPEST;
    const isOpaque = !variable || definition === undefined || isComputed(definition) || isTooDeep;
    if (isOpaque || !this.#affords(definition, given)) {
      // Whatever it stands for is computed with these.
      if (given.length > 0) this.#expressions.push({ text: given.join(','), opaques: inner });
      return opaque(source, variable && this.#variables.alternativesOf(variable));
    }
    const made = this.#expanded(withArguments(definition, given), [...above, variable.name]);
    // Opaque parts of the arguments stand in the text now, in places that nobody has followed.
    const marks = made.text.split(OPAQUE).length - 1;
    const opaques =
      marks === made.opaques.length ? made.opaques : Array(marks).fill({ source, alternatives: undefined });
    return { text: made.text, opaques };
  }

  /** Whether a definition may be put in, for which it counts. Nothing more may where arguments made too much of one: telling that takes time. */
  #affords(definition: string, given: readonly string[]): boolean {
    if (definition.length >= this.#budget) return false;
    const length = lengthWithArguments(definition, given);
    const isAffordable = length < this.#budget;
    this.#budget = isAffordable ? this.#budget - length - 1 : 0;
    return isAffordable;
  }
}

function opaque(source: string, alternatives: readonly string[] | undefined) {
  const opaques: Opaque[] = [{ source, alternatives }];
  return { text: OPAQUE, opaques };
}

/** The name and the arguments in `name(a, b)`. */
function callIn(content: string): { name: string; given: readonly string[] } {
  const start = content.indexOf('(');
  if (start < 0 || !content.endsWith(')')) return { name: unquoted(content), given: [] };
  return { name: unquoted(content.slice(0, start).trim()), given: argumentsIn(content.slice(start + 1, -1)) };
}

function unquoted(name: string): string {
  return /^\[.*\]$|^".*"$/s.test(name) ? name.slice(1, -1) : name;
}

/** Parts between commas that stand in no brackets and no quotes. */
function argumentsIn(text: string): string[] {
  const given: string[] = [];
  let [depth, start, quote] = [0, 0, ''];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (quote) quote = letter === quote ? '' : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(' || letter === '[') depth += 1;
    else if (letter === ')' || letter === ']') depth -= 1;
    else if (letter === ',' && depth === 0) {
      given.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...given, text.slice(start)].map((one) => one.trim());
}

const PARAMETER = /\$([1-9])/g;

/** A definition with its parameters replaced; those without an argument vanish. */
function withArguments(definition: string, given: readonly string[]): string {
  if (given.length === 0) return definition;
  return definition.replace(PARAMETER, (_, digit: string) => given[Number(digit) - 1] ?? '');
}

/** How long that is at most. */
function lengthWithArguments(definition: string, given: readonly string[]): number {
  if (given.length === 0) return definition.length;
  const replaced = definition.matchAll(PARAMETER).map(([, digit]) => given[Number(digit) - 1]?.length ?? 0);
  return replaced.reduce((sum, length) => sum + length, definition.length);
}
