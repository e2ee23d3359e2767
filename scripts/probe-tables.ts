import { assumptions } from '../src/probe/assumptions.ts';
import { LATER_LISTS } from '../src/qlik/assumptions/later.ts';
import { code, codes, table } from './markdown.ts';

/** What pages say about the probe, made from what it asks; by the name that a page asks for it. */
export const probeParts: { readonly [name: string]: () => string } = {
  assumptions: assumptionTable,
  'later lists': () => codes(Object.values(LATER_LISTS)),
};

function assumptionTable(): string {
  const rows = assumptions.map(({ name, claim, doubt, reliedOnBy, ifNot: { copes, how } }) => [
    code(name),
    claim,
    doubt,
    reliedOnBy,
    copes === 'not needed yet' ? how : `copes: ${copes}; ${how}`,
  ]);
  return table(['assumption', 'what is assumed', 'why it is not certain', 'relied on by', 'if it does not hold'], rows);
}
