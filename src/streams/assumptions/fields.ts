import type { Schema } from '../../cdk/index.ts';
import type { Properties } from '../../qlik/app-objects.ts';
import { type Assumption, counted } from '../../qlik/assumption.ts';
import type { ListName, Probe } from '../../qlik/probe.ts';
import { LIST_NAMES } from '../../qlik/probe.ts';
import { Told, told } from '../../qlik/told.ts';
import { streams } from '../index.ts';

/** Fields that lists send and no row has: they depend on who asks, are secrets, or were given up. */
const LEFT_OUT = new Set(
  `actions privileges isFavorited links meta resourceId roles groups created lastUpdated clientId fullUser executionToken workspace
  log id version qReferenceKey qConnectionSecret qCredentialsID itemCount`.split(/\s+/),
);

/** Fields whose streams take a text for what they declare. */
const CONVERTED = new Set(['connections.tags', 'automations.duration']);

/** What is assumed of the fields of all lists. */
export const fieldAssumptions: readonly Assumption[] = [
  {
    name: 'known-fields',
    claim: 'Rows have no fields but those that the streams declare or leave out on purpose.',
    doubt: 'Qlik may add fields at any time, by its own rules.',
    reliedOnBy: 'all lists',
    ifNot: { copes: 'yes', how: 'other fields are left out; the report names those that may be new columns' },
    async ask(probe) {
      const { pages, declared } = await rowsOf(probe);
      const hasOthers = ([name, rows]: NamedRows) =>
        rows.some((row) => Object.keys(row).some((field) => !declared(name, field) && !LEFT_OUT.has(field)));
      return named(pages, (page) => !hasOthers(page));
    },
  },
  {
    name: 'field-types',
    claim:
      'Fields have the types that the schemas of the streams declare, apart from two that have an assumption of their own.',
    doubt: 'They are those of Qlik’s published schemas and of a few recordings.',
    reliedOnBy: 'all lists',
    ifNot: {
      copes: 'in part',
      how: 'rows go out as they came; a warehouse with strict types may refuse or null such a value',
    },
    async ask(probe) {
      const { pages, declared } = await rowsOf(probe);
      const fits = (name: ListName, field: string, value: unknown) => {
        const type = declared(name, field)?.type;
        return (
          type === undefined || CONVERTED.has(`${name}.${field}`) || [type].flat().some((one) => isOfType(value, one))
        );
      };
      return named(pages, ([name, rows]) =>
        rows.every((row) => Object.entries(row).every(([field, value]) => fits(name, field, value))),
      );
    },
  },
  {
    name: 'times',
    claim: 'Times are RFC 3339 in UTC, with 0 to 9 digits of fraction, or empty.',
    doubt: 'Examples show 0, 2, 3 and 7 digits, and empty texts for what is not set.',
    reliedOnBy: 'all columns declared as date-time',
    ifNot: {
      copes: 'in part',
      how: 'other offsets are kept, a time without one is UTC; what is no time is null and counted in a warning',
    },
    async ask(probe) {
      const { pages, declared } = await rowsOf(probe);
      const times = pages.flatMap(([name, rows]) =>
        rows.flatMap((row) =>
          Object.entries(row).flatMap(([field, value]) =>
            declared(name, field)?.format === 'date-time' && value ? [value] : [],
          ),
        ),
      );
      return counted(times, told`times`, (time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(String(time)));
    },
  },
];

type NamedRows = readonly [ListName, readonly Properties[]];

/** The rows of all lists that can be read, and how the stream of a list declares a field of them. */
async function rowsOf(probe: Probe) {
  const pages = (await probe.pages()).map(([name, { rows }]): NamedRows => [name, rows]);
  const declared = (name: ListName, field: string): Schema | undefined => {
    const { properties = {} }: Schema = streams.find((stream) => stream.name === name)?.schema ?? {};
    return Object.hasOwn(properties, field) ? properties[field] : undefined;
  };
  return { pages: pages.filter(([, rows]) => rows.length > 0), declared };
}

function named(pages: readonly NamedRows[], isAsAssumed: (page: NamedRows) => boolean) {
  const finding = counted(pages, told`lists`, isAsAssumed);
  const others = pages.filter((page) => !isAsAssumed(page)).map(([name]) => Told.name(name, LIST_NAMES));
  return { ...finding, came: others.length === 0 ? finding.came : told`${finding.came}; not ${Told.list(others)}` };
}

function isOfType(value: unknown, type: string): boolean {
  if (value === null) return type === 'null';
  if (Array.isArray(value)) return type === 'array';
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
