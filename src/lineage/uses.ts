import { expand, type Plain } from './expansion.ts';
import type { Context } from './frames.ts';
import { namesIn } from './names.ts';
import { OPAQUE, type Opaque } from './opaque.ts';
import type { Variables } from './variables.ts';

/** A name that an expression uses, before anybody knows what it is of. */
export interface Use {
  /** Without its quotes; of a dynamic one as it is written. */
  readonly name: string;
  /** `expansion`: a variable in `$(...)`. */
  readonly context: Context | 'expansion';
  /**
   * `certain`: the expression names it; `possible`: it does if a part that is computed comes to one of the texts that it chooses
   * from; `dynamic`: the name is put together when the expression is computed.
   */
  readonly certainty: 'certain' | 'possible' | 'dynamic';
}

/** Expressions within expressions within one expression; no real one has nearly as many. */
const MOST_EXPRESSIONS = 1_000;

/** No more than so many characters of a name tell how it is computed: an argument may stand in it at each parameter. */
const MOST_WRITTEN = 10_000;

/** Stands for what is not told. */
const UNTOLD = { source: '$(…)' };

/** No more than so many characters are tried in the places of what is computed. */
const MOST_TRIED = 1 << 20;

/** `GetObjectField(0)` is the first dimension of the chart that the expression is in. */
const OBJECT_FIELD = /GetObjectField\s*\(\s*(\d*)\s*\)/i;

/**
 * All names in an expression, in those within it (`$(=...)`, searches in sets, fields on the fly) and in what its variables expand to.
 * `dimensions` are those of its chart, as names of fields.
 */
export function usesIn(expression: string, variables: Variables, dimensions: readonly string[] = []): Use[] {
  const { variables: named, expressions, ...whole } = expand(expression, variables);
  return [...named.map((name) => expansionOf(name)), ...usesOf([whole, ...expressions], dimensions)];
}

/** The names in what a text expands, which has none besides. */
export function usesInText(text: string, variables: Variables): Use[] {
  const { variables: named, expressions } = expand(text, variables);
  return [...named.map((name) => expansionOf(name)), ...usesOf(expressions, [])];
}

function usesOf(expressions: readonly Plain[], dimensions: readonly string[]): Use[] {
  const uses: Use[] = [];
  const toDo = expressions.slice(0, MOST_EXPRESSIONS);
  for (let at = 0; at < toDo.length; at++) {
    const { text, opaques } = toDo[at] as Plain;
    const base = namesIn(text);
    for (const one of base.expressions.slice(0, MOST_EXPRESSIONS - toDo.length))
      toDo.push({ text: one.text, opaques: opaques.slice(one.opaqueCount) });
    // A quoted part has no more of them than marks.
    const marked = opaques.slice(0, text.split(OPAQUE).length - 1);
    const known = triable(marked.map((one) => withObjectField(one, dimensions)));
    const all = base.isTorn && known.some(({ alternatives }) => alternatives) ? possibleNames(text, known) : [];
    const areTried = known.every(({ alternatives }) => alternatives);
    for (const { name, context, opaqueCount } of base.names) {
      if (!name.includes(OPAQUE)) uses.push({ name, context, certainty: 'certain' });
      else if (!areTried) uses.push({ name: written(name, opaques, opaqueCount), context, certainty: 'dynamic' });
    }
    const certain = new Set(base.names.map(({ name, context }) => `${context} ${name}`));
    for (const { name, context } of all)
      if (!certain.has(`${context} ${name}`)) uses.push({ name, context, certainty: 'possible' });
  }
  return uses;
}

function expansionOf(name: string): Use {
  const isDynamic = name.includes(OPAQUE);
  return {
    name: isDynamic ? name.replaceAll(OPAQUE, UNTOLD.source) : name,
    context: 'expansion',
    certainty: isDynamic ? 'dynamic' : 'certain',
  };
}

function withObjectField({ source, alternatives }: Opaque, dimensions: readonly string[]): Opaque {
  const [, index] = (alternatives === undefined && OBJECT_FIELD.exec(source)) || [];
  const dimension = index === undefined ? undefined : dimensions[Number(index)];
  return { source, alternatives: dimension === undefined ? alternatives : [dimension] };
}

/** The same, without alternatives where trying them would make too much of a text. */
function triable(opaques: readonly Opaque[]): readonly Opaque[] {
  const lengths = opaques.map(({ alternatives = [] }) => alternatives.reduce((sum, one) => sum + one.length, 0));
  const isTooMuch = lengths.reduce((sum, length) => sum + length, 0) > MOST_TRIED;
  return isTooMuch ? opaques.map(({ source }) => ({ source, alternatives: undefined })) : opaques;
}

/** Names that are there if what is computed comes to one of its alternatives; each is tried once, and not with each of the others. */
function possibleNames(text: string, opaques: readonly Opaque[]) {
  const parts = text.split(OPAQUE);
  const count = opaques.reduce((most, { alternatives = [] }) => Math.max(most, alternatives.length), 0);
  const tried = Array.from({ length: count }, (_, turn) => {
    const filled = parts.map((part, index) => part + (index < opaques.length ? inTurn(opaques[index], turn) : ''));
    return namesIn(filled.join('')).names.filter(({ name }) => !name.includes(OPAQUE));
  });
  return new Map(tried.flat().map((one) => [`${one.context} ${one.name}`, one])).values().toArray();
}

function inTurn(opaque: Opaque | undefined, turn: number): string {
  const { alternatives } = opaque ?? {};
  return alternatives ? (alternatives[turn % alternatives.length] as string) : OPAQUE;
}

/** A name with what is computed in it as it is written, unless that is much. */
function written(name: string, opaques: readonly Opaque[], from: number): string {
  let [at, left] = [from, MOST_WRITTEN];
  return name.replaceAll(OPAQUE, () => {
    const { source } = opaques[at++] ?? UNTOLD;
    left -= source.length;
    return left < 0 ? UNTOLD.source : source;
  });
}
