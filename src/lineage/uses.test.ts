import { describe, expect, it } from 'vitest';
import { expand } from './expansion.ts';
import { usesIn } from './uses.ts';
import { Variables } from './variables.ts';

const variable = (name: string, definition: string | undefined) => ({ id: `id of ${name}`, name, definition });

const variables = new Variables(
  Object.entries({
    vText: 'Sales',
    vSum: 'Sum(Sales)',
    vBracket: '[Net Sales]',
    vOpen: '(',
    vOuter: '$(vText) + $(vInner)',
    vInner: 'Cost',
    vSelf: 'Sum($(vSelf))',
    vPing: '$(vPong)',
    vPong: '$(vPing)',
    vArgs: 'Sum({<$1={$2}>} $3)',
    vTwice: '$1 + $1',
    vNamed: 'vText',
    vComputed: '=Max(Year)',
    vChoice: "=If(Mode = 'net', 'Net', 'Gross')",
    vToggle: "=If(Match('$(vText)', 'a'), '(', '')",
    vEmpty: '',
    'v with blank': 'Price',
  })
    .map(([name, definition]) => variable(name, definition))
    .concat([{ id: 'id of vSecret', name: 'vSecret', definition: undefined as unknown as string }]),
);

/** Names with their contexts; those that are not certain with a sign. */
function shown(expression: string, dimensions: readonly string[] = []): string[] {
  const signs = { certain: '', possible: '?', dynamic: '!' };
  return usesIn(expression, variables, dimensions).map(
    ({ name, context, certainty }) => `${context} ${name}${signs[certainty]}`,
  );
}

describe('dollar expansion', () => {
  it.each([
    ['$(vText)', ['expansion vText', 'plain Sales']],
    ['Sum($(vText))', ['expansion vText', 'aggregated Sales']],
    ['$(vSum) / $(vSum)', ['expansion vSum', 'expansion vSum', 'aggregated Sales', 'aggregated Sales']],
    ['Sum($(vBracket))', ['expansion vBracket', 'aggregated Net Sales']],
    ['Sum$(vOpen)a)', ['expansion vOpen', 'aggregated a']],
    ['$(vOuter)', ['expansion vOuter', 'expansion vText', 'expansion vInner', 'plain Sales', 'plain Cost']],
    ['[$(vText) 2]', ['expansion vText', 'plain Sales 2']],
    ['"$(vText)"', ['expansion vText', 'plain Sales']],
    ["'$(vText)'", ['expansion vText']],
    ['$(vText)Total', ['expansion vText', 'plain SalesTotal']],
    ['Sum({<$(vText)={1}>} a)', ['expansion vText', 'set_modifier Sales', 'aggregated a']],
    ['Sum({<a={$(vText)}>} b)', ['expansion vText', 'set_modifier a', 'aggregated b']],
    ['$(#vText)', ['expansion vText', 'plain Sales']],
    ['$( vText )', ['expansion vText', 'plain Sales']],
    ['$(v with blank)', ['expansion v with blank', 'plain Price']],
    ['$([vText])', ['expansion vText', 'plain Sales']],
    ['$(VTEXT)', ['expansion VTEXT', 'plain Sales']],
    ['$($(vNamed))', ['expansion vNamed', 'expansion vText', 'plain Sales']],
    ['$(vEmpty)a', ['expansion vEmpty', 'plain a']],
    ['vText', ['plain vText']],
    ['a /* $(vText) */', ['expansion vText', 'plain a']],
  ])('%s', (expression, expected) => {
    expect(shown(expression)).toEqual(expected);
  });

  it.each([
    ['$(vArgs(Year, 2020, Sales))', ['expansion vArgs', 'set_modifier Year', 'aggregated Sales']],
    ["$(vArgs([a, b],'x,y',Min(c, d)))", ['expansion vArgs', 'set_modifier a, b', 'aggregated c', 'aggregated d']],
    ['$(vArgs(Year))', ['expansion vArgs', 'set_modifier Year']],
    ['$(vTwice($(vText)))', ['expansion vText', 'expansion vTwice', 'plain Sales', 'plain Sales']],
    ['$(vTwice(a))', ['expansion vTwice', 'plain a', 'plain a']],
    ['$(vText(a, b))', ['expansion vText', 'plain Sales']],
  ])('puts arguments in: %s', (expression, expected) => {
    expect(shown(expression)).toEqual(expected);
  });

  it.each([
    ['$(vComputed)', ['expansion vComputed']],
    ['$(vMissing([a b], Sum(c)))', ['expansion vMissing', 'plain a b', 'aggregated c']],
    ['$(vComputed(a))', ['expansion vComputed', 'plain a']],
    ["$(vSecret('a', b))", ['expansion vSecret', 'plain b']],
    ['$(=Max(Year))', ['aggregated Year']],
    ['$(=Max({<$(vText)={1}>} Year))', ['expansion vText', 'set_modifier Sales', 'aggregated Year']],
    [
      'Sum({<Year={$(=Max(Year))}>} $(vText))',
      ['expansion vText', 'set_modifier Year', 'aggregated Sales', 'aggregated Year'],
    ],
    ["Date($(=If(a = ')', 1, 2)))", ['plain a']],
    ["$(=Replace(a, ']', ']]'))", ['plain a']],
    ['Sum({<a={"=$(=b)>c"}>} d)', ['set_modifier a', 'aggregated d', 'plain b', 'plain c']],
  ])('leaves open what is computed: %s', (expression, expected) => {
    expect(shown(expression)).toEqual(expected);
  });

  it.each([
    ['[$(vComputed)]', ['expansion vComputed', 'plain $(vComputed)!']],
    ['Sum({<a={"=[$(=b)]>c"}>} d)', ['set_modifier a', 'aggregated d', 'plain b', 'plain $(=b)!', 'plain c']],
    ['$(vMissing([$(vComputed)], a))', ['expansion vComputed', 'expansion vMissing', 'plain $(vComputed)!', 'plain a']],
    ['Sum(Sales_$(=Max(Year)))', ['aggregated Sales_$(=Max(Year))!', 'aggregated Year']],
    ['a + [$(vComputed) $(=b)]', ['expansion vComputed', 'plain a', 'plain $(vComputed) $(=b)!', 'plain b']],
    ['/* $(vComputed) */ [x $(=b)]', ['expansion vComputed', 'plain x $(=b)!', 'plain b']],
    ['$(v$(vComputed))', ['expansion vComputed', 'expansion v$(…)!']],
    ['[$(vSecret)]', ['expansion vSecret', 'plain $(vSecret)!']],
    ['[$(vMissing)]', ['expansion vMissing', 'plain $(vMissing)!']],
  ])('knows no name that is put together: %s', (expression, expected) => {
    expect(shown(expression)).toEqual(expected);
  });

  it.each([
    ['[$(vChoice)]', ['expansion vChoice', 'plain net?', 'plain Net?', 'plain Gross?']],
    [
      'Sum([$(vChoice) Sales])',
      [
        'expansion vChoice',
        'aggregated  Sales?',
        'aggregated net Sales?',
        'aggregated Net Sales?',
        'aggregated Gross Sales?',
      ],
    ],
    ['Max$(vToggle)a)', ['expansion vToggle', 'plain Maxa?', 'aggregated a?', 'plain Maxaa?']],
    ['$(vChoice)', ['expansion vChoice']],
    ["[$(=If(x, 'A', 'B'))]", ['plain A?', 'plain B?', 'plain x']],
    ["[$(=Replace(GetObjectField(0), ']', ']]'))]", ['plain Month?', 'plain Month']],
  ])('tries the texts that a variable chooses from: %s', (expression, expected) => {
    expect(new Set(shown(expression, ['Month']))).toEqual(new Set(expected.filter((one) => one !== 'plain Month')));
  });

  it.each([
    ['$(vSelf)', ['expansion vSelf', 'expansion vSelf']],
    ['$(vPing)', ['expansion vPing', 'expansion vPong', 'expansion vPing']],
    ['$(vText', ['plain vText']],
    ['$( + Sales', ['plain Sales']],
    ["it's $(vText) of $(vInner)", ['expansion vText', 'expansion vInner', 'plain it']],
    ["$(vArgs(it's, b, c))", ['expansion vArgs', 'set_modifier it']],
    ['$()', ['expansion ']],
    ['$', []],
    ['$$(vText)', ['expansion vText', 'plain $Sales']],
  ])('comes to an end: %s', (expression, expected) => {
    expect(shown(expression)).toEqual(expected);
  });

  it('of variables that each hold two others ends after a megabyte', () => {
    const chain = Array.from({ length: 30 }, (_, at) => variable(`v${at}`, `$(v${at + 1}) + $(v${at + 1})`));
    const { text, variables: named } = expand('$(v0)', new Variables([...chain, variable('v30', 'Sales')]));
    expect(text.length).toBeLessThan(2 ** 21);
    expect(named.length).toBeLessThan(2 ** 20);
  });

  it('looks no more than once through a definition of which arguments make too much', () => {
    const long = new Variables([variable('long', '$1'.repeat(100_000)), variable('short', 'Sales')]);
    const { text, opaques } = expand(`$(long(${'a'.repeat(20)})) + $(short)`, long);
    expect([text.length, opaques.map(({ source }) => source.slice(0, 7))]).toEqual([5, ['$(long(', '$(short']]);
  });

  it('tries no texts that would make too much of an expression', () => {
    const long = new Variables([variable('long', `=If(a, '${'x'.repeat(600_000)}', 'y')`)]);
    const dynamic = { name: '$(long)', context: 'plain', certainty: 'dynamic' };
    expect(usesIn('[$(long)] + [$(long)]', long).slice(2)).toEqual([dynamic, dynamic]);
    expect(usesIn('[$(long)]', long).map(({ certainty }) => certainty)).toEqual(['certain', 'possible', 'possible']);
  });

  it('of arguments that are repeated ends after a megabyte', () => {
    const many = new Variables([variable('many', '$1'.repeat(1_000))]);
    const nested = Array.from({ length: 6 }).reduce<string>((inner) => `$(many(${inner}))`, 'a');
    expect(expand(nested, many).text.length).toBeLessThan(2 ** 21);
  });
});
