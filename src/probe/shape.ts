import type { Schema } from '../cdk/index.ts';
import { isProperties, type Properties } from '../qlik/app-objects.ts';

/** What some objects look like: names of fields, how many have them, types and lengths. No value, and no name that may be one. */
export interface Shape {
  readonly rows: number;
  /** In the order in which they came. */
  readonly fields: { readonly [name: string]: FieldShape };
  /** How many other fields there were, whose names are not told. */
  readonly unnamed?: number;
}

interface FieldShape {
  /** How many objects have the field. */
  readonly in: number;
  /** How many values of each type. */
  readonly types: { readonly [type: string]: number };
  /** The shortest and the longest of the texts that are not empty, or of the lists. */
  readonly lengths?: readonly [number, number];
  /** Digits of the fraction, where texts are times: how many have so many. */
  readonly fractions?: { readonly [digits: number]: number };
  /** What is inside: the objects, or those in the lists. */
  readonly of?: Shape;
}

/** As Qlik writes names of fields. */
const FIELD_NAME = /^_?[a-z][A-Za-z0-9]{0,39}$/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?/;

/** Below that depth nothing is looked at. */
const DEEPEST = 4;

/**
 * The shape of some objects. Named are the fields that `schema` declares; if `isOpen`, other fields of the objects themselves too, when
 * their names are written as Qlik writes those of its API: inside of them, names may be those of a tenant's own properties.
 */
export function shapeOf(rows: readonly Properties[], schema: Schema, isOpen: boolean, depth = 0): Shape {
  const declared = schema.properties ?? {};
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const told = names.filter((name) => Object.hasOwn(declared, name) || (isOpen && FIELD_NAME.test(name)));
  const fields = told.map((name) => {
    const values = rows.filter((row) => Object.hasOwn(row, name)).map((row) => row[name]);
    return [name, fieldShape(values, (Object.hasOwn(declared, name) && declared[name]) || {}, depth)];
  });
  const unnamed = names.length - told.length;
  return { rows: rows.length, fields: Object.fromEntries(fields), ...(unnamed > 0 && { unnamed }) };
}

function fieldShape(values: readonly unknown[], declared: Schema, depth: number): FieldShape {
  const types = countedBy(values.map(typeOf));
  const texts = values.filter((value) => typeof value === 'string' && value !== '') as string[];
  const lists = values.filter(Array.isArray) as unknown[][];
  const lengths = [...texts, ...lists].map(({ length }) => length);
  const fractions = texts.flatMap((text) => {
    const [time, digits = ''] = TIME.exec(text) ?? [];
    return time === undefined ? [] : [digits.length];
  });
  const inside = [...values, ...lists.flat()].filter(isProperties);
  const schema = declared.properties ? declared : (declared.items ?? {});
  return {
    in: values.length,
    types,
    ...(lengths.length > 0 && { lengths: [Math.min(...lengths), Math.max(...lengths)] as const }),
    ...(fractions.length > 0 && { fractions: countedBy(fractions) }),
    ...(inside.length > 0 && depth < DEEPEST && { of: shapeOf(inside, schema, false, depth + 1) }),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'empty text';
  return Array.isArray(value) ? 'array' : typeof value;
}

function countedBy<Key extends string | number>(keys: readonly Key[]): { [key: string]: number } {
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, those]) => [key, those.length]));
}
