import type { Filter } from './list-endpoint.ts';

type Test = (value: string, wanted: string) => boolean;

const TESTS: Record<string, Test> = {
  eq: (value, wanted) => value === wanted,
  co: (value, wanted) => value.includes(wanted),
  sw: (value, wanted) => value.startsWith(wanted),
  gt: (value, wanted) => value > wanted,
};

/** SCIM conditions on plain fields, joined by `and`; case-insensitive. Anything else is refused. */
export function scimFilter<Row>(fields: string[], operators: string[]): Filter<Row> {
  return (filter) => {
    const conditions = filter.split(/ and /i).map((condition) => {
      const [, field = '', operator = '', wanted = ''] = /^(\w+) (\w+) "([^"]*)"$/.exec(condition.trim()) ?? [];
      const test = TESTS[operator.toLowerCase()];
      if (!test || !fields.includes(field) || !operators.includes(operator.toLowerCase())) return undefined;
      return (row: Row) =>
        test(String((row as Record<string, unknown>)[field] ?? '').toLowerCase(), wanted.toLowerCase());
    });
    if (!conditions.every((condition) => condition !== undefined)) return undefined;
    return (row) => conditions.every((passes) => passes(row));
  };
}
