import type { Filter } from './list-endpoint.ts';

type Test = (value: string, wanted: string) => boolean;
type Condition<Row> = (row: Row) => boolean;

const TESTS: Record<string, Test> = {
  eq: (value, wanted) => value === wanted,
  co: (value, wanted) => value.includes(wanted),
  sw: (value, wanted) => value.startsWith(wanted),
  gt: (value, wanted) => value > wanted,
};

/**
 * The filter of SCIM, RFC 7644 section 3.4.2.2, as far as Qlik's lists take it (https://qlik.dev/apis/rest/users/):
 * conditions on plain fields, joined by `and`, `or` and parentheses; case-insensitive. Anything else is refused.
 */
export function scimFilter<Row>(fields: string[], operators: string[]): Filter<Row> {
  return (filter) => {
    const words = filter.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
    const isNext = (word: string) => words[0]?.toLowerCase() === word && words.shift() !== undefined;
    const single = (): Condition<Row> | undefined => {
      if (isNext('(')) {
        const inside = either();
        return isNext(')') ? inside : undefined;
      }
      const [field = '', operator = '', quoted = ''] = words.splice(0, 3);
      const test = TESTS[operator.toLowerCase()];
      const wanted = /^"(.*)"$/.exec(quoted)?.[1]?.toLowerCase();
      if (!test || wanted === undefined || !fields.includes(field) || !operators.includes(operator.toLowerCase()))
        return undefined;
      return (row) => test(String((row as Record<string, unknown>)[field] ?? '').toLowerCase(), wanted);
    };
    const joined = (word: string, part: () => Condition<Row> | undefined) => {
      const parts = [part()];
      while (isNext(word)) parts.push(part());
      return parts.every((condition) => condition !== undefined) ? parts : undefined;
    };
    const both = () => {
      const parts = joined('and', single);
      return parts && ((row: Row) => parts.every((passes) => passes(row)));
    };
    const either = () => {
      const parts = joined('or', both);
      return parts && ((row: Row) => parts.some((passes) => passes(row)));
    };
    const condition = either();
    return words.length === 0 ? condition : undefined;
  };
}
