import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from './expansion.ts';
import type { Context } from './frames.ts';
import { namesIn } from './names.ts';
import { tokens } from './tokens.ts';
import { usesIn } from './uses.ts';
import { Variables } from './variables.ts';

/** A piece of an expression: `write` gives its text where fields have these names, `fields` which of them stand in it, and where. */
interface Piece {
  readonly write: (nameOf: (field: number) => string) => string;
  readonly fields: readonly (readonly [field: number, context: Context])[];
}

const NAMES = [
  'Sales',
  'Net Sales',
  'a]b',
  'x"y',
  "it's",
  'Sum',
  'Größe',
  '/*',
  '//',
  'a,b',
  '(',
  '}',
  '>',
  'total',
  'P',
  '$1',
  '% of {x}',
  'and',
];

const field = fc.nat({ max: NAMES.length - 1 });
const gap = fc.constantFrom('', ' ', '\n', ' /* [x] */ ', ' // y\n');
const plainFunction = fc.constantFrom('Upper', 'If', 'Num', 'Above', 'RangeSum');
const aggregation = fc.constantFrom('Sum', 'count', 'Only', 'MaxString');

const text = (content: string): Piece => ({ write: () => content, fields: [] });
const quoted = (name: string, quote: string) =>
  quote === '[' ? `[${name.replaceAll(']', ']]')}]` : `"${name.replaceAll('"', '""')}"`;

/** Pieces with texts between them. */
function joined(...parts: readonly (string | Piece)[]): Piece {
  const pieces = parts.map((part) => (typeof part === 'string' ? text(part) : part));
  return {
    write: (nameOf) => pieces.map(({ write }) => write(nameOf)).join(''),
    fields: pieces.flatMap(({ fields }) => fields),
  };
}

function name(context: Context): fc.Arbitrary<Piece> {
  return fc.tuple(field, fc.constantFrom('[', '"')).map(([index, quote]) => ({
    write: (nameOf) => quoted(nameOf(index), quote),
    fields: [[index, context]],
  }));
}

const constant = fc.constantFrom('1', "'x'", '\'[x] "y" (z\'', "'it''s'", '2.5').map(text);

const elements = fc.constantFrom('{1}', "{'x'}", '{">=1<2"}', '{[x]}', '{x, y}', '{}').map(text);

const { set } = fc.letrec<{ set: Piece; modifier: Piece; values: Piece }>((tie) => ({
  set: fc.oneof(
    fc.constantFrom('{1}', '{$}', '{$1}').map(text),
    fc
      .tuple(fc.array(tie('modifier'), { minLength: 1, maxLength: 3 }), gap)
      .map(([modifiers, space]) =>
        joined(`{${space}<`, ...modifiers.flatMap((one, at) => (at ? [',', one] : [one])), `>${space}}`),
      ),
  ),
  modifier: fc
    .tuple(name('set_modifier'), fc.constantFrom('=', '-=', ' = '), tie('values'))
    .map(([of, operator, values]) => joined(of, operator, values)),
  values: fc.oneof(
    { maxDepth: 2 },
    elements,
    name('set_value'),
    name('set_value').map((of) => joined('P(', of, ')')),
    fc.tuple(tie('set'), name('set_value')).map(([inner, of]) => joined('E(', inner, ' ', of, ')')),
    fc.tuple(elements, elements).map(([one, other]) => joined(one, '-', other)),
  ),
}));

/** What an expression may be where names stand in this context. */
function expression(context: 'plain' | 'aggregated', depth = 3): fc.Arbitrary<Piece> {
  if (depth === 0) return fc.oneof(name(context), constant);
  const deeper = expression(context, depth - 1);
  const aggregated = expression('aggregated', depth - 1);
  const qualifier = fc.oneof(
    fc.constantFrom('', 'DISTINCT ', 'TOTAL ').map(text),
    name('total').map((of) => joined('TOTAL <', of, '> ')),
  );
  return fc.oneof(
    name(context),
    constant,
    fc
      .tuple(deeper, gap, fc.constantFrom('+', '*', ' & ', '=', ' and ', '<', '>'), gap, deeper)
      .map((parts) => joined(...parts)),
    fc.tuple(gap, deeper, gap).map(([before, inner, behind]) => joined('(', before, inner, behind, ')')),
    fc
      .tuple(plainFunction, gap, deeper, deeper)
      .map(([fn, space, one, other]) => joined(fn, space, '(', one, ',', other, ')')),
    fc
      .tuple(aggregation, set, qualifier, aggregated)
      .map(([fn, of, before, inner]) => joined(fn, '(', of, ' ', before, inner, ')')),
    fc
      .tuple(aggregated, name('aggr_dimension'), name('aggr_dimension'))
      .map(([inner, one, other]) => joined('Aggr(', inner, ', ', one, ', (', other, ', (NUMERIC, ASC)))')),
  );
}

const anyExpression = expression('plain');
const isNameOf = (index: number) => NAMES[index] as string;
const found = (written: string) => namesIn(written).names.map(({ name: one, context }) => [one, context]);

describe('of a random expression', () => {
  it('all names are found, each where it stands, and no others', () => {
    fc.assert(
      fc.property(anyExpression, ({ write, fields }) => {
        expect(found(write(isNameOf))).toEqual(fields.map(([index, context]) => [isNameOf(index), context]));
      }),
      { numRuns: 300 },
    );
  });

  it('a field that is renamed changes the references to it, and nothing else', () => {
    fc.assert(
      fc.property(anyExpression, field, ({ write }, renamed) => {
        const before = found(write(isNameOf));
        const after = found(write((index) => (index === renamed ? 'A new [name]' : isNameOf(index))));
        expect(after).toEqual(
          before.map(([one, context]) => [one === isNameOf(renamed) ? 'A new [name]' : one, context]),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('nothing is left where all names that were found are replaced by values', () => {
    fc.assert(
      fc.property(anyExpression, ({ write }) => {
        let written = write(isNameOf);
        for (const { name: one } of namesIn(written).names)
          for (const quote of ['[', '"']) written = written.replaceAll(quoted(one, quote), '1');
        expect(found(written)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('the same is found where parts of it come from variables', () => {
    fc.assert(
      fc.property(expression('plain', 2), expression('aggregated', 2), ({ write, fields }, inner) => {
        const variables = new Variables([
          { id: '1', name: 'whole', definition: write(isNameOf) },
          { id: '2', name: 'inner', definition: inner.write(isNameOf) },
          { id: '3', name: 'sum', definition: 'Sum($1)' },
        ]);
        const uses = usesIn('$(whole) + Sum($(inner)) & $(sum([x]))', variables);
        const names = uses.filter(({ context }) => context !== 'expansion').map((use) => [use.name, use.context]);
        const expected = [...fields, ...inner.fields].map(([index, context]) => [isNameOf(index), context]);
        expect(names).toEqual([...expected, ['x', 'aggregated']]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    ...`$( ( ) { } < > [ ] ]] " "" ' '' \` /* */ // , = :: $ 1 a Sum( TOTAL Aggr( P( \uFFFF`.split(' '),
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  it('has some answer', () => {
    const variables = new Variables([
      { id: '1', name: 'a', definition: '$(1)' },
      { id: '2', name: '1', definition: "=If(a, '(', '[')" },
    ]);
    fc.assert(
      fc.property(anyText, (given) => {
        for (const { name: one, context } of usesIn(given, variables))
          expect([typeof one, typeof context]).toEqual(['string', 'string']);
        expect([...tokens(given)].length).toBeLessThanOrEqual(given.length);
      }),
      { numRuns: 300 },
    );
  });

  it('of no variables stays as it is, but for what is computed', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const { text: expanded, opaques } = expand(given.replaceAll('$(', '$ ('), new Variables([]));
        expect([expanded, opaques]).toEqual([given.replaceAll('$(', '$ (').replaceAll('\uFFFF', ' '), []]);
      }),
    );
  });
});
