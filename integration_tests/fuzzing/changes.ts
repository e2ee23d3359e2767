import fc from 'fast-check';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import { share } from './fuzzing.ts';

/** A JSON text in pieces, so that keys may stand twice and values need not be JSON. */
type Node =
  | { readonly kind: 'text'; text: string }
  | { readonly kind: 'list'; items: Node[] }
  | { readonly kind: 'object'; fields: [name: string, value: Node][] };

/** One change of a JSON value: what is done, in which of all places, with which value and name. */
export interface Change {
  readonly what: (typeof CHANGES)[number];
  /** The way to a place: at each level a number from 0 to below 1 over all that stands there. */
  readonly place: readonly number[];
  readonly other: readonly number[];
  readonly value: string;
  readonly name: string;
}

const CHANGES = ['replace', 'replace', 'drop', 'duplicate', 'rename', 'insert', 'wrap', 'copy'] as const;

const LONG = 100_000;

export const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
export const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Values in JSON that programs stumble over. */
const ODD_VALUES = [
  'null',
  'true',
  'false',
  '0',
  '-1',
  '-0',
  '1.5',
  '1e308',
  '1e999',
  '-1e999',
  '1e-7',
  '4294967296',
  '9007199254740993',
  '123456789012345678901234567890',
  '""',
  '" "',
  '"NaN"',
  '"Infinity"',
  '"null"',
  '"0"',
  '"true"',
  '"[]"',
  '"*"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\ufeff"',
  '"\\u202egnp.exe"',
  '"\\u2028\\u2029"',
  '"👩‍👩‍👧‍👦"',
  '"e\\u0301"',
  '"a\\nb\\r\\n"',
  '"%00%ff%"',
  '"../../../etc/passwd"',
  '"__proto__"',
  '"constructor"',
  '"2026-13-45T99:99:99Z"',
  '"2016-12-31T23:59:60Z"',
  '"2026-01-01t00:00:00z"',
  '"2026-01-01 00:00:00Z"',
  '"9999-12-31T23:59:59Z"',
  '"0000-01-01T00:00:00Z"',
  '"AAAAAAAA"',
  `"${'x'.repeat(LONG)}"`,
  `"${'é'.repeat(LONG)}"`,
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[0]',
  '[""]',
  '[{}]',
  '{"0":null}',
  '{"length":3}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":null,"valueOf":1}',
  nested(300),
  nestedObjects(300),
  nested(10_000),
  nestedObjects(10_000),
];

const ODD_NAMES = [
  '',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'length',
  '0',
  ' id',
  'id\u0000',
  'ID',
  '\ud800',
  '\ufeff',
  '\u202e',
  '👾',
  'x'.repeat(LONG),
];

/** Places below that are the same to a program as those above. */
const DEEPEST = 9;

/** A few changes of one JSON value. */
export function changes(most = 3): fc.Arbitrary<Change[]> {
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ODD_VALUES) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.double().map((number) => String(number)) },
  );
  const name = fc.oneof(fc.constantFrom(...ODD_NAMES), fc.string());
  const place = () => fc.array(share, { minLength: 1, maxLength: DEEPEST, size: 'max' });
  const change = fc.record({ what: fc.constantFrom(...CHANGES), place: place(), other: place(), value, name });
  return fc.array(change, { minLength: 1, maxLength: most });
}

/**
 * The text of a JSON value after some changes. It is JSON unless a value of the changes is none. Nothing secret is copied: a tenant
 * that puts a secret where a name belongs has told it itself.
 */
export function changed(value: unknown, some: readonly Change[]): string {
  const holder: Node[] = [nodeOf(value)];
  for (const change of some) apply(change, holder);
  return holder.map(textOf).join('');
}

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf) };
  if (typeof value !== 'object' || value === null) return { kind: 'text', text: JSON.stringify(value) };
  return { kind: 'object', fields: Object.entries(value).map(([name, below]) => [name, nodeOf(below)]) };
}

function textOf(node: Node): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'list') return `[${node.items.map(textOf).join()}]`;
  return `{${node.fields.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join()}}`;
}

/** Where a value stands: what is put there, taken out, or added beside it. */
interface Spot {
  readonly node: Node;
  put(node: Node): void;
  drop(): void;
  duplicate(): void;
  rename(name: string): void;
}

function spotsIn(holder: Node[]): Spot[] {
  return holder.map((node, index) => ({
    node,
    put: (other) => void holder.splice(index, 1, other),
    drop: () => void holder.splice(index, 1),
    duplicate: () => void holder.splice(index, 0, node),
    rename: () => {},
  }));
}

function spotsBelow(node: Node): Spot[] {
  if (node.kind === 'list') return spotsIn(node.items);
  if (node.kind === 'text') return [];
  const { fields } = node;
  return fields.map(([name, value], index) => ({
    node: value,
    put: (other) => void fields.splice(index, 1, [name, other]),
    drop: () => void fields.splice(index, 1),
    duplicate: () => void fields.splice(index, 0, [name, { kind: 'text', text: 'null' }]),
    rename: (other) => void fields.splice(index, 1, [other, value]),
  }));
}

/** The spot that a way leads to, or where it ends before. */
function spotAt(way: readonly number[], holder: Node[]): Spot | undefined {
  let spots = spotsIn(holder);
  let found: Spot | undefined;
  for (const step of way) {
    const next: Spot | undefined = spots[Math.floor(step * spots.length)];
    if (!next) break;
    found = next;
    spots = spotsBelow(next.node);
  }
  return found;
}

function apply({ what, place, other, value, name }: Change, holder: Node[]): void {
  const spot = spotAt(place, holder);
  if (!spot) return;
  const odd: Node = { kind: 'text', text: value };
  const acts: { readonly [act in Change['what']]: () => void } = {
    replace: () => spot.put(odd),
    drop: () => spot.drop(),
    duplicate: () => spot.duplicate(),
    rename: () => spot.rename(name),
    wrap: () => spot.put({ kind: 'list', items: [spot.node] }),
    copy: () => {
      const text = textOf(spotAt(other, holder)?.node ?? odd);
      spot.put({ kind: 'text', text: text.includes(SECRET_MARK) ? value : text });
    },
    insert: () => {
      if (spot.node.kind === 'list') spot.node.items.push(odd);
      else if (spot.node.kind === 'object') spot.node.fields.push([name, odd]);
    },
  };
  acts[what]();
}
