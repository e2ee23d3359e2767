import { isObject } from './input.ts';
import type { Schema } from './messages.ts';

/** Names as long as this are taken for misspelt with two letters wrong. */
const LONG_NAME = 8;

/**
 * The settings that are not known and look like a known one, which is not set: one letter is wrong, two in a long name. Each in
 * words, which name both and tell no value. An underscore at the beginning marks the names of platforms.
 */
export function misspeltSettings(schema: Schema, settings: unknown, path = ''): string[] {
  if (!isObject(settings)) return [];
  const known = knownSettings(schema, settings);
  const unset = Object.keys(known).filter((name) => !Object.hasOwn(settings, name));
  return Object.entries(settings).flatMap(([name, value]) => {
    const declared = Object.hasOwn(known, name) ? known[name] : undefined;
    if (declared) return misspeltSettings(declared, value, `${path}${name}.`);
    const meant = name.startsWith('_') ? undefined : unset.find((other) => isMisspelt(name, other));
    return meant === undefined ? [] : [`${path}${name} is not known and looks like ${path}${meant} misspelt`];
  });
}

/** Those of the chosen option too, or of all, if what would tell is missing. */
function knownSettings(schema: Schema, settings: object): { readonly [name: string]: Schema } {
  const options = Array.isArray(schema.oneOf) ? (schema.oneOf as Schema[]) : [];
  const isChosen = ({ properties = {} }: Schema) =>
    Object.entries(properties).some(
      ([name, { const: constant }]) =>
        constant !== undefined && (settings as { [name: string]: unknown })[name] === constant,
    );
  const chosen = options.filter(isChosen);
  const parts = [schema, ...(chosen.length > 0 ? chosen : options)];
  return Object.assign({}, ...parts.map(({ properties }) => properties));
}

function isMisspelt(name: string, known: string): boolean {
  const wrong = known.length < LONG_NAME ? 1 : 2;
  return Math.abs(name.length - known.length) <= wrong && lettersWrong(name, known) <= wrong;
}

/** How many letters were left out, put in, replaced by another or swapped with their neighbour. */
function lettersWrong(name: string, known: string): number {
  // The rows for beginnings of the name, of which the last two are needed; a column for each beginning of the known one.
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: known.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= name.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= known.length; column += 1) {
      const isSame = name[row - 1] === known[column - 1];
      const isSwapped = name[row - 1] === known[column - 2] && name[row - 2] === known[column - 1];
      current[column] = Math.min(
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        row > 1 && column > 1 && isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[known.length] ?? 0;
}
